#include "compiler/kernel/TargetFeatures.h"

#include "mlir/IR/Builders.h"

using namespace mlir;

namespace barecc {

void setTargetFeatures(ModuleOp module, ArrayRef<std::string> features)
{
    SmallVector<StringRef> known;
    for (const std::string &name : features)
        if (findFeature(name))
            known.push_back(name);
    if (!known.empty())
        module->setAttr(targetFeaturesAttribute, Builder(module.getContext()).getStrArrayAttr(known));
}

SmallVector<const Feature *> targetFeatures(ModuleOp module)
{
    SmallVector<const Feature *> features;
    if (auto names = module->getAttrOfType<ArrayAttr>(targetFeaturesAttribute))
        for (StringRef name : names.getAsValueRange<StringAttr>())
            if (const Feature *feature = findFeature(name))
                features.push_back(feature);
    return features;
}

} // namespace barecc
