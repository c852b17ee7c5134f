#include "compiler/import/onnx/Arithmetic.h"

using namespace mlir;

namespace barecc::onnx_import {

template <typename FloatOp, typename IntegerOp>
static Value scalarOperation(OpBuilder &b, Location loc, ValueRange operands)
{
    if (isa<FloatType>(operands[0].getType()))
        return FloatOp::create(b, loc, operands[0], operands[1]);
    return IntegerOp::create(b, loc, operands[0], operands[1]);
}

Value addScalars(OpBuilder &b, Location loc, ValueRange operands)
{
    return scalarOperation<arith::AddFOp, arith::AddIOp>(b, loc, operands);
}

Value maximumOfScalars(OpBuilder &b, Location loc, ValueRange operands)
{
    return scalarOperation<arith::MaximumFOp, arith::MaxSIOp>(b, loc, operands);
}

Value add(GraphBuilder &g, Value a, Value b) { return g.elementwise({a, b}, GraphBuilder::elementOf(a), addScalars); }

Value subtract(GraphBuilder &g, Value a, Value b)
{
    return g.elementwise({a, b}, GraphBuilder::elementOf(a), scalarOperation<arith::SubFOp, arith::SubIOp>);
}

Value multiply(GraphBuilder &g, Value a, Value b)
{
    return g.elementwise({a, b}, GraphBuilder::elementOf(a), scalarOperation<arith::MulFOp, arith::MulIOp>);
}

Value divide(GraphBuilder &g, Value a, Value b)
{
    return g.elementwise({a, b}, GraphBuilder::elementOf(a), scalarOperation<arith::DivFOp, arith::DivSIOp>);
}

static Value withNumber(GraphBuilder &g, Value a, double number, GraphBuilder::Body operation)
{
    return g.elementwise(a, GraphBuilder::elementOf(a), [&](OpBuilder &b, Location loc, ValueRange operands) {
        Value right = GraphBuilder::scalar(b, loc, operands[0].getType(), number);
        return operation(b, loc, {operands[0], right});
    });
}

Value add(GraphBuilder &g, Value a, double b) { return withNumber(g, a, b, addScalars); }

Value multiply(GraphBuilder &g, Value a, double b)
{
    return withNumber(g, a, b, scalarOperation<arith::MulFOp, arith::MulIOp>);
}

Value divide(GraphBuilder &g, Value a, double b)
{
    return withNumber(g, a, b, scalarOperation<arith::DivFOp, arith::DivSIOp>);
}

Value squareRoot(GraphBuilder &g, Value a)
{
    return g.elementwise(a, GraphBuilder::elementOf(a), [](OpBuilder &b, Location loc, ValueRange operands) -> Value {
        return math::SqrtOp::create(b, loc, operands[0]);
    });
}

Value reciprocalSquareRoot(GraphBuilder &g, Value a)
{
    return g.elementwise(a, GraphBuilder::elementOf(a), [](OpBuilder &b, Location loc, ValueRange operands) -> Value {
        Value one = GraphBuilder::scalar(b, loc, operands[0].getType(), 1.0);
        return arith::DivFOp::create(b, loc, one, math::SqrtOp::create(b, loc, operands[0]));
    });
}

Value sum(GraphBuilder &g, Value a, ArrayRef<int64_t> axes)
{
    return g.reduce(a, axes, true, GraphBuilder::scalarAttr(GraphBuilder::elementOf(a), 0.0), addScalars);
}

Value mean(GraphBuilder &g, Value a, ArrayRef<int64_t> axes)
{
    int64_t count = 1;
    for (int64_t axis : axes)
        count *= GraphBuilder::shapeOf(a)[axis];
    return divide(g, sum(g, a, axes), double(count));
}

} // namespace barecc::onnx_import
