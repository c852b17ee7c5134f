// Constant folding for every operation of a model: an evaluator that runs linalg bodies on constants.
#pragma once

#include "mlir/IR/Operation.h"

namespace barecc {

/// The results of a side-effect-free operation whose tensor operands are all constant, or failure where an operand is
/// not constant, the operation is not one of those evaluated (nn kernels, loops), or the model's budget of folded points
/// or the limit of constants (Limits.h) would be exceeded.
mlir::FailureOr<llvm::SmallVector<mlir::ElementsAttr>> evaluate(mlir::Operation *op);

/// The fixed-point scaling that nn.rescale defines.
int32_t rescale(int32_t x, int32_t multiplier, int shift);

} // namespace barecc
