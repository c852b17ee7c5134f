// What both importers build a graph with: one function for each shape of computation, over static shapes. Every result
// is folded at once if it is constant, so shapes that a model computes are known when the next node asks for them.
#pragma once

#include "compiler/ir/Constants.h"
#include "compiler/ir/NN.h"

#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/IR/Builders.h"

namespace barecc {

class GraphBuilder {
public:
    /// Computes one element from scalars, in the body of a linalg operation.
    using Body = llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::Location, mlir::ValueRange)>;

    explicit GraphBuilder(mlir::OpBuilder &builder, mlir::Location location) : b(builder), loc(location) {}

    mlir::OpBuilder &b;
    mlir::Location loc; // of the source node that is being imported

    // ---- Constants
    mlir::Value constant(mlir::ElementsAttr value);
    mlir::Value constant(llvm::ArrayRef<int64_t> values, mlir::Type element); // a vector
    mlir::Value splat(mlir::RankedTensorType type, double value);
    mlir::Value nothing(mlir::RankedTensorType type); // the one value of a type without elements
    /// A scalar of any integer or floating-point type, for bodies.
    static mlir::Value scalar(mlir::OpBuilder &b, mlir::Location loc, mlir::Type type, double value);
    static mlir::Value scalar(mlir::OpBuilder &b, mlir::Location loc, mlir::Type type, int64_t value);
    static mlir::TypedAttr scalarAttr(mlir::Type type, double value);

    // ---- Elements
    /// One element of the result from one element of each input, broadcast as numpy does. Shapes have to agree.
    mlir::Value elementwise(mlir::ValueRange inputs, mlir::Type resultElement, Body body);
    /// result[i...] = body(i...): indices come as values of index type; use `at` to read tensors.
    mlir::Value generate(mlir::RankedTensorType type, Body body);
    /// tensor[indices...]; the caller keeps indices in bounds (clamp them: there is no check on the device).
    static mlir::Value at(mlir::OpBuilder &b, mlir::Location loc, mlir::Value tensor, mlir::ValueRange indices);
    /// Combines all elements along `axes` (not negative), starting with `init`. body(element, accumulator) ->
    /// accumulator.
    mlir::Value reduce(mlir::Value input, llvm::ArrayRef<int64_t> axes, bool keepDims, mlir::TypedAttr init, Body body);
    /// The general contraction: each operand is read through its map of the loops (the last map is the result's), and
    /// body(inputs..., accumulator) -> accumulator is run over all of them, starting with `init`.
    mlir::Value contract(mlir::RankedTensorType type, mlir::ValueRange inputs, llvm::ArrayRef<mlir::AffineMap> maps,
                         llvm::ArrayRef<mlir::utils::IteratorType> loops, mlir::TypedAttr init, Body body);
    /// Index of the largest (or smallest) element along `axis`, as `resultElement`; of equal ones the first, or the
    /// last.
    mlir::Value argReduce(mlir::Value input, int64_t axis, bool keepDims, bool largest, bool last,
                          mlir::Type resultElement);
    /// Converts between number types: floats round to nearest even, float to integer truncates, bool is != 0.
    mlir::Value cast(mlir::Value input, mlir::Type element, bool inputUnsigned = false, bool outputUnsigned = false);
    static mlir::Value castScalar(mlir::OpBuilder &b, mlir::Location loc, mlir::Value input, mlir::Type element,
                                  bool inputUnsigned = false, bool outputUnsigned = false);

    // ---- Shapes
    mlir::Value reshape(mlir::Value input, llvm::ArrayRef<int64_t> shape);
    mlir::Value transpose(mlir::Value input, llvm::ArrayRef<int64_t> permutation);
    mlir::Value broadcastTo(mlir::Value input, llvm::ArrayRef<int64_t> shape);
    mlir::Value concat(mlir::ValueRange inputs, int64_t axis);
    /// Strides may be negative: offsets then name the first element taken.
    mlir::Value slice(mlir::Value input, llvm::ArrayRef<int64_t> offsets, llvm::ArrayRef<int64_t> sizes,
                      llvm::ArrayRef<int64_t> strides);
    /// Constant padding; negative amounts cut.
    mlir::Value pad(mlir::Value input, llvm::ArrayRef<int64_t> low, llvm::ArrayRef<int64_t> high,
                    mlir::TypedAttr value);
    /// result[.., i.., ..] = input[.., indices[i..], ..] along `axis`; negative indices count from the end, others
    /// clamp.
    mlir::Value gather(mlir::Value input, mlir::Value indices, int64_t axis);

    // ---- Quantised tensors
    /// The integers of a quantised tensor, and back.
    mlir::Value storage(mlir::Value quantized);
    mlir::Value quantized(mlir::Value storage, mlir::RankedTensorType type);

    /// A constant in place of `value` where it can be computed now.
    mlir::Value fold(mlir::Value value);

    static mlir::RankedTensorType typeOf(mlir::Value value)
    {
        return llvm::cast<mlir::RankedTensorType>(value.getType());
    }
    static llvm::ArrayRef<int64_t> shapeOf(mlir::Value value) { return typeOf(value).getShape(); }
    static mlir::Type elementOf(mlir::Value value) { return typeOf(value).getElementType(); }
    /// The common shape of two shapes as numpy broadcasts them, or nothing.
    static std::optional<llvm::SmallVector<int64_t>> broadcastShape(llvm::ArrayRef<int64_t> a,
                                                                    llvm::ArrayRef<int64_t> b);

    // ---- Where a linalg operation writes
    mlir::Value empty(mlir::RankedTensorType type);
    mlir::Value filled(mlir::RankedTensorType type, mlir::TypedAttr value);
};

} // namespace barecc
