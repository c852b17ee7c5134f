// Functions of one number: mathematics, activations, tests, and clipping.
#include "compiler/import/onnx/Node.h"
#include "compiler/import/onnx/ScalarMath.h"

using namespace mlir;

namespace barecc::onnx_import {

using Function = llvm::function_ref<Value(const ScalarMath &, Value)>;

/// The function of every element, in the input's own type.
static Outputs mapInput(Node &node, Function function)
{
    return {{mapElements(node.g, node.input(0), node.onnxElement(0),
                         [&](const ScalarMath &m, ValueRange x) { return function(m, x[0]); })}};
}

/// A test of every element.
static Outputs testInput(Node &node, Function function)
{
    return {{mapElements(node.g, node.input(0), node.onnxElement(0), node.g.b.getI1Type(),
                         [&](const ScalarMath &m, ValueRange x) { return function(m, x[0]); })}};
}

/// Operators that are one operation of the math or arith dialect.
template <typename Op> static Value apply(const ScalarMath &m, Value x) { return Op::create(m.b, m.loc, x); }

template <typename Op> static Outputs importMath(Node &node) { return mapInput(node, apply<Op>); }

// ---- Arithmetic --------------------------------------------------------------------------------------------

static Value negative(const ScalarMath &m, Value x)
{
    return isa<FloatType>(x.getType()) ? apply<arith::NegFOp>(m, x) : m.subtract(m.number(x, 0), x);
}

static Outputs importNeg(Node &node) { return mapInput(node, negative); }

static Outputs importAbs(Node &node)
{
    return mapInput(node, [](const ScalarMath &m, Value x) -> Value {
        if (isa<FloatType>(x.getType()))
            return apply<math::AbsFOp>(m, x);
        return m.isUnsigned() ? x : apply<math::AbsIOp>(m, x);
    });
}

/// 1, -1, or the zero or NaN itself.
static Outputs importSign(Node &node)
{
    return mapInput(node, [](const ScalarMath &m, Value x) {
        Value zero = m.number(x, 0), one = m.number(x, 1);
        Value notPositive = m.isUnsigned() ? x : m.select(m.less(x, zero), m.number(x, -1), x);
        return m.select(m.less(zero, x), one, notPositive);
    });
}

/// Integers go by way of double, and back.
static Outputs importErf(Node &node)
{
    const Type type = node.element(0);
    return mapInput(node, [&](const ScalarMath &m, Value x) {
        if (isa<FloatType>(x.getType()))
            return apply<math::ErfOp>(m, x);
        Value real = GraphBuilder::castScalar(m.b, m.loc, x, m.b.getF64Type(), m.isUnsigned());
        return GraphBuilder::castScalar(m.b, m.loc, apply<math::ErfOp>(m, real), type, false, m.isUnsigned());
    });
}

static Outputs importReciprocal(Node &node)
{
    return mapInput(node, [](const ScalarMath &m, Value x) { return m.divide(m.number(x, 1), x); });
}

// ---- Activations -------------------------------------------------------------------------------------------

static Value sigmoid(const ScalarMath &m, Value x)
{
    Value one = m.number(x, 1);
    return m.divide(one, m.add(one, apply<math::ExpOp>(m, negative(m, x))));
}

/// log(1 + exp(x)) without overflow: max(x, 0) + log(1 + exp(-|x|)).
static Value softplus(const ScalarMath &m, Value x)
{
    Value small = apply<math::ExpOp>(m, negative(m, apply<math::AbsFOp>(m, x)));
    return m.add(m.largest(x, m.number(x, 0)), apply<math::Log1pOp>(m, small));
}

/// x * 0.5 * (1 + erf(x / sqrt(2)))
static Value gelu(const ScalarMath &m, Value x)
{
    Value erf = apply<math::ErfOp>(m, m.multiply(x, m.number(x, 0.70710678118654752440)));
    return m.multiply(m.multiply(x, m.number(x, 0.5)), m.add(erf, m.number(x, 1)));
}

/// x * 0.5 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))
static Value fastGelu(const ScalarMath &m, Value x)
{
    Value square = m.multiply(m.multiply(x, x), m.number(x, 0.044715));
    Value inner = m.multiply(m.multiply(x, m.add(square, m.number(x, 1))), m.number(x, 0.79788456080286535588));
    return m.multiply(m.multiply(x, m.number(x, 0.5)), m.add(apply<math::TanhOp>(m, inner), m.number(x, 1)));
}

/// Between two numbers, the lower first.
static Value clamp(const ScalarMath &m, Value x, double low, double high)
{
    return m.smallest(m.largest(x, m.number(x, low)), m.number(x, high));
}

/// scale * (exp(x) - 1)
static Value scaledExpM1(const ScalarMath &m, Value x, double scale)
{
    return m.multiply(m.number(x, scale), apply<math::ExpM1Op>(m, x));
}

static Outputs importRelu(Node &node)
{
    return mapInput(node, [](const ScalarMath &m, Value x) { return m.largest(x, m.number(x, 0)); });
}

static Outputs importLeakyRelu(Node &node)
{
    const double alpha = node.number("alpha", 0.01);
    return mapInput(node, [&](const ScalarMath &m, Value x) {
        return m.select(m.less(x, m.number(x, 0)), m.multiply(x, m.number(x, alpha)), x);
    });
}

static Outputs importThresholdedRelu(Node &node)
{
    const double alpha = node.number("alpha", 1.0);
    return mapInput(
        node, [&](const ScalarMath &m, Value x) { return m.select(m.less(m.number(x, alpha), x), x, m.number(x, 0)); });
}

static Outputs importElu(Node &node)
{
    const double alpha = node.number("alpha", 1.0);
    return mapInput(node, [&](const ScalarMath &m, Value x) {
        return m.select(m.less(x, m.number(x, 0)), scaledExpM1(m, x, alpha), x);
    });
}

static Outputs importSelu(Node &node)
{
    // The defaults were rounded to four places up to opset 5.
    const double alpha = node.number("alpha", node.opset < 6 ? 1.6732 : 1.67326319217681884765625);
    const double gamma = node.number("gamma", node.opset < 6 ? 1.0507 : 1.05070102214813232421875);
    return mapInput(node, [&](const ScalarMath &m, Value x) {
        Value inner = m.select(m.less(m.number(x, 0), x), x, scaledExpM1(m, x, alpha));
        return m.multiply(m.number(x, gamma), inner);
    });
}

static Outputs importCelu(Node &node)
{
    const double alpha = node.number("alpha", 1.0);
    return mapInput(node, [&](const ScalarMath &m, Value x) {
        Value curve = scaledExpM1(m, m.divide(x, m.number(x, alpha)), alpha);
        return m.select(m.less(x, m.number(x, 0)), curve, x);
    });
}

static Outputs importHardSigmoid(Node &node)
{
    const double alpha = node.number("alpha", 0.2), beta = node.number("beta", 0.5);
    return mapInput(node, [&](const ScalarMath &m, Value x) {
        return clamp(m, m.add(m.multiply(x, m.number(x, alpha)), m.number(x, beta)), 0, 1);
    });
}

static Outputs importHardSwish(Node &node)
{
    return mapInput(node, [](const ScalarMath &m, Value x) {
        Value gate = clamp(m, m.add(m.multiply(x, m.number(x, 1.0 / 6)), m.number(x, 0.5)), 0, 1);
        return m.multiply(x, gate);
    });
}

static Outputs importSigmoid(Node &node) { return mapInput(node, sigmoid); }

static Outputs importSoftplus(Node &node) { return mapInput(node, softplus); }

static Outputs importSoftsign(Node &node)
{
    return mapInput(node, [](const ScalarMath &m, Value x) {
        return m.divide(x, m.add(apply<math::AbsFOp>(m, x), m.number(x, 1)));
    });
}

static Outputs importMish(Node &node)
{
    return mapInput(node,
                    [](const ScalarMath &m, Value x) { return m.multiply(x, apply<math::TanhOp>(m, softplus(m, x))); });
}

/// x * sigmoid(alpha * x): Swish of the standard, QuickGelu of com.microsoft.
static Outputs swish(Node &node, double alpha)
{
    return mapInput(node, [&](const ScalarMath &m, Value x) {
        return m.multiply(x, sigmoid(m, m.multiply(x, m.number(x, alpha))));
    });
}

static Outputs importSwish(Node &node) { return swish(node, node.number("alpha", 1.0)); }

// Experimental operators of the first opsets, which models of that time still have.

static Outputs importAffine(Node &node)
{
    const double alpha = node.number("alpha", 1.0), beta = node.number("beta", 0.0);
    return mapInput(node, [&](const ScalarMath &m, Value x) {
        return m.add(m.multiply(x, m.number(x, alpha)), m.number(x, beta));
    });
}

static Outputs importScaledTanh(Node &node)
{
    const double alpha = node.number("alpha", 1.0), beta = node.number("beta", 1.0);
    return mapInput(node, [&](const ScalarMath &m, Value x) {
        return m.multiply(apply<math::TanhOp>(m, m.multiply(x, m.number(x, beta))), m.number(x, alpha));
    });
}

static Outputs importParametricSoftplus(Node &node)
{
    const double alpha = node.number("alpha", 1.0), beta = node.number("beta", 1.0);
    return mapInput(node, [&](const ScalarMath &m, Value x) {
        return m.multiply(softplus(m, m.multiply(x, m.number(x, beta))), m.number(x, alpha));
    });
}

static Outputs importQuickGelu(Node &node) { return swish(node, node.number("alpha", 1.702)); }

static Outputs importGelu(Node &node)
{
    const std::string approximate = node.text("approximate", "none");
    if (approximate == "tanh")
        return mapInput(node, fastGelu);
    if (approximate == "none")
        return mapInput(node, gelu);
    return node.error("approximate is '" + approximate + "', but should be 'none' or 'tanh'");
}

/// com.microsoft: the function of input 0 plus an optional bias of input 1.
template <Value (*function)(const ScalarMath &, Value)> static Outputs importBiased(Node &node)
{
    if (!node.hasInput(1))
        return mapInput(node, function);
    FailureOr<SmallVector<int64_t>> shape = node.broadcast({node.input(0), node.input(1)});
    if (failed(shape) || failed(node.checkSameType(0, 1)))
        return failure();
    return {{mapElements(node.g, {node.input(0), node.input(1)}, node.element(0),
                         [](const ScalarMath &m, ValueRange x) { return function(m, m.add(x[0], x[1])); })}};
}

static Outputs importPRelu(Node &node)
{
    if (failed(node.checkSameType(0, 1)))
        return failure();
    Value slope = node.input(1);
    // Before opset 7 a list of slopes was one for each channel.
    if (node.opset < 7 && node.rank(1) == 1 && node.rank(0) > 2 && node.shape(1)[0] != 1) {
        SmallVector<int64_t> shape(node.rank(0) - 1, 1);
        shape[0] = node.shape(1)[0];
        slope = node.g.reshape(slope, shape);
    }
    FailureOr<SmallVector<int64_t>> shape = node.broadcast({node.input(0), slope});
    if (failed(shape))
        return failure();
    if (ArrayRef(*shape) != node.shape(0))
        return node.error("the slope's shape does not broadcast to that of the input");
    if (node.isUnsigned(0)) // nothing is negative
        return {{node.input(0)}};
    return {{mapElements(node.g, {node.input(0), slope}, node.element(0), [](const ScalarMath &m, ValueRange x) {
        return m.select(m.less(x[0], m.number(x[0], 0)), m.multiply(x[0], x[1]), x[0]);
    })}};
}

static Outputs importShrink(Node &node)
{
    const double lambda = node.number("lambd", 0.5), bias = node.number("bias", 0.0);
    // Integers are compared with the fraction too, so all is done in floating point.
    const Type type = node.element(0);
    return mapInput(node, [&](const ScalarMath &m, Value x) {
        const bool isFloat = isa<FloatType>(x.getType());
        Value real = isFloat ? x : GraphBuilder::castScalar(m.b, m.loc, x, m.b.getF64Type(), m.isUnsigned());
        Value below =
            m.select(m.less(real, m.number(real, -lambda)), m.add(real, m.number(real, bias)), m.number(real, 0));
        Value result = m.select(m.less(m.number(real, lambda), real), m.subtract(real, m.number(real, bias)), below);
        return isFloat ? result : GraphBuilder::castScalar(m.b, m.loc, result, type, false, m.isUnsigned());
    });
}

// ---- Tests -------------------------------------------------------------------------------------------------

static Outputs importNot(Node &node)
{
    return mapInput(node, [](const ScalarMath &m, Value x) -> Value {
        return arith::XOrIOp::create(m.b, m.loc, x, GraphBuilder::scalar(m.b, m.loc, x.getType(), int64_t(-1)));
    });
}

static Outputs importIsNaN(Node &node)
{
    return testInput(node, [](const ScalarMath &m, Value x) -> Value {
        return arith::CmpFOp::create(m.b, m.loc, arith::CmpFPredicate::UNO, x, x);
    });
}

static Outputs importIsInf(Node &node)
{
    const double low = node.integer("detect_negative", 1) ? -INFINITY : INFINITY;
    const double high = node.integer("detect_positive", 1) ? INFINITY : -INFINITY;
    if (low > high)
        return {{node.g.splat(node.type(0).clone(node.g.b.getI1Type()), 0)}};
    return testInput(node, [&](const ScalarMath &m, Value x) -> Value {
        return arith::OrIOp::create(m.b, m.loc, m.equal(x, m.number(x, low)), m.equal(x, m.number(x, high)));
    });
}

// ---- Clip --------------------------------------------------------------------------------------------------

/// A bound of opset 11 and later: a scalar that may be computed. Null where it is absent.
static FailureOr<Value> bound(Node &node, unsigned i)
{
    if (!node.hasInput(i))
        return Value();
    if (failed(node.checkSameType(0, i)))
        return failure();
    if (node.type(i).getNumElements() != 1)
        return node.error("input " + Twine(i) + " should be one number");
    return node.g.reshape(node.input(i), {});
}

/// min(max(x, low), high): where the bounds cross, the upper one wins.
static Outputs importClip(Node &node)
{
    FailureOr<Value> low = bound(node, 1), high = bound(node, 2);
    if (failed(low) || failed(high))
        return failure();
    SmallVector<Value> inputs{node.input(0)};
    for (Value limit : {*low, *high})
        if (limit)
            inputs.push_back(limit);
    if (inputs.size() == 1)
        return {{node.input(0)}};
    return {{mapElements(node.g, inputs, node.onnxElement(0), [&](const ScalarMath &m, ValueRange x) {
        Value result = *low ? m.largest(x[0], x[1]) : x[0];
        return *high ? m.smallest(result, x.back()) : result;
    })}};
}

/// Bounds as attributes, up to opset 10.
static Outputs importClipAttributes(Node &node)
{
    return mapInput(node, [&](const ScalarMath &m, Value x) {
        if (node.attribute("min"))
            x = m.largest(x, m.number(x, node.number("min", 0)));
        if (node.attribute("max"))
            x = m.smallest(x, m.number(x, node.number("max", 0)));
        return x;
    });
}

llvm::ArrayRef<Entry> unaryOperators()
{
    static const char testedTypes[] =
        "bfloat16, float16, float, double, float8e4m3fn, float8e4m3fnuz, float8e5m2, float8e5m2fnuz";
    static const Entry table[] = {
        {"", "Abs", 1, importAbs, numberTypes},
        {"", "Neg", 1, importNeg, signedTypes},
        {"", "Sign", 9, importSign, numberTypes},
        {"", "Reciprocal", 1, importReciprocal, floatTypes},
        {"", "Ceil", 1, importMath<math::CeilOp>, floatTypes},
        {"", "Floor", 1, importMath<math::FloorOp>, floatTypes},
        {"", "Round", 11, importMath<math::RoundEvenOp>, floatTypes},
        {"", "Sqrt", 1, importMath<math::SqrtOp>, floatTypes},
        {"", "Exp", 1, importMath<math::ExpOp>, floatTypes},
        {"", "Log", 1, importMath<math::LogOp>, floatTypes},
        {"", "Erf", 9, importErf, numberTypes},
        {"", "Sin", 7, importMath<math::SinOp>, floatTypes},
        {"", "Cos", 7, importMath<math::CosOp>, floatTypes},
        {"", "Tan", 7, importMath<math::TanOp>, floatTypes},
        {"", "Asin", 7, importMath<math::AsinOp>, floatTypes},
        {"", "Acos", 7, importMath<math::AcosOp>, floatTypes},
        {"", "Atan", 7, importMath<math::AtanOp>, floatTypes},
        {"", "Sinh", 9, importMath<math::SinhOp>, floatTypes},
        {"", "Cosh", 9, importMath<math::CoshOp>, floatTypes},
        {"", "Asinh", 9, importMath<math::AsinhOp>, floatTypes},
        {"", "Acosh", 9, importMath<math::AcoshOp>, floatTypes},
        {"", "Atanh", 9, importMath<math::AtanhOp>, floatTypes},
        {"", "Tanh", 1, importMath<math::TanhOp>, floatTypes},

        {"", "Relu", 1, importRelu, signedTypes},
        {"", "LeakyRelu", 1, importLeakyRelu, floatTypes},
        {"", "PRelu", 1, importPRelu, "bfloat16, float16, float, double, int32, int64, uint32, uint64", 2},
        {"", "ThresholdedRelu", 1, importThresholdedRelu, floatTypes},
        {"", "Elu", 1, importElu, floatTypes},
        {"", "Selu", 1, importSelu, floatTypes},
        {"", "Celu", 12, importCelu, floatTypes},
        {"", "HardSigmoid", 1, importHardSigmoid, floatTypes},
        {"", "HardSwish", 14, importHardSwish, floatTypes},
        {"", "Sigmoid", 1, importSigmoid, floatTypes},
        {"", "Softplus", 1, importSoftplus, floatTypes},
        {"", "Softsign", 1, importSoftsign, floatTypes},
        {"", "Mish", 18, importMish, floatTypes},
        {"", "Swish", 24, importSwish, floatTypes},
        {"", "Gelu", 20, importGelu, floatTypes},
        {"", "Affine", 1, importAffine, floatTypes},
        {"", "ScaledTanh", 1, importScaledTanh, floatTypes},
        {"", "ParametricSoftplus", 1, importParametricSoftplus, floatTypes},
        {"", "Shrink", 9, importShrink, numberTypes},
        {"com.microsoft", "Gelu", 1, importBiased<gelu>, floatTypes},
        {"com.microsoft", "BiasGelu", 1, importBiased<gelu>, floatTypes, 2},
        {"com.microsoft", "FastGelu", 1, importBiased<fastGelu>, floatTypes},
        {"com.microsoft", "QuickGelu", 1, importQuickGelu, floatTypes},

        {"", "Not", 1, importNot, "bool"},
        {"", "BitwiseNot", 18, importNot, integerTypes},
        {"", "IsNaN", 9, importIsNaN, testedTypes},
        {"", "IsInf", 10, importIsInf, testedTypes},

        {"", "Clip", 1, importClipAttributes, floatTypes},
        {"", "Clip", 11, importClip, numberTypes},
    };
    return table;
}

} // namespace barecc::onnx_import
