// Rewriting loop nests until nothing changes.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/PatternMatch.h"

namespace barecc {

/// Applies patterns to the operations of a function that have bodies, and to what is in these, folds what can be, and
/// erases what nothing uses. The others stay out of it: upstream's driver looks at an operation anew whenever one of its
/// operands has changed, and a return or a concatenation may have thousands. Failure: it does not come to an end.
mlir::LogicalResult simplifyBodies(mlir::func::FuncOp function, mlir::RewritePatternSet patterns);

} // namespace barecc
