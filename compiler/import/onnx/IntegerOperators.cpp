// Products of integers with zero points, summed in 32 bits, and the forms that give floats again.
#include "compiler/import/onnx/Arithmetic.h"
#include "compiler/import/onnx/Convolution.h"
#include "compiler/import/onnx/Layout.h"
#include "compiler/import/onnx/Matrix.h"
#include "compiler/import/onnx/Quantization.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

static bool isZero(Value value)
{
    std::optional<Shape> numbers = integersOf(constantOf(value));
    return numbers && llvm::all_of(*numbers, [](int64_t n) { return n == 0; });
}

/// A zero point as a tensor that broadcasts to one side of a product, or null where it is zero. A list has an entry for
/// each index of the axis `fromLast` places before the end.
static FailureOr<Value> zeroPointOf(const Node &node, Value zero, Value side, int64_t fromLast)
{
    if (!zero || isZero(zero))
        return Value();
    if (GraphBuilder::typeOf(zero).getNumElements() == 1)
        return node.g.reshape(zero, {});
    Shape shape(GraphBuilder::shapeOf(zero));
    if (shape.size() == 1)
        shape.resize(size_t(fromLast) + 1, 1);
    std::optional<Shape> common = GraphBuilder::broadcastShape(shape, GraphBuilder::shapeOf(side));
    if (!common || ArrayRef(*common) != GraphBuilder::shapeOf(side))
        return node.error("a zero point of " + shapeText(GraphBuilder::shapeOf(zero)) + " for a tensor of " +
                          shapeText(GraphBuilder::shapeOf(side)));
    return node.g.reshape(zero, shape);
}

/// One side of a product.
struct Side {
    Value value;
    Type element;    // ONNX's, with the sign of integers
    Value zeroPoint; // or null
};

/// Input i with the zero point at input `zero`.
static FailureOr<Side> sideOf(const Node &node, unsigned i, unsigned zero)
{
    if (!node.element(i).isInteger(8))
        return node.error("input " + Twine(i) + " should hold bytes");
    if (node.hasInput(zero) && failed(node.checkSameType(i, zero)))
        return failure();
    return Side{node.input(i), node.onnxElement(i), node.input(zero)};
}

static FailureOr<Value> integerProduct(const Node &node, FailureOr<Side> lhs, FailureOr<Side> rhs)
{
    if (failed(lhs) || failed(rhs))
        return failure();
    FailureOr<Value> a = zeroPointOf(node, lhs->zeroPoint, lhs->value, 1),
                     b = zeroPointOf(node, rhs->zeroPoint, rhs->value, 0);
    if (failed(a) || failed(b))
        return failure();
    return integerMatrixProduct(node, lhs->value, rhs->value, {lhs->element, rhs->element, *a, *b});
}

Outputs importMatMulInteger(Node &node)
{
    FailureOr<Value> result = integerProduct(node, sideOf(node, 0, 2), sideOf(node, 1, 3));
    if (failed(result))
        return failure();
    return SmallVector<Value>{*result};
}

/// Padding counts as the zero point, so that is subtracted before.
Outputs importConvInteger(Node &node)
{
    GraphBuilder &g = node.g;
    const Type i32 = g.b.getI32Type();
    if (failed(sideOf(node, 0, 2)) || failed(sideOf(node, 1, 3)))
        return failure();
    if (node.rank(1) < 1)
        return node.error("the filter is a scalar, but has to have the rank of the input");
    Value input = g.cast(node.input(0), i32, node.isUnsigned(0)), filter = node.input(1);
    FailureOr<Value> inputZero = zeroPointOf(node, node.input(2), node.input(0), 0);
    if (failed(inputZero))
        return failure();
    if (*inputZero)
        input = subtract(g, input, g.cast(*inputZero, i32, node.isUnsigned(0)));
    IntegerForm integers{node.isUnsigned(1), 0};
    if (Value zero = node.input(3); zero && !isZero(zero)) {
        std::optional<Shape> numbers = integersOf(constantOf(zero));
        if (numbers && numbers->size() == 1) {
            integers.zeroPoint = node.isUnsigned(1) ? numbers->front() & 0xff : numbers->front();
        } else {
            FailureOr<Value> filterZero = zeroPointOf(node, zero, filter, node.rank(1) - 1);
            if (failed(filterZero))
                return failure();
            filter = subtract(g, g.cast(filter, i32, node.isUnsigned(1)), g.cast(*filterZero, i32, node.isUnsigned(1)));
        }
    }
    FailureOr<Value> result = convolution(node, input, filter, {}, integers);
    if (failed(result))
        return failure();
    return SmallVector<Value>{*result};
}

/// product * scale of A * scale of B + bias, where the scale of B (input `scale`) may be one for each column.
static FailureOr<Value> scaledProduct(const Node &node, FailureOr<Value> product, Value lhsScale, unsigned scale,
                                      unsigned bias)
{
    GraphBuilder &g = node.g;
    if (failed(product))
        return failure();
    Value result = g.cast(*product, GraphBuilder::elementOf(lhsScale));
    const Shape shape(GraphBuilder::shapeOf(result));
    Value factor = GraphBuilder::typeOf(lhsScale).getNumElements() == 1 ? g.reshape(lhsScale, {}) : lhsScale;
    SmallVector<Value> operands{result, factor, node.input(scale)};
    if (node.hasInput(bias))
        operands.push_back(node.input(bias));
    for (Value operand : operands)
        if (GraphBuilder::elementOf(operand) != GraphBuilder::elementOf(result))
            return node.error("scales and bias have different element types");
    FailureOr<Shape> common = node.broadcast(operands);
    if (failed(common) || *common != shape)
        return failed(common) ? failure() : node.error("scales and bias do not broadcast to " + shapeText(shape));
    result = multiply(g, result, multiply(g, factor, node.input(scale)));
    return node.hasInput(bias) ? add(g, result, node.input(bias)) : result;
}

static Outputs asOutputs(FailureOr<Value> value)
{
    if (failed(value))
        return failure();
    return SmallVector<Value>{*value};
}

FailureOr<Value> quantizedProduct(const Node &node, const QuantizedProduct &p)
{
    if (!isa<FloatType>(node.element(p.lhsScale)))
        return node.error("the scale of A is not a floating-point number");
    return scaledProduct(node, integerProduct(node, sideOf(node, p.lhs, p.lhsZero), sideOf(node, p.rhs, p.rhsZero)),
                         node.input(p.lhsScale), p.rhsScale, p.bias);
}

Outputs importMatMulIntegerToFloat(Node &node) { return asOutputs(quantizedProduct(node, {0, 1, 2, 3, 4, 5, 6})); }

/// com.microsoft: A in floats, which is quantised here; B, its scale and zero point, bias.
Outputs importDynamicQuantizeMatMul(Node &node)
{
    const DynamicallyQuantized a = quantizeDynamically(node.g, node.input(0));
    const Side lhs{a.integers, node.g.b.getIntegerType(8, /*isSigned=*/false), a.zeroPoint};
    return asOutputs(scaledProduct(node, integerProduct(node, lhs, sideOf(node, 1, 3)), a.scale, 2, 4));
}

} // namespace barecc::onnx_import
