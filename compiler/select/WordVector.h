// Vectors of 32-bit words, for generated loops over integers.
#pragma once

#include "compiler/kernel/Feature.h"

#include "mlir/IR/BuiltinOps.h"

#include <string>

namespace barecc {

/// Attribute of the module: the feature of the vectors to write loops with.
constexpr llvm::StringLiteral wordsAttribute = "kernel.words";

/// Chooses by the target's instruction-set features.
inline void setWordVector(mlir::ModuleOp module, llvm::ArrayRef<std::string> features)
{
    for (const std::string &name : features)
        if (const Feature *feature = findFeature(name); feature && feature->wordLanes)
            module->setAttr(wordsAttribute, mlir::StringAttr::get(module.getContext(), feature->name));
}

/// The choice, or null.
inline const Feature *wordVectorOf(mlir::ModuleOp module)
{
    auto name = module->getAttrOfType<mlir::StringAttr>(wordsAttribute);
    return name ? findFeature(name) : nullptr;
}

} // namespace barecc
