#include "compiler/import/tflite/FixedPoint.h"

#include "kernels/abi/quantize.h"

#include <algorithm>
#include <cmath>

namespace barecc::tflite_import {

int32_t doublingHighMul(int32_t a, int32_t b) { return ::doubling_high_mul(a, b); }

int16_t doublingHighMul16(int16_t a, int16_t b)
{
    if (a == INT16_MIN && b == INT16_MIN)
        return INT16_MAX;
    const int32_t product = int32_t(a) * b;
    const int32_t nudge = product >= 0 ? 1 << 14 : 1 - (1 << 14);
    return int16_t((product + nudge) / (1 << 15));
}

int32_t roundingShiftRight(int32_t x, int exponent) { return ::rounding_shift_right(x, exponent); }

float roundAway(float x) { return std::round(x); }

// Numbers below are Qm.n as their comments say: m integer bits and n = 31 - m fraction bits.

static int32_t saturate(int64_t x) { return int32_t(std::clamp<int64_t>(x, INT32_MIN, INT32_MAX)); }

static int32_t shiftLeft(int32_t x, int exponent) { return saturate(int64_t(x) * (int64_t(1) << exponent)); }

/// exp(x) in Q0.31 for x in [-1/4, 0), Q0.31: a Taylor polynomial around -1/8.
static int32_t expOfQuarter(int32_t a)
{
    const int32_t expOfEighth = 1895147668, third = 715827883;
    const int32_t x = a + (1 << 28);
    const int32_t x2 = doublingHighMul(x, x);
    const int32_t x3 = doublingHighMul(x2, x);
    const int32_t x4Quarter = roundingShiftRight(doublingHighMul(x2, x2), 2);
    const int32_t tail = roundingShiftRight(doublingHighMul(x4Quarter + x3, third) + x2, 1);
    return expOfEighth + doublingHighMul(expOfEighth, x + tail);
}

/// exp(a) in Q0.31 for a <= 0 with `integerBits` integer bits: the fraction below 1/4 by the polynomial, then one
/// factor for each bit above.
static int32_t expOfNegative(int32_t a, int integerBits)
{
    const int fractionBits = 31 - integerBits;
    if (a == 0)
        return INT32_MAX;
    const int32_t quarter = 1 << (fractionBits - 2);
    const int32_t fraction = (a & (quarter - 1)) - quarter;
    int32_t result = expOfQuarter(shiftLeft(fraction, integerBits));
    const int32_t remainder = int32_t(uint32_t(fraction) - uint32_t(a));
    const int32_t factors[] = {1672461947, 1302514674, 790015084, 290630308,
                               39332535,   720401,     242}; // exp(-2^e), e from -2
    for (int e = -2; e <= 4; ++e)
        if (integerBits > e && (remainder & (int32_t(1) << (fractionBits + e))))
            result = doublingHighMul(result, factors[e + 2]);
    if (integerBits > 5 && a < -(int32_t(1) << (36 - integerBits)))
        return 0; // below exp(-32)
    return result;
}

/// 2 / (1 + a) in Q2.29 for a in [0, 1], Q0.31: three Newton steps.
static int32_t twoOverOnePlus(int32_t a)
{
    const int32_t halfDenominator = int32_t((int64_t(a) + INT32_MAX + 1) / 2);
    const int32_t c48Over17 = 1515870810, cMinus32Over17 = -1010580540, one = 1 << 29;
    int32_t x = c48Over17 + doublingHighMul(halfDenominator, cMinus32Over17);
    for (int i = 0; i < 3; ++i) {
        const int32_t error = one - doublingHighMul(halfDenominator, x);
        x += shiftLeft(doublingHighMul(x, error), 2);
    }
    return x;
}

int32_t fixedTanh(int32_t x)
{
    if (x == 0)
        return 0;
    const int32_t negative = x < 0 ? x : -x;
    const int32_t exponential = expOfNegative(negative, 5); // of 2x: the same bits with one integer bit more
    const int32_t tanh = shiftLeft(twoOverOnePlus(exponential) - (1 << 29), 2);
    return x < 0 ? -tanh : tanh;
}

int32_t fixedLogistic(int32_t x)
{
    if (x == 0)
        return 1 << 30;
    const int32_t positive = shiftLeft(twoOverOnePlus(expOfNegative(x > 0 ? -x : x, 4)), 1);
    return x > 0 ? positive : INT32_MAX - positive;
}

FixedPoint inverseSquareRoot(int32_t x)
{
    if (x <= 1)
        return {INT32_MAX, 0};
    int shift = 11;
    for (; x >= 1 << 29; ++shift)
        x /= 4;
    const int pairs = (__builtin_clz(uint32_t(x)) - 1) / 2 - 1;
    shift -= pairs;
    x <<= 2 * pairs;
    // Q3.28 from here: y <- 1.5 y - 0.5 x y^3
    const int32_t halfInput = roundingShiftRight(x >> 1, 1), oneAndHalf = (1 << 28) + (1 << 27);
    int32_t y = 1 << 28;
    for (int i = 0; i < 5; ++i) {
        const int32_t cube = shiftLeft(doublingHighMul(doublingHighMul(y, y), y), 6);
        y = shiftLeft(doublingHighMul(oneAndHalf, y) - doublingHighMul(halfInput, cube), 3);
    }
    y = doublingHighMul(y, 1518500250); // sqrt(1/2)
    if (shift < 0) {
        y = int32_t(uint32_t(y) << -shift);
        shift = 0;
    }
    return {y, -shift};
}

} // namespace barecc::tflite_import
