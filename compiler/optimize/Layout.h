// Permuting the axes of tensors, at the least cost: what linalg.transpose says, folded into whatever produces the
// value.
#pragma once

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace barecc {

/// As in linalg.transpose: axis k of the result is axis permutation[k] of the input.
using Permutation = llvm::SmallVector<int64_t>;

/// Bytes that a tensor takes in memory.
int64_t byteSize(mlir::RankedTensorType type);

/// The type of a transposed tensor; a quantised axis moves along.
mlir::RankedTensorType transposedType(mlir::RankedTensorType type, llvm::ArrayRef<int64_t> permutation);

/// Whether memory stays as it is, because only axes of extent 1 change places.
bool movesNothing(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> permutation);

/// A constant, perhaps seen through quantisation casts: what can be transposed at compile time.
bool isConstant(mlir::Value value);

/// `value` with its axes permuted: nothing for an undone transpose, a reshape where no memory moves, a new constant for
/// a constant, else a linalg.transpose.
mlir::Value transposed(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value, llvm::ArrayRef<int64_t> permutation);

/// Bytes that the device has to move for transposed(value, permutation).
int64_t transposeCost(mlir::Value value, llvm::ArrayRef<int64_t> permutation);

/// The bytes that an operand's own transpose moves; 0 where it is not the result of one.
int64_t transposeCost(mlir::Value value);

/// `value` under another shape of as many elements; constants are reshaped at compile time.
mlir::Value reshaped(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value, llvm::ArrayRef<int64_t> shape);

} // namespace barecc
