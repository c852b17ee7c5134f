#include "compiler/import/tflite/ScalarFixedPoint16.h"

#include "compiler/ir/ScalarFixedPoint.h"

using namespace mlir;

namespace barecc::tflite_import {
namespace {

/// High half of 2xy on 16 bits, rounded to nearest; -2^15 * -2^15 does not come up.
Value multiply(const Scalar &s, Value x, Value y)
{
    Value product = s.mul(x, y);
    Value nudge = s.select(s.less(product, s.i32(0)), s.i32(1 - (1 << 14)), s.i32(1 << 14));
    return s.div(s.add(product, nudge), s.i32(1 << 15));
}

Value saturated(const Scalar &s, Value x) { return s.clamp(x, INT16_MIN, INT16_MAX); }

Value shiftLeft(const Scalar &s, Value x, int bits) { return bits == 0 ? x : saturated(s, s.shiftLeft(x, bits)); }

/// exp(x) in Q0.15 for x in [-1/4, 0), Q0.15: a Taylor polynomial around -1/8.
Value expOfQuarter(const Scalar &s, Value a)
{
    Value expOfEighth = s.i32(28918), third = s.i32(10923);
    Value x = s.add(a, s.i32(1 << 12));
    Value x2 = multiply(s, x, x), x3 = multiply(s, x2, x);
    Value x4Quarter = roundingShiftRight(s, multiply(s, x2, x2), s.i32(2));
    Value tail = roundingShiftRight(s, s.add(multiply(s, s.add(x4Quarter, x3), third), x2), s.i32(1));
    return saturated(s, s.add(expOfEighth, multiply(s, expOfEighth, s.add(x, tail))));
}

/// exp(a) in Q0.15 for a <= 0: the fraction below 1/4 by the polynomial, then one factor for each bit above.
Value expOfNegative(const Scalar &s, Value a, int integerBits)
{
    const int fractionBits = 15 - integerBits, quarter = 1 << (fractionBits - 2);
    Value fraction = s.sub(s.op<arith::AndIOp>({a, s.i32(quarter - 1)}), s.i32(quarter));
    Value result = expOfQuarter(s, shiftLeft(s, fraction, integerBits));
    Value remainder = s.sub(fraction, a);
    const int factors[] = {25520, 19875, 12055, 4435, 600, 11, 0}; // exp(-2^e), e from -2
    for (int e = -2; e <= 4 && e < integerBits; ++e) {
        Value bit = s.op<arith::AndIOp>({remainder, s.i32(1 << (fractionBits + e))});
        result = s.select(s.equal(bit, s.i32(0)), result, multiply(s, result, s.i32(factors[e + 2])));
    }
    return s.select(s.equal(a, s.i32(0)), s.i32(INT16_MAX), result);
}

/// 2 / (1 + a) in Q2.13 for a in [0, 1], Q0.15: three Newton steps.
Value twoOverOnePlus(const Scalar &s, Value a)
{
    Value halfDenominator = s.div(s.add(a, s.i32(INT16_MAX + 1)), s.i32(2));
    Value x = s.add(s.i32(23130), multiply(s, halfDenominator, s.i32(-15420))); // 48/17 - 32/17 d
    for (int i = 0; i < 3; ++i) {
        Value error = s.sub(s.i32(1 << 13), multiply(s, halfDenominator, x));
        x = s.add(x, shiftLeft(s, multiply(s, x, error), 2));
    }
    return x;
}

Value lower(const Scalar &s, Value x) { return s.min(x, s.sub(s.i32(0), x)); }

} // namespace

Value fixedLogistic16(const Scalar &s, Value x)
{
    Value positive = shiftLeft(s, twoOverOnePlus(s, expOfNegative(s, lower(s, x), 3)), 1);
    Value result = s.select(s.less(s.i32(0), x), positive, s.sub(s.i32(INT16_MAX), positive));
    return s.select(s.equal(x, s.i32(0)), s.i32(1 << 14), result);
}

Value fixedTanh16(const Scalar &s, Value x, int integerBits)
{
    Value exponential =
        expOfNegative(s, lower(s, x), integerBits + 1); // of 2x: the same bits with one integer bit more
    Value tanh = shiftLeft(s, s.sub(twoOverOnePlus(s, exponential), s.i32(1 << 13)), 2);
    Value result = s.select(s.less(x, s.i32(0)), s.sub(s.i32(0), tanh), tanh);
    return s.select(s.equal(x, s.i32(0)), s.i32(0), result);
}

} // namespace barecc::tflite_import
