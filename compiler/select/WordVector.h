// Vectors of 32-bit words, for generated loops over integers.
#pragma once

#include "mlir/IR/BuiltinOps.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"

#include <string>

namespace barecc {

/// An instruction set whose vectors round products as quantised arithmetic does, which compilers do not find: loops are
/// written with the functions of `header`, all headers alike. Elsewhere plain loops are left to the compiler.
struct WordVector {
    llvm::StringLiteral feature, header;
    int64_t lanes;
};
constexpr WordVector wordVectors[] = {{"mve", "words_mve.h", 4}, {"neon", "words_neon.h", 8}};

/// Attribute of the module: the feature of the vectors to write loops with.
constexpr llvm::StringLiteral wordsAttribute = "kernel.words";

/// Chooses by the target's instruction-set features.
inline void setWordVector(mlir::ModuleOp module, llvm::ArrayRef<std::string> features)
{
    for (const WordVector &vector : wordVectors)
        if (llvm::is_contained(features, vector.feature))
            module->setAttr(wordsAttribute, mlir::StringAttr::get(module.getContext(), vector.feature));
}

/// The choice, or null.
inline const WordVector *wordVectorOf(mlir::ModuleOp module)
{
    auto feature = module->getAttrOfType<mlir::StringAttr>(wordsAttribute);
    const WordVector *found =
        llvm::find_if(wordVectors, [&](const WordVector &vector) { return feature && vector.feature == feature; });
    return found == std::end(wordVectors) ? nullptr : found;
}

} // namespace barecc
