// Functions of two or more elements.
#include "compiler/ir/ScalarFixedPoint.h"

#include "compiler/import/tflite/Node.h"

#include <cmath>

using namespace mlir;

namespace barecc::tflite_import {

// ---- Two elements: sums ------------------------------------------------------------------------------------

/// Both inputs are plain numbers of one type, or both are quantised tensors of one storage type.
static LogicalResult requireAlike(const Node &node)
{
    if (node.element(0) != node.element(1))
        return node.error("has inputs of different types; the file is damaged");
    if (bool(node.quantization(0)) != bool(node.quantization(1)))
        return node.unsupportedType(node.quantization(0) ? 1 : 0);
    if (!node.quantization(0))
        return node.isUnsigned(0) ? node.unsupportedType() : node.requirePlainOutput();
    return success(succeeded(node.requirePerTensor(0)) && succeeded(node.requirePerTensor(1)) &&
                   succeeded(node.requireQuantizedOutput()));
}

using Binary = Value (*)(Scalar, Value, Value);

static FailureOr<Value> plainBinary(const Node &node, Binary function, tflite::ActivationFunctionType activation)
{
    FailureOr<Value> result = node.elementwise({node.input(0), node.input(1)}, node.element(0),
                                               [&](Scalar s, ValueRange in) { return function(s, in[0], in[1]); });
    if (failed(result))
        return failure();
    return applyActivation(node, *result, activation);
}

static Value sum(Scalar s, Value x, Value y) { return s.add(x, y); }
static Value difference(Scalar s, Value x, Value y) { return s.sub(x, y); }

/// Both inputs at the larger one's doubled scale, with bits to spare, then to the output's.
static FailureOr<Value> quantizedSum(const Node &node, Binary function, tflite::ActivationFunctionType activation)
{
    FailureOr<IntegerRange> range = activationRange(node, activation);
    if (failed(range))
        return failure();
    const Type storage = Node::storageElement(node.outputElement());
    const int spare = node.element(0).isInteger(16) ? 15 : 20;
    const double common = 2.0 * double(std::max(node.scale(0), node.scale(1)));
    const FixedPoint first = fixedPoint(double(node.scale(0)) / common),
                     second = fixedPoint(double(node.scale(1)) / common);
    const FixedPoint output = fixedPoint(common / (double(1 << spare) * double(node.outputScale())));
    return node.elementwise({node.storage(0), node.storage(1)}, storage, [&](Scalar s, ValueRange in) {
        Value x = s.shiftLeft(s.sub(s.widen(in[0]), s.i32(node.zeroPoint(0))), spare);
        Value y = s.shiftLeft(s.sub(s.widen(in[1]), s.i32(node.zeroPoint(1))), spare);
        Value result = s.rescale(function(s, s.rescale(x, first), s.rescale(y, second)), output);
        return narrowTo(s, s.add(result, s.i32(node.outputZeroPoint())), *range, storage);
    });
}

/// 16-bit integers at scales that are powers of two: the finer input is shifted to the output's scale, which the other
/// one has, and the sum saturates. Nothing where the scales are others.
static std::optional<std::pair<int, int>> powerShifts(const Node &node)
{
    auto exponent = [](float scale) -> std::optional<int> {
        const float log = std::log2(scale), rounded = std::round(log);
        return std::abs(log - rounded) < 1e-3f ? std::optional<int>(int(rounded)) : std::nullopt;
    };
    const std::optional<int> first = exponent(node.scale(0)), second = exponent(node.scale(1)),
                             output = exponent(node.outputScale());
    if (!node.element(0).isInteger(16) || !first || !second || !output)
        return std::nullopt;
    return std::pair(*output - *first, *output - *second);
}

static FailureOr<Value> shiftedSum(const Node &node, Binary function, std::pair<int, int> shifts,
                                   tflite::ActivationFunctionType activation)
{
    FailureOr<IntegerRange> range = activationRange(node, activation);
    if (failed(range))
        return failure();
    if (std::min(shifts.first, shifts.second) != 0 || std::max(shifts.first, shifts.second) > 31)
        return node.error("has no input at its output's scale, and all scales are powers of two; quantise the model "
                          "again");
    const Type storage = Node::storageElement(node.outputElement());
    return node.elementwise({node.storage(0), node.storage(1)}, storage, [&](Scalar s, ValueRange in) {
        Value x = roundingShiftRight(s, s.widen(in[0]), s.i32(shifts.first));
        Value y = roundingShiftRight(s, s.widen(in[1]), s.i32(shifts.second));
        return narrowTo(s, s.clamp(function(s, x, y), INT16_MIN, INT16_MAX), *range, storage);
    });
}

template <typename Options, Binary function> static Outputs additive(Node &node)
{
    if (failed(requireAlike(node)))
        return failure();
    const auto *options = node.optionsOrNull<Options>();
    const auto activation = options ? options->fused_activation_function() : tflite::ActivationFunctionType_NONE;
    if (!node.quantization(0))
        return one(plainBinary(node, function, activation));
    if (std::optional<std::pair<int, int>> shifts = powerShifts(node); shifts && options && options->pot_scale_int16())
        return one(shiftedSum(node, function, *shifts, activation));
    return one(quantizedSum(node, function, activation));
}

static Outputs addN(Node &node)
{
    if (node.quantization(0))
        return node.unsupportedType();
    Value total = node.input(0);
    for (unsigned i = 1; i < node.inputCount(); ++i) {
        if (!node.input(i) || node.input(i).getType() != total.getType())
            return node.error("has inputs of different shapes; the file is damaged");
        total = node.map({total, node.input(i)}, node.element(0),
                         [](Scalar s, ValueRange in) { return s.add(in[0], in[1]); });
    }
    return one(total);
}

// ---- Two elements: products --------------------------------------------------------------------------------

static Value product(Scalar s, Value x, Value y) { return s.mul(x, y); }

static Outputs mul(Node &node)
{
    if (failed(requireAlike(node)))
        return failure();
    const auto *options = node.optionsOrNull<tflite::MulOptions>();
    const auto activation = options ? options->fused_activation_function() : tflite::ActivationFunctionType_NONE;
    if (!node.quantization(0))
        return one(plainBinary(node, product, activation));
    FailureOr<IntegerRange> range = activationRange(node, activation);
    if (failed(range))
        return failure();
    const Type storage = Node::storageElement(node.outputElement());
    const FixedPoint scale = fixedPoint(double(node.scale(0)) * double(node.scale(1)) / double(node.outputScale()));
    return one(node.elementwise({node.storage(0), node.storage(1)}, storage, [&](Scalar s, ValueRange in) {
        Value x = s.sub(s.widen(in[0]), s.i32(node.zeroPoint(0))), y = s.sub(s.widen(in[1]), s.i32(node.zeroPoint(1)));
        return narrowTo(s, s.add(s.rescale(s.mul(x, y), scale), s.i32(node.outputZeroPoint())), *range, storage);
    }));
}

static Value quotient(Scalar s, Value x, Value y) { return s.div(x, y); }

/// x / y by the reciprocal of y, with as many bits of x as 32 hold. Divisors of zero count as one.
static FailureOr<Value> quantizedQuotient(const Node &node, tflite::ActivationFunctionType activation)
{
    FailureOr<IntegerRange> range = activationRange(node, activation);
    if (failed(range))
        return failure();
    const Type storage = Node::storageElement(node.outputElement());
    // Single precision up to here, as TFLite multiplies its scales.
    const FixedPoint scale = fixedPoint(double(node.scale(0) / (node.scale(1) * node.outputScale())));
    return node.elementwise({node.storage(0), node.storage(1)}, storage, [&](Scalar s, ValueRange in) {
        Value x = s.sub(s.widen(in[0]), s.i32(node.zeroPoint(0))), y = s.sub(s.widen(in[1]), s.i32(node.zeroPoint(1)));
        Value zero = s.i32(0), negative = s.less(y, zero);
        x = s.select(negative, s.sub(zero, x), x);
        y = s.select(negative, s.sub(zero, y), s.max(y, s.i32(1)));
        const Reciprocal inverse = reciprocal(s, y);
        // Sign bits in front of the first other one: of -1 and 0 all 31.
        Value magnitude = s.select(s.less(x, zero), s.sub(s.i32(-1), x), x);
        Value headroom =
            s.select(s.equal(magnitude, zero), s.i32(31), s.sub(leadingZeros(s, s.max(magnitude, s.i32(1))), s.i32(1)));
        Value quotient = doublingHighMul(s, s.op<arith::ShLIOp>({x, headroom}), inverse.multiplier);
        // More than 31 places to the right, which TFLite leaves undefined, are places too: nothing is left but 0.
        Value right = s.sub(s.add(inverse.bits, headroom), s.i32(scale.shift));
        right = s.min(s.max(right, zero), s.i32(62));
        Value result = roundingShiftRight(s, doublingHighMul(s, quotient, s.i32(scale.multiplier)), right);
        return narrowTo(s, s.add(result, s.i32(node.outputZeroPoint())), *range, storage);
    });
}

static Outputs div(Node &node)
{
    if (failed(requireAlike(node)))
        return failure();
    const auto *options = node.optionsOrNull<tflite::DivOptions>();
    const auto activation = options ? options->fused_activation_function() : tflite::ActivationFunctionType_NONE;
    return one(node.quantization(0) ? quantizedQuotient(node, activation) : plainBinary(node, quotient, activation));
}

/// Whether a remainder has to be moved by one divisor for the quotient to be rounded down: it is not zero, and its sign
/// is not the divisor's.
static Value isShort(Scalar s, Value rest, Value divisor)
{
    Value zero = s.same(rest, 0);
    Value differ = s.op<arith::XOrIOp>({s.less(rest, zero), s.less(divisor, zero)});
    Value exact = s.equal(rest, zero);
    return s.select(exact, s.integer(s.b.getI1Type(), 0), differ);
}

static Value floorQuotient(Scalar s, Value x, Value y)
{
    if (Scalar::isFloat(x))
        return s.op<math::FloorOp>(s.div(x, y));
    return s.op<arith::FloorDivSIOp>({x, y});
}

static Value floorRemainder(Scalar s, Value x, Value y)
{
    Value rest = s.either<arith::RemFOp, arith::RemSIOp>(x, y);
    return s.select(isShort(s, rest, y), s.add(rest, y), rest);
}

static Value larger(Scalar s, Value x, Value y) { return s.max(x, y); }
static Value smaller(Scalar s, Value x, Value y) { return s.min(x, y); }

static Value squaredDifferenceOf(Scalar s, Value x, Value y)
{
    Value d = s.sub(x, y);
    return s.mul(d, d);
}

/// An operator on plain numbers that has no fused activation.
template <Binary function> static Outputs plain(Node &node)
{
    if (node.quantization(0))
        return node.unsupportedType();
    if (failed(requireAlike(node)))
        return failure();
    return one(plainBinary(node, function, tflite::ActivationFunctionType_NONE));
}

/// Quantised operands of one scale compare as their integers do.
template <Binary function> static Outputs extremum(Node &node)
{
    if (failed(requireAlike(node)))
        return failure();
    return one(node.elementwise({node.storage(0), node.storage(1)}, node.element(0),
                                [](Scalar s, ValueRange in) { return function(s, in[0], in[1]); }));
}

static Outputs squaredDifference(Node &node)
{
    if (!node.quantization(0))
        return plain<squaredDifferenceOf>(node);
    if (failed(requireAlike(node)))
        return failure();
    FailureOr<IntegerRange> range = activationRange(node, tflite::ActivationFunctionType_NONE);
    if (failed(range))
        return failure();
    const Type storage = Node::storageElement(node.outputElement());
    const int spare = 7;
    const double common = 2.0 * std::max(double(node.scale(0)), double(node.scale(1)));
    const FixedPoint first = fixedPoint(double(node.scale(0)) / common),
                     second = fixedPoint(double(node.scale(1)) / common);
    const FixedPoint output = fixedPoint(common * common / (double(1 << (spare * 2)) * double(node.outputScale())));
    return one(node.elementwise({node.storage(0), node.storage(1)}, storage, [&](Scalar s, ValueRange in) {
        Value x = s.shiftLeft(s.sub(s.widen(in[0]), s.i32(node.zeroPoint(0))), spare);
        Value y = s.shiftLeft(s.sub(s.widen(in[1]), s.i32(node.zeroPoint(1))), spare);
        Value squared = squaredDifferenceOf(s, s.rescale(x, first), s.rescale(y, second));
        return narrowTo(s, s.add(s.rescale(squared, output), s.i32(node.outputZeroPoint())), *range, storage);
    }));
}

/// Integer powers by squaring, for exponents that are not negative.
static Value integerPower(Scalar s, Value base, Value exponent)
{
    Value result = s.same(base, 1), factor = base, rest = exponent;
    for (int bit = 0; bit < 6; ++bit) { // larger exponents overflow, or have a base of -1, 0 or 1
        Value odd = s.op<arith::AndIOp>({rest, s.same(rest, 1)});
        result = s.select(s.equal(odd, s.same(odd, 0)), result, s.mul(result, factor));
        factor = s.mul(factor, factor);
        rest = s.op<arith::ShRSIOp>({rest, s.same(rest, 1)});
    }
    return result;
}

static Value power(Scalar s, Value x, Value y)
{
    return Scalar::isFloat(x) ? s.op<math::PowFOp>({x, y}) : integerPower(s, x, y);
}

static Value arcTangent(Scalar s, Value y, Value x) { return s.op<math::Atan2Op>({y, x}); }

static Outputs atan2Of(Node &node)
{
    if (failed(node.requireFloat()))
        return failure();
    return plain<arcTangent>(node);
}

ArrayRef<Entry> arithmeticOperators()
{
    static const char *const numbers = "float32, int32, int64";
    static const char *const all = "float32, int32, int64, int8, uint8, int16";
    static const Entry entries[] = {
        {tflite::BuiltinOperator_ADD, additive<tflite::AddOptions, sum>, 2, all},
        {tflite::BuiltinOperator_ADD_N, addN, 1, numbers},
        {tflite::BuiltinOperator_ATAN2, atan2Of, 2, "float32"},
        {tflite::BuiltinOperator_DIV, div, 2, all},
        {tflite::BuiltinOperator_FLOOR_DIV, plain<floorQuotient>, 2, numbers},
        {tflite::BuiltinOperator_FLOOR_MOD, plain<floorRemainder>, 2, numbers},
        {tflite::BuiltinOperator_MAXIMUM, extremum<larger>, 2, all, {0b11, Moves::Quantized}},
        {tflite::BuiltinOperator_MINIMUM, extremum<smaller>, 2, all, {0b11, Moves::Quantized}},
        {tflite::BuiltinOperator_MUL, mul, 2, all},
        {tflite::BuiltinOperator_POW, plain<power>, 2, numbers},
        {tflite::BuiltinOperator_SQUARED_DIFFERENCE, squaredDifference, 2, "float32, int32, int64, int8, uint8"},
        {tflite::BuiltinOperator_STABLEHLO_ADD, additive<tflite::AddOptions, sum>, 2, all},
        {tflite::BuiltinOperator_STABLEHLO_MAXIMUM, extremum<larger>, 2, all, {0b11, Moves::Quantized}},
        {tflite::BuiltinOperator_STABLEHLO_MINIMUM, extremum<smaller>, 2, all, {0b11, Moves::Quantized}},
        {tflite::BuiltinOperator_STABLEHLO_MULTIPLY, mul, 2, all},
        {tflite::BuiltinOperator_STABLEHLO_SUBTRACT, additive<tflite::SubOptions, difference>, 2, all},
        {tflite::BuiltinOperator_SUB, additive<tflite::SubOptions, difference>, 2, all},
    };
    return entries;
}

} // namespace barecc::tflite_import
