// Weights in the order that a kernel reads them.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <vector>

namespace barecc {

/// `weights` of `shape` packed by the function that a kernel's record names.
std::vector<float> packWeights(llvm::StringRef packing, llvm::ArrayRef<float> weights, llvm::ArrayRef<int64_t> shape);

} // namespace barecc
