// What several operator families share: ONNX's channels-first images as the channels-last ones of the nn dialect,
// and constant filters in the order that nn operations want.
#pragma once

#include "compiler/import/onnx/Node.h"

namespace barecc::onnx_import {

/// [N, C, spatial...] as [N, spatial..., C]. The optimiser cancels the turns between neighbouring operators.
mlir::Value toChannelsLast(GraphBuilder &g, mlir::Value image);
/// [N, spatial..., C] as [N, C, spatial...].
mlir::Value toChannelsFirst(GraphBuilder &g, mlir::Value image);

/// Whether the elements are known at compile time: a constant, or a dequantised one.
bool isConstant(mlir::Value value);

/// The integers of a dequantised constant, or null.
mlir::Value constantIntegers(mlir::Value value);

/// Transposes, then reshapes `value`. Of a dequantised constant the integers are moved and dequantised afterwards, so
/// that an operation still sees a dequantised constant filter; only where the axis that scales belong to does not
/// survive the reshape, floats are moved.
mlir::Value arrangeFilter(GraphBuilder &g, mlir::Value value, llvm::ArrayRef<int64_t> permutation,
                          llvm::ArrayRef<int64_t> shape);

/// "2x3x4", for messages.
std::string shapeText(llvm::ArrayRef<int64_t> shape);

/// Half floats in single precision, in which they are calculated with and for which there are kernels; other values as
/// they are. Null stays null.
mlir::Value widened(GraphBuilder &g, mlir::Value value);

/// The type that sums of products are kept in: f32 for half floats, i32 for small integers, else the type itself.
mlir::Type accumulatorOf(mlir::Type element);

} // namespace barecc::onnx_import
