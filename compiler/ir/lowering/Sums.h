// What operations with weights do with their sums of products, and the element types these are kept in.
#pragma once

#include "compiler/ir/GraphBuilder.h"
#include "compiler/ir/ScalarBuilder.h"
#include "compiler/ir/Window.h"

namespace barecc {

/// The window of an operation on NHWC images; `kernel` are its rows and columns.
template <typename Op> Window windowOf(Op op, llvm::ArrayRef<int64_t> kernel)
{
    using List = llvm::SmallVector<int64_t>;
    const llvm::ArrayRef<int64_t> padding = op.getPadding(), output = GraphBuilder::shapeOf(op.getOutput());
    return {List(kernel),
            List(op.getStrides()),
            List(op.getDilations()),
            List(padding.take_front(2)),
            List(padding.drop_front(2)),
            List(output.slice(1, 2))};
}

/// The type that sums of elements are kept in: f32 for floats, i32 for 8-bit and i64 for 16-bit integers, as the plain
/// kernels do.
mlir::Type sumType(mlir::RankedTensorType elements);

/// How the stored integers of a tensor are read; floats are read as they are.
IntegerForm integerForm(mlir::Value tensor);

/// x cut to the bounds that an operation clamps real numbers to. A NaN stays one.
mlir::Value clamped(const ScalarBuilder &s, mlir::Value x, nn::ClampedOpInterface op);

/// The same bounds in the integers of a quantised result.
IntegerRange integerBounds(mlir::quant::QuantizedType type, nn::ClampedOpInterface op);

/// The result of `op` from its sums of products, whose last axis are the output channels: with bias and residual,
/// clamped, in the type of the result.
mlir::Value resultOfSums(GraphBuilder &g, nn::WeightedOpInterface op, mlir::Value sums);

} // namespace barecc
