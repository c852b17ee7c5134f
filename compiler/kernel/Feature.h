// Instruction-set features: what kernels ask for and targets have.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace barecc {

/// A record of targets/features.td, which documents the fields.
struct Feature {
    llvm::StringRef name, macro, attribute, wordsHeader;
    int64_t wordLanes;
    llvm::StringRef helpersHeader;
};

llvm::ArrayRef<Feature> allFeatures();

/// The feature of that name, or null.
const Feature *findFeature(llvm::StringRef name);

} // namespace barecc
