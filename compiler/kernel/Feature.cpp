#include "compiler/kernel/Feature.h"

#include "llvm/ADT/STLExtras.h"

namespace barecc {

llvm::ArrayRef<Feature> allFeatures()
{
    static constexpr Feature features[] = {
#include "compiler/kernel/Features.inc"
    };
    return features;
}

const Feature *findFeature(llvm::StringRef name)
{
    const Feature *found = llvm::find_if(allFeatures(), [&](const Feature &feature) { return feature.name == name; });
    return found == allFeatures().end() ? nullptr : found;
}

} // namespace barecc
