// The instruction-set features of the target, noted on a module for those that print generated loops.
#pragma once

#include "compiler/kernel/Feature.h"

#include "mlir/IR/BuiltinOps.h"

#include <string>

namespace barecc {

/// Attribute of the module: the features' names.
constexpr llvm::StringLiteral targetFeaturesAttribute = "kernel.features";

/// Leaves out what is no feature that kernels know.
void setTargetFeatures(mlir::ModuleOp module, llvm::ArrayRef<std::string> features);

/// None where nobody has set them.
llvm::SmallVector<const Feature *> targetFeatures(mlir::ModuleOp module);

} // namespace barecc
