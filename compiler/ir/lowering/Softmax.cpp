// Softmax as linalg: maximum, exponentials, their sum and the quotient, row by row. Integers as TensorFlow Lite's
// reference kernels compute them, in fixed point; the C of kernels/generic/softmax_*.c says how.
#include "compiler/ir/ScalarFixedPoint.h"
#include "compiler/ir/lowering/Sums.h"

#include <cmath>

using namespace mlir;

namespace barecc::nn {
namespace {

/// The rows of one softmax, [rows, depth], and values of each row, [rows, 1].
class Rows {
public:
    Rows(OpBuilder &b, SoftmaxOp op) : g(b, op.getLoc()), op(op), type(GraphBuilder::typeOf(op.getOutput()))
    {
        Value stored = g.storage(op.getInput());
        const ArrayRef<int64_t> shape = GraphBuilder::shapeOf(stored);
        const int64_t depth = shape.empty() ? 1 : shape.back();
        x = g.reshape(stored, {type.getNumElements() / std::max<int64_t>(depth, 1), depth});
    }

    Value floats();
    Value bytes();
    Value bytesOfLogarithm();
    Value words();

    /// In the shape of the result.
    Value finished(Value rows) { return g.quantized(g.reshape(rows, type.getShape()), type); }

private:
    using Body = llvm::function_ref<Value(ScalarBuilder, ValueRange)>;

    Value map(ValueRange inputs, Type element, Body body)
    {
        return g.elementwise(inputs, element,
                             [&](OpBuilder &b, Location loc, ValueRange in) { return body({b, loc}, in); });
    }
    /// body(element, accumulator) along each row.
    Value reduce(Value input, TypedAttr init, Body body)
    {
        return g.reduce(input, {1}, true, init,
                        [&](OpBuilder &b, Location loc, ValueRange in) { return body({b, loc}, in); });
    }
    Value maximum(Value input, TypedAttr lowest)
    {
        return reduce(input, lowest,
                      [](ScalarBuilder s, ValueRange in) { return s.select(s.less(in[1], in[0]), in[0], in[1]); });
    }
    /// The integers of a row less their maximum.
    Value differences()
    {
        auto storage = cast<IntegerType>(GraphBuilder::elementOf(x));
        Value max = maximum(x, IntegerAttr::get(storage, APInt::getSignedMinValue(storage.getWidth())));
        return map({x, max}, i32(),
                   [](ScalarBuilder s, ValueRange in) { return s.sub(s.widen(in[0]), s.widen(in[1])); });
    }
    Value powers(Value differences, const SoftmaxExponent &exponent);
    Value sumOfPowers(Value powers);
    /// The exponent that one step of the input makes.
    double step()
    {
        return double(op.getBeta().convertToFloat()) * double(scalesOf(quantization(op.getInput().getType())).front());
    }
    Value table(ArrayRef<int16_t> samples)
    {
        return g.constant(SmallVector<int64_t>(samples.begin(), samples.end()), g.b.getI16Type());
    }
    Type i32() { return g.b.getI32Type(); }

    GraphBuilder g;
    SoftmaxOp op;
    const RankedTensorType type;
    Value x;
};

Value Rows::floats()
{
    const Type f32 = g.b.getF32Type(), element = type.getElementType();
    const float beta = op.getBeta().convertToFloat();
    Value wide = g.cast(x, f32);
    Value max = maximum(wide, FloatAttr::get(f32, APFloat::getInf(APFloat::IEEEsingle(), /*Negative=*/true)));
    Value exponents = map({wide, max}, f32, [&](ScalarBuilder s, ValueRange in) {
        Value difference = s.sub(in[0], in[1]);
        return beta == 1.0f ? difference : s.mul(difference, s.f32(beta));
    });
    Value powers = map(exponents, f32, [](ScalarBuilder s, ValueRange in) { return s.op<math::ExpOp>(in[0]); });
    Value sum =
        reduce(powers, FloatAttr::get(f32, 0.0), [](ScalarBuilder s, ValueRange in) { return s.add(in[1], in[0]); });
    if (!op.getLog())
        return map({powers, sum}, element,
                   [&](ScalarBuilder s, ValueRange in) { return s.convert(s.div(in[0], in[1]), element); });
    Value logarithm = map(sum, f32, [](ScalarBuilder s, ValueRange in) { return s.op<math::LogOp>(in[0]); });
    return map({exponents, logarithm}, element,
               [&](ScalarBuilder s, ValueRange in) { return s.convert(s.sub(in[0], in[1]), element); });
}

/// exp(scale * difference) in Q0.31; 0 for differences that count as nothing.
Value Rows::powers(Value differences, const SoftmaxExponent &exponent)
{
    return map(differences, i32(), [&](ScalarBuilder s, ValueRange in) {
        Value counts = s.lessEqual(s.i32(exponent.leastDifference), in[0]);
        Value difference = s.select(counts, in[0], s.i32(0));
        return s.select(counts, expOfNegative(s, s.rescale(difference, exponent.scale)), s.i32(0));
    });
}

/// In Q12.19; saturates where TensorFlow Lite's overflows.
Value Rows::sumOfPowers(Value powers)
{
    Value terms =
        map(powers, i32(), [](ScalarBuilder s, ValueRange in) { return roundingShiftRight(s, in[0], s.i32(12)); });
    return reduce(terms, g.b.getI32IntegerAttr(0), [](ScalarBuilder s, ValueRange in) {
        Value largest = s.i32(INT32_MAX);
        return s.select(s.less(s.sub(largest, in[1]), in[0]), largest, s.add(in[1], in[0]));
    });
}

/// int8 to int8 or int16.
Value Rows::bytes()
{
    const Type storage = quantization(type).getStorageType();
    const int bits = int(storage.getIntOrFloatBitWidth());
    Value power = powers(differences(), softmaxExponent(step()));
    Value sum = sumOfPowers(power);
    Value inverse = map(sum, i32(), [](ScalarBuilder s, ValueRange in) { return reciprocal(s, in[0]).multiplier; });
    Value shift = map(
        sum, i32(), [&](ScalarBuilder s, ValueRange in) { return s.add(reciprocal(s, in[0]).bits, s.i32(12 - bits)); });
    return map({power, inverse, shift}, storage, [&](ScalarBuilder s, ValueRange in) {
        Value quotient = roundingShiftRight(s, doublingHighMul(s, in[1], in[0]), s.min(in[2], s.i32(31)));
        Value probability = s.select(s.lessEqual(in[2], s.i32(31)), quotient, s.i32(0));
        const int32_t half = 1 << (bits - 1);
        return s.convert(s.clamp(s.sub(probability, s.i32(half)), -half, half - 1), storage);
    });
}

Value Rows::bytesOfLogarithm()
{
    const Type storage = quantization(type).getStorageType();
    const SoftmaxExponent exponent = softmaxExponent(step());
    Value difference = differences();
    Value logarithm = map(sumOfPowers(powers(difference, exponent)), i32(),
                          [](ScalarBuilder s, ValueRange in) { return logOfAtLeastOne(s, in[0]); });
    // Differences that Q5.26 could not hold less the logarithm give the least output.
    Value limit = map(logarithm, i32(), [&](ScalarBuilder s, ValueRange in) {
        return s.rescale(s.add(s.i32(INT32_MIN), in[0]), exponent.inverse);
    });
    return map({difference, logarithm, limit}, storage, [&](ScalarBuilder s, ValueRange in) {
        Value counts = s.op<arith::AndIOp>({s.lessEqual(s.i32(exponent.leastDifference), in[0]), s.less(in[2], in[0])});
        Value exact = s.sub(s.rescale(s.select(counts, in[0], s.i32(0)), exponent.scale), in[1]);
        Value steps = s.add(roundingShiftRight(s, exact, s.i32(22)), s.i32(127));
        return s.convert(s.clamp(s.select(counts, steps, s.i32(-128)), -128, 127), storage);
    });
}

/// int16, by tables of exp over [-10, 0] and 1 / (1 + t) over [0, 1].
Value Rows::words()
{
    const Type storage = quantization(type).getStorageType();
    const FixedPoint scale = softmaxTableScale(step());
    Value exponential = table(softmaxExpTable());
    Value reciprocals = table(softmaxReciprocalTable());
    Value powers = map(differences(), i32(), [&](ScalarBuilder s, ValueRange in) {
        Value at = s.add(s.rescale(in[0], scale), s.i32(INT16_MAX));
        return interpolate16(s, exponential, s.clamp(at, INT16_MIN, INT16_MAX));
    });
    Value sum =
        reduce(powers, g.b.getI32IntegerAttr(0), [](ScalarBuilder s, ValueRange in) { return s.add(in[1], in[0]); });
    // sum = 2^shift * (1 + t), t in [0, 1)
    Value shift =
        map(sum, i32(), [](ScalarBuilder s, ValueRange in) { return s.sub(s.i32(31), leadingZeros(s, in[0])); });
    Value inverse = map({sum, shift}, i32(), [&](ScalarBuilder s, ValueRange in) {
        const Type wide = s.b.getI64Type();
        Value scaled = s.op<arith::ShLIOp>({s.convert(in[0], wide), s.convert(s.sub(s.i32(30), in[1]), wide)});
        Value rounded = s.op<arith::ShRSIOp>({s.add(scaled, s.integer(wide, 1 << 13)), s.integer(wide, 14)});
        Value t = s.sub(s.widen(rounded), s.i32(65536 + 32768));
        return interpolate16(s, reciprocals, s.clamp(t, INT16_MIN, INT16_MAX));
    });
    return map({powers, inverse, shift}, storage, [&](ScalarBuilder s, ValueRange in) {
        Value one = s.i32(1), half = s.op<arith::ShLIOp>({one, s.sub(in[2], one)});
        Value quotient = s.op<arith::ShRSIOp>({s.add(s.mul(in[0], in[1]), half), in[2]});
        return s.convert(s.clamp(quotient, 0, INT16_MAX), storage);
    });
}

} // namespace

Value SoftmaxOp::lowerToLinalg(OpBuilder &b)
{
    Rows rows(b, *this);
    auto input = quantization(getInput().getType());
    if (!input)
        return rows.finished(rows.floats());
    if (input.getStorageTypeIntegralWidth() == 16)
        return rows.finished(rows.words());
    return rows.finished(getLog() ? rows.bytesOfLogarithm() : rows.bytes());
}

} // namespace barecc::nn
