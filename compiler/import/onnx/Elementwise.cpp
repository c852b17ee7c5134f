// Operators of two and more operands, element by element: arithmetic, comparison, logic, choice.
#include "compiler/import/onnx/Node.h"
#include "compiler/import/onnx/ScalarMath.h"

using namespace mlir;

namespace barecc::onnx_import {

using Binary = Value (*)(const ScalarMath &m, Value x, Value y);

/// Before opset 7 the second operand was broadcast only on request, along `axis`: as if it had ones behind it.
static FailureOr<Value> alignLegacy(Node &node, Value x, Value y)
{
    const int64_t rankX = GraphBuilder::typeOf(x).getRank(), rankY = GraphBuilder::typeOf(y).getRank();
    if (node.opset >= 7 || node.integer("broadcast", 0) == 0 || !node.attribute("axis"))
        return y;
    FailureOr<int64_t> axis = node.axis(node.integer("axis", 0), rankX);
    if (failed(axis))
        return failure();
    if (*axis + rankY > rankX)
        return node.error("axis " + Twine(*axis) + " leaves no room for an operand of rank " + Twine(rankY));
    SmallVector<int64_t> shape(GraphBuilder::shapeOf(y));
    shape.append(rankX - *axis - rankY, 1);
    return node.g.reshape(y, shape);
}

/// The two operands, checked to be of one type and to broadcast.
static FailureOr<std::pair<Value, Value>> operandsOf(Node &node)
{
    if (failed(node.checkSameType(0, 1)))
        return failure();
    Value x = node.input(0);
    FailureOr<Value> y = alignLegacy(node, x, node.input(1));
    if (failed(y) || failed(node.broadcast({x, *y})))
        return failure();
    return std::make_pair(x, *y);
}

template <Binary body> static Outputs importArithmetic(Node &node)
{
    auto operands = operandsOf(node);
    if (failed(operands))
        return failure();
    return {{mapElements(node.g, {operands->first, operands->second}, node.onnxElement(0),
                         [](const ScalarMath &m, ValueRange x) { return body(m, x[0], x[1]); })}};
}

template <Binary body> static Outputs importComparison(Node &node)
{
    auto operands = operandsOf(node);
    if (failed(operands))
        return failure();
    return {{mapElements(node.g, {operands->first, operands->second}, node.onnxElement(0), node.g.b.getI1Type(),
                         [](const ScalarMath &m, ValueRange x) { return body(m, x[0], x[1]); })}};
}

/// Any number of operands, combined from the left.
static FailureOr<Value> foldOperands(Node &node, Binary body)
{
    Value result = node.input(0);
    for (unsigned i = 1; i < node.inputCount(); ++i) {
        if (!node.hasInput(i))
            return node.error("input " + Twine(i) + " is missing");
        if (failed(node.checkSameType(0, i)) || failed(node.broadcast({result, node.input(i)})))
            return failure();
        result = mapElements(node.g, {result, node.input(i)}, node.onnxElement(0),
                             [&](const ScalarMath &m, ValueRange x) { return body(m, x[0], x[1]); });
    }
    return result;
}

template <Binary body> static Outputs importVariadic(Node &node)
{
    FailureOr<Value> result = foldOperands(node, body);
    if (failed(result))
        return failure();
    return {{*result}};
}

// ---- Arithmetic --------------------------------------------------------------------------------------------

static Value add(const ScalarMath &m, Value x, Value y) { return m.add(x, y); }
static Value subtract(const ScalarMath &m, Value x, Value y) { return m.subtract(x, y); }
static Value multiply(const ScalarMath &m, Value x, Value y) { return m.multiply(x, y); }
static Value divide(const ScalarMath &m, Value x, Value y) { return m.divide(x, y); }
static Value largest(const ScalarMath &m, Value x, Value y) { return m.largest(x, y); }
static Value smallest(const ScalarMath &m, Value x, Value y) { return m.smallest(x, y); }
static Value remainder(const ScalarMath &m, Value x, Value y) { return m.remainder(x, y); }

/// The remainder that has the sign of the divisor.
static Value floorModulo(const ScalarMath &m, Value x, Value y)
{
    Value rest = m.remainder(x, y);
    if (m.isUnsigned())
        return rest;
    Value zero = m.number(x, 0);
    Value differ = arith::XOrIOp::create(m.b, m.loc, m.less(rest, zero), m.less(y, zero));
    return m.select(m.equal(rest, zero), rest, m.select(differ, m.add(rest, y), rest));
}

static Outputs importMod(Node &node)
{
    if (node.integer("fmod", 0) != 0)
        return importArithmetic<remainder>(node);
    if (isa<FloatType>(node.element(0)))
        return node.error("floating-point operands need the attribute fmod=1");
    return importArithmetic<floorModulo>(node);
}

static Outputs importMean(Node &node)
{
    FailureOr<Value> sum = foldOperands(node, add);
    if (failed(sum))
        return failure();
    const double count = node.inputCount();
    return {{mapElements(node.g, *sum, node.element(0),
                         [&](const ScalarMath &m, ValueRange x) { return m.divide(x[0], m.number(x[0], count)); })}};
}

/// x * x for the exponent 2 and so on, which is exact to rounding and needs no library; 0 for any other exponent.
static int smallExponent(Value exponent)
{
    std::optional<std::vector<double>> values = numbersOf(constantOf(exponent));
    if (!values || values->size() != 1 || (values->front() != 2 && values->front() != 3))
        return 0;
    return int(values->front());
}

static Outputs importPow(Node &node)
{
    Value x = node.input(0);
    FailureOr<Value> y = alignLegacy(node, x, node.input(1));
    if (failed(y) || failed(node.broadcast({x, *y})))
        return failure();
    const Type type = node.element(0);
    const bool isUnsigned = node.isUnsigned(0), exponentUnsigned = node.isUnsigned(1);
    if (const int exponent = smallExponent(*y); exponent && GraphBuilder::typeOf(*y).getRank() <= node.rank(0))
        return {{mapElements(node.g, x, node.onnxElement(0), [&](const ScalarMath &m, ValueRange v) {
            Value square = m.multiply(v[0], v[0]);
            return exponent == 2 ? square : m.multiply(square, v[0]);
        })}};
    return {{mapElements(node.g, {x, *y}, node.onnxElement(0), [&](const ScalarMath &m, ValueRange v) -> Value {
        // Floats in their own precision; integers by way of double, which holds all results up to 2^53.
        const Type wide = isa<FloatType>(v[0].getType()) ? v[0].getType() : m.b.getF64Type();
        Value base = GraphBuilder::castScalar(m.b, m.loc, v[0], wide, isUnsigned);
        Value exponent = GraphBuilder::castScalar(m.b, m.loc, v[1], wide, exponentUnsigned);
        Value power = math::PowFOp::create(m.b, m.loc, base, exponent);
        return isa<FloatType>(type) ? power : GraphBuilder::castScalar(m.b, m.loc, power, type, false, isUnsigned);
    })}};
}

// ---- Bits and truth ----------------------------------------------------------------------------------------

template <typename Op> static Value bits(const ScalarMath &m, Value x, Value y) { return Op::create(m.b, m.loc, x, y); }

/// All bits go where the amount is the width or more.
template <typename Op> static Value shift(const ScalarMath &m, Value x, Value amount)
{
    Value zero = m.number(x, 0);
    Value tooFar = m.lessOrEqual(m.number(x, x.getType().getIntOrFloatBitWidth()), amount);
    Value shifted = Op::create(m.b, m.loc, x, m.select(tooFar, zero, amount));
    return m.select(tooFar, zero, shifted);
}

static Outputs importBitShift(Node &node)
{
    const std::string direction = node.text("direction", "");
    if (direction == "LEFT")
        return importArithmetic<shift<arith::ShLIOp>>(node);
    if (direction == "RIGHT")
        return importArithmetic<shift<arith::ShRUIOp>>(node);
    return node.error("direction is '" + direction + "', but should be LEFT or RIGHT");
}

static Value equal(const ScalarMath &m, Value x, Value y) { return m.equal(x, y); }
static Value less(const ScalarMath &m, Value x, Value y) { return m.less(x, y); }
static Value lessOrEqual(const ScalarMath &m, Value x, Value y) { return m.lessOrEqual(x, y); }
static Value greater(const ScalarMath &m, Value x, Value y) { return m.less(y, x); }
static Value greaterOrEqual(const ScalarMath &m, Value x, Value y) { return m.lessOrEqual(y, x); }

static Outputs importWhere(Node &node)
{
    if (failed(node.checkSameType(1, 2)) || failed(node.broadcast({node.input(0), node.input(1), node.input(2)})))
        return failure();
    return {{node.g.elementwise({node.input(0), node.input(1), node.input(2)}, node.element(1),
                                [](OpBuilder &b, Location loc, ValueRange x) -> Value {
                                    return arith::SelectOp::create(b, loc, x[0], x[1], x[2]);
                                })}};
}

llvm::ArrayRef<Entry> elementwiseOperators()
{
    static const Entry table[] = {
        {"", "Add", 1, importArithmetic<add>, numberTypes, 2},
        {"", "Sub", 1, importArithmetic<subtract>, numberTypes, 2},
        {"", "Mul", 1, importArithmetic<multiply>, numberTypes, 2},
        {"", "Div", 1, importArithmetic<divide>, numberTypes, 2},
        {"", "Mod", 10, importMod, numberTypes, 2},
        {"", "Pow", 1, importPow, "bfloat16, float16, float, double, int32, int64", 2},
        {"", "Sum", 1, importVariadic<add>, floatTypes},
        {"", "Mean", 1, importMean, floatTypes},
        {"", "Max", 1, importVariadic<largest>, numberTypes},
        {"", "Min", 1, importVariadic<smallest>, numberTypes},

        {"", "And", 1, importArithmetic<bits<arith::AndIOp>>, "bool", 2},
        {"", "Or", 1, importArithmetic<bits<arith::OrIOp>>, "bool", 2},
        {"", "Xor", 1, importArithmetic<bits<arith::XOrIOp>>, "bool", 2},
        {"", "BitwiseAnd", 18, importArithmetic<bits<arith::AndIOp>>, integerTypes, 2},
        {"", "BitwiseOr", 18, importArithmetic<bits<arith::OrIOp>>, integerTypes, 2},
        {"", "BitwiseXor", 18, importArithmetic<bits<arith::XOrIOp>>, integerTypes, 2},
        {"", "BitShift", 11, importBitShift, "uint8, uint16, uint32, uint64", 2},

        {"", "Equal", 1, importComparison<equal>, allTypes, 2},
        {"", "Less", 1, importComparison<less>, numberTypes, 2},
        {"", "LessOrEqual", 12, importComparison<lessOrEqual>, numberTypes, 2},
        {"", "Greater", 1, importComparison<greater>, numberTypes, 2},
        {"", "GreaterOrEqual", 12, importComparison<greaterOrEqual>, numberTypes, 2},
        {"", "Where", 9, importWhere, "bool", 3},
    };
    return table;
}

} // namespace barecc::onnx_import
