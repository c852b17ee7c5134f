#include "compiler/import/onnx/Softmax.h"

#include "compiler/import/onnx/Arithmetic.h"
#include "compiler/import/onnx/Layout.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

Value softmaxOfRows(GraphBuilder &g, Value value, bool logarithm)
{
    const Type element = GraphBuilder::elementOf(value);
    if (element.isF32())
        return nn::SoftmaxOp::create(g.b, g.loc, value.getType(), value, llvm::APFloat(1.0f), logarithm);
    const int64_t last = GraphBuilder::typeOf(value).getRank() - 1;
    const Type wide = accumulatorOf(element);
    Value x = g.cast(value, wide);
    const APFloat lowest = APFloat::getInf(cast<FloatType>(wide).getFloatSemantics(), true);
    Value distance = subtract(g, x, g.reduce(x, last, true, FloatAttr::get(wide, lowest), maximumOfScalars));
    Value powers = g.elementwise(distance, wide, [](OpBuilder &b, Location loc, ValueRange operands) -> Value {
        return math::ExpOp::create(b, loc, operands[0]);
    });
    Value total = sum(g, powers, last);
    if (!logarithm)
        return g.cast(divide(g, powers, total), element);
    Value logOfTotal = g.elementwise(total, wide, [](OpBuilder &b, Location loc, ValueRange operands) -> Value {
        return math::LogOp::create(b, loc, operands[0]);
    });
    return g.cast(subtract(g, distance, logOfTotal), element);
}

/// Applies `toRows`, a function along the last axis, along another: that goes last, and back again, the same turn that
/// channels take.
static Value overAxis(GraphBuilder &g, Value input, int64_t axis, llvm::function_ref<Value(Value)> toRows)
{
    const int64_t rank = GraphBuilder::typeOf(input).getRank();
    Shape permutation, inverse(static_cast<size_t>(rank));
    for (int64_t d = 0; d < rank; ++d)
        if (d != axis)
            permutation.push_back(d);
    permutation.push_back(axis);
    for (auto [to, from] : llvm::enumerate(permutation))
        inverse[size_t(from)] = int64_t(to);
    return g.transpose(toRows(g.transpose(input, permutation)), inverse);
}

Value softmaxOverAxis(GraphBuilder &g, Value input, int64_t axis, bool logarithm)
{
    return overAxis(g, input, axis, [&](Value rows) { return softmaxOfRows(g, rows, logarithm); });
}

/// Applies `toRows` along the node's axis. Up to opset 12 that is over all axes from
/// `axis` on, flattened.
static FailureOr<Value> alongAxis(const Node &node, Value input, int opset, llvm::function_ref<Value(Value)> toRows)
{
    GraphBuilder &g = node.g;
    const Shape shape(GraphBuilder::shapeOf(input));
    const int64_t rank = int64_t(shape.size());
    if (failed(node.checkShape(shape)))
        return failure();
    const int64_t given = node.integer("axis", opset < 13 ? 1 : -1);
    if (rank == 0 || (opset < 13 && given == rank)) { // rows of one element
        Shape ones(shape);
        ones.push_back(1);
        return g.reshape(toRows(g.reshape(input, ones)), shape);
    }
    FailureOr<int64_t> axis = node.axis(given, rank);
    if (failed(axis))
        return failure();
    if (opset < 13) {
        const int64_t rows = ShapedType::getNumElements(ArrayRef(shape).take_front(size_t(*axis)));
        const int64_t columns = ShapedType::getNumElements(ArrayRef(shape).drop_front(size_t(*axis)));
        return g.reshape(toRows(g.reshape(input, {rows, columns})), shape);
    }
    return overAxis(g, input, *axis, toRows);
}

FailureOr<Value> softmaxAlongAxis(const Node &node, Value input, int opset, bool logarithm)
{
    return alongAxis(node, input, opset, [&](Value rows) { return softmaxOfRows(node.g, rows, logarithm); });
}

static Outputs asOutputs(FailureOr<Value> value)
{
    if (failed(value))
        return failure();
    return SmallVector<Value>{*value};
}

Outputs importSoftmax(Node &node) { return asOutputs(softmaxAlongAxis(node, node.input(0), node.opset, false)); }

Outputs importLogSoftmax(Node &node) { return asOutputs(softmaxAlongAxis(node, node.input(0), node.opset, true)); }

/// 1 for the first largest element of a row, 0 for all others.
Outputs importHardmax(Node &node)
{
    GraphBuilder &g = node.g;
    return asOutputs(alongAxis(node, node.input(0), node.opset, [&](Value rows) {
        const auto type = GraphBuilder::typeOf(rows);
        Value largest = g.argReduce(rows, type.getRank() - 1, true, true, false, g.b.getI64Type());
        return g.generate(type, [&](OpBuilder &b, Location loc, ValueRange index) -> Value {
            SmallVector<Value> row(index);
            row.back() = GraphBuilder::scalar(b, loc, b.getIndexType(), int64_t(0));
            Value winner = GraphBuilder::castScalar(b, loc, GraphBuilder::at(b, loc, largest, row), b.getIndexType());
            Value wins = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, winner, index.back());
            return GraphBuilder::castScalar(b, loc, wins, type.getElementType(), true);
        });
    }));
}

} // namespace barecc::onnx_import
