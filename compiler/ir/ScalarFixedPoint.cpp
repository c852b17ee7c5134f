#include "compiler/ir/ScalarFixedPoint.h"

using namespace mlir;

namespace barecc {

static Value wide(const ScalarBuilder &s, Value x) { return s.convert(x, s.b.getI64Type()); }
static Value i64(const ScalarBuilder &s, int64_t value) { return s.integer(s.b.getI64Type(), value); }

/// x * 2^bits, cut to 32 bits.
static Value saturatingShiftLeft(const ScalarBuilder &s, Value x, int bits)
{
    return s.widen(s.clamp(s.shiftLeft(wide(s, x), bits), INT32_MIN, INT32_MAX));
}

Value doublingHighMul(const ScalarBuilder &s, Value x, Value y)
{
    Value product = s.add(s.mul(wide(s, x), wide(s, y)), i64(s, int64_t(1) << 30));
    return s.widen(s.op<arith::ShRSIOp>({product, i64(s, 31)}));
}

Value roundingShiftRight(const ScalarBuilder &s, Value x, Value exponent)
{
    Value bits = wide(s, exponent), one = i64(s, 1), value = wide(s, x);
    Value mask = s.sub(s.op<arith::ShLIOp>({one, bits}), one);
    Value remainder = s.op<arith::AndIOp>({value, mask});
    Value half = s.op<arith::ShRSIOp>({mask, one});
    Value threshold = s.select(s.less(value, i64(s, 0)), s.add(half, one), half);
    Value quotient = s.op<arith::ShRSIOp>({value, bits});
    return s.widen(s.select(s.less(threshold, remainder), s.add(quotient, one), quotient));
}

Value rescale(const ScalarBuilder &s, Value x, Value multiplier, Value shift)
{
    Value zero = s.i32(0), left = s.max(shift, zero), right = s.min(s.max(s.sub(zero, shift), zero), s.i32(31));
    return roundingShiftRight(s, doublingHighMul(s, s.op<arith::ShLIOp>({x, left}), multiplier), right);
}

Value rescale64(const ScalarBuilder &s, Value x, FixedPoint by)
{
    const int64_t reduced = by.multiplier < 0x7fff0000 ? (by.multiplier + (1 << 15)) >> 16 : 0x7fff;
    const int total = std::max(15 - by.shift, 1);
    Value product = s.add(s.mul(x, i64(s, reduced)), i64(s, int64_t(1) << (total - 1)));
    return s.widen(s.op<arith::ShRSIOp>({product, i64(s, total)}));
}

/// Shifts x > 0 to the left as far as it stays below 2^bits, by multiples of `step`, and counts the steps.
static std::pair<Value, Value> normalise(const ScalarBuilder &s, Value x, int bits, int step)
{
    Value value = wide(s, x), count = s.i32(0);
    for (int steps = 16; steps >= 1; steps /= 2) {
        const int shift = steps * step;
        if (shift >= bits)
            continue;
        Value fits = s.less(value, i64(s, int64_t(1) << (bits - shift)));
        value = s.select(fits, s.shiftLeft(value, shift), value);
        count = s.select(fits, s.add(count, s.i32(steps)), count);
    }
    return {value, count};
}

Value leadingZeros(const ScalarBuilder &s, Value x) { return normalise(s, x, 32, 1).second; }

/// 2 / (1 + a) in Q2.29 for a in [0, 1], Q0.31: three Newton steps.
static Value twoOverOnePlus(const ScalarBuilder &s, Value a)
{
    Value sum = s.add(wide(s, a), i64(s, int64_t(INT32_MAX) + 1));
    Value halfDenominator = s.widen(s.div(sum, i64(s, 2)));
    Value x = s.add(s.i32(1515870810), doublingHighMul(s, halfDenominator, s.i32(-1010580540))); // (48 - 32 d) / 17
    for (int i = 0; i < 3; ++i) {
        Value error = s.sub(s.i32(1 << 29), doublingHighMul(s, halfDenominator, x));
        x = s.add(x, saturatingShiftLeft(s, doublingHighMul(s, x, error), 2));
    }
    return x;
}

Value reciprocalOfOnePlus(const ScalarBuilder &s, Value x)
{
    return saturatingShiftLeft(s, twoOverOnePlus(s, x), 1); // half of it, in Q1.30
}

Value expOfNegative(const ScalarBuilder &s, Value x)
{
    const int32_t powers[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242}; // exp(-2^i), i > -3
    constexpr int32_t quarter = 1 << 24;
    Value fraction = s.sub(s.op<arith::AndIOp>({x, s.i32(quarter - 1)}), s.i32(quarter));
    // A Taylor polynomial round -1/8, then a factor for each bit above.
    Value a = s.add(s.mul(fraction, s.i32(32)), s.i32(1 << 28)), expOfEighth = s.i32(1895147668);
    Value a2 = doublingHighMul(s, a, a), a3 = doublingHighMul(s, a2, a), a4 = doublingHighMul(s, a2, a2);
    Value third = doublingHighMul(s, s.add(roundingShiftRight(s, a4, s.i32(2)), a3), s.i32(715827883));
    Value tail = roundingShiftRight(s, s.add(third, a2), s.i32(1));
    Value result = s.add(expOfEighth, doublingHighMul(s, expOfEighth, s.add(a, tail)));
    Value rest = s.sub(fraction, x);
    for (auto [i, power] : llvm::enumerate(powers)) {
        Value bit = s.op<arith::AndIOp>({rest, s.i32(int64_t(quarter) << i)});
        result = s.select(s.equal(bit, s.i32(0)), result, doublingHighMul(s, result, s.i32(power)));
    }
    return s.select(s.equal(x, s.i32(0)), s.i32(INT32_MAX), result);
}

/// x = r / s * 2^power with s = 2^(-1/4), and so its logarithm: see log_of_at_least_one in kernels/abi/fixed_point.h.
Value logOfAtLeastOne(const ScalarBuilder &s, Value x)
{
    constexpr int32_t root = 1805811301, half = 1518500250, log2 = 1488522236; // s, s^2 and log(2) in Q0.31
    constexpr int32_t alphaN = 117049297, alphaD = 127690142, alphaI = 1057819769, alphaF = 638450708;
    auto powerOf = [&](Value zeros, int32_t quarter) {
        return s.add(s.mul(s.sub(s.i32(12), zeros), s.i32(1 << 25)), s.i32(quarter));
    };
    auto shifted = [&](Value value, Value bits) {
        Value wideResult = s.op<arith::ShLIOp>({wide(s, value), wide(s, bits)});
        return s.widen(s.clamp(wideResult, INT32_MIN, INT32_MAX));
    };
    Value zeros = leadingZeros(s, x), one = s.i32(1);
    Value even = saturatingShiftLeft(s, doublingHighMul(s, shifted(x, s.sub(zeros, one)), s.i32(half)), 1);
    Value headroom = s.sub(leadingZeros(s, doublingHighMul(s, x, s.i32(half))), one);
    Value r = s.min(even, shifted(x, headroom));
    Value power = s.max(powerOf(zeros, 1 << 23), powerOf(headroom, -(1 << 23)));

    Value sum = s.add(s.add(wide(s, r), i64(s, root)), i64(s, 1));
    Value p = s.widen(s.div(sum, i64(s, 2)));
    Value q = s.mul(s.sub(r, s.i32(root)), s.i32(2));
    Value q2 = doublingHighMul(s, q, q);
    Value numerator = s.add(doublingHighMul(s, q, r), doublingHighMul(s, doublingHighMul(s, q, q2), s.i32(alphaN)));
    Value factor = s.add(s.add(s.i32(alphaI), q), doublingHighMul(s, s.i32(alphaD), q2));
    Value denominator = s.add(doublingHighMul(s, p, factor), doublingHighMul(s, s.i32(alphaF), q)); // less one
    Value logOfR = doublingHighMul(s, roundingShiftRight(s, numerator, s.i32(6)), reciprocalOfOnePlus(s, denominator));
    return saturatingShiftLeft(s, s.add(doublingHighMul(s, power, s.i32(log2)), logOfR), 1);
}

Value interpolate16(const ScalarBuilder &s, Value samples, Value x)
{
    Value piece = s.add(s.op<arith::ShRSIOp>({x, s.i32(7)}), s.i32(256));
    auto sample = [&](Value at) {
        return s.widen(GraphBuilder::at(s.b, s.loc, samples, s.convert(at, s.b.getIndexType())));
    };
    Value low = sample(piece), step = s.sub(sample(s.add(piece, s.i32(1))), low);
    Value rise = s.add(s.mul(step, s.op<arith::AndIOp>({x, s.i32(127)})), s.i32(64));
    return s.add(low, s.op<arith::ShRSIOp>({rise, s.i32(7)}));
}

Reciprocal reciprocal(const ScalarBuilder &s, Value x)
{
    Value zeros = leadingZeros(s, x);
    // x = (1 + fraction) * 2^(31 - zeros)
    Value scaled = s.op<arith::ShLIOp>({wide(s, x), wide(s, zeros)});
    Value fraction = s.widen(s.sub(scaled, i64(s, int64_t(1) << 31)));
    Value doubled = s.mul(wide(s, twoOverOnePlus(s, fraction)), i64(s, 2));
    return {s.widen(s.min(doubled, i64(s, INT32_MAX))), s.sub(s.i32(31), zeros)};
}

namespace {

struct NormalisedSquare {
    Value value; // in [2^27, 2^29)
    Value shift; // of the root's exponent, see inverseSquareRoot
};

} // namespace

static NormalisedSquare normaliseSquare(const ScalarBuilder &s, Value x)
{
    Value large = s.less(s.i32((1 << 29) - 1), x);
    Value reduced = s.max(s.select(large, s.div(x, s.i32(4)), x), s.i32(1));
    const auto [value, pairs] = normalise(s, reduced, 29, 2);
    return {s.widen(value), s.sub(s.select(large, s.i32(12), s.i32(11)), pairs)};
}

Value inverseSquareRootMultiplier(const ScalarBuilder &s, Value x)
{
    const NormalisedSquare square = normaliseSquare(s, x);
    Value half = roundingShiftRight(s, s.op<arith::ShRSIOp>({square.value, s.i32(1)}), s.i32(1));
    Value y = s.i32(1 << 28), oneAndHalf = s.i32((1 << 28) + (1 << 27)); // Q3.28
    for (int i = 0; i < 5; ++i) {
        Value cube = saturatingShiftLeft(s, doublingHighMul(s, doublingHighMul(s, y, y), y), 6);
        y = saturatingShiftLeft(s, s.sub(doublingHighMul(s, oneAndHalf, y), doublingHighMul(s, half, cube)), 3);
    }
    y = doublingHighMul(s, y, s.i32(1518500250)); // sqrt(1/2)
    y = s.op<arith::ShLIOp>({y, s.max(s.sub(s.i32(0), square.shift), s.i32(0))});
    return s.select(s.lessEqual(x, s.i32(1)), s.i32(INT32_MAX), y);
}

Value inverseSquareRootShift(const ScalarBuilder &s, Value x)
{
    Value shift = s.sub(s.i32(0), s.max(normaliseSquare(s, x).shift, s.i32(0)));
    return s.select(s.lessEqual(x, s.i32(1)), s.i32(0), shift);
}

} // namespace barecc
