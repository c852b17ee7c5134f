// Instruction-set features: what kernels ask for and targets have.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace barecc {

/// A record of targets/features.td, which documents the fields.
struct Feature {
    llvm::StringRef name, macro, attribute, detection, wordsHeader;
    int64_t wordLanes;
    llvm::StringRef helpersHeader;
};

/// Processors that one version of a model's functions is compiled for.
struct FeatureLevel {
    std::string name;                  // behind the names of these functions
    std::vector<std::string> features; // all that they have
};

llvm::ArrayRef<Feature> allFeatures();

/// The feature of that name, or null.
const Feature *findFeature(llvm::StringRef name);

} // namespace barecc
