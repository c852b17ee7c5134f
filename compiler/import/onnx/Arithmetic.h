// Arithmetic on whole tensors, broadcast as numpy does: what operators that are formulas are written with. Operands
// have one element type, floating-point or signed integer, and shapes that broadcast.
#pragma once

#include "compiler/ir/GraphBuilder.h"

namespace barecc::onnx_import {

mlir::Value add(GraphBuilder &g, mlir::Value a, mlir::Value b);
mlir::Value subtract(GraphBuilder &g, mlir::Value a, mlir::Value b);
mlir::Value multiply(GraphBuilder &g, mlir::Value a, mlir::Value b);
mlir::Value divide(GraphBuilder &g, mlir::Value a, mlir::Value b);

/// The same with a number on the right.
mlir::Value add(GraphBuilder &g, mlir::Value a, double b);
mlir::Value multiply(GraphBuilder &g, mlir::Value a, double b);
mlir::Value divide(GraphBuilder &g, mlir::Value a, double b);

mlir::Value squareRoot(GraphBuilder &g, mlir::Value a);
mlir::Value reciprocalSquareRoot(GraphBuilder &g, mlir::Value a);

/// Reductions along `axes` that keep the axes with an extent of 1. `mean` and `sum` are for floats.
mlir::Value sum(GraphBuilder &g, mlir::Value a, llvm::ArrayRef<int64_t> axes);
mlir::Value mean(GraphBuilder &g, mlir::Value a, llvm::ArrayRef<int64_t> axes);

/// Bodies for reductions and windows: a + b, and the larger one (where NaN wins).
mlir::Value addScalars(mlir::OpBuilder &b, mlir::Location loc, mlir::ValueRange operands);
mlir::Value maximumOfScalars(mlir::OpBuilder &b, mlir::Location loc, mlir::ValueRange operands);

} // namespace barecc::onnx_import
