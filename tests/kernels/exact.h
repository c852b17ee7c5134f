// Fixed-point rescaling written as exact arithmetic on 128-bit integers, for tests of the integer kernels.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "support.h"

namespace barecc::test {

__extension__ using Wide = __int128;

/// floor(x / 2^bits), and so rounding towards minus infinity for any sign.
inline Wide floorShift(Wide x, int bits)
{
    const Wide divisor = Wide(1) << bits;
    const Wide quotient = x / divisor;
    return quotient * divisor > x ? quotient - 1 : quotient;
}

/// a * b / 2^31, nearest, ties upward.
inline int64_t exactHighMul(int64_t a, int64_t b) { return int64_t(floorShift(Wide(a) * b * 2 + (Wide(1) << 31), 32)); }

/// x / 2^bits, nearest, ties away from zero.
inline int64_t exactShiftRight(int64_t x, int bits)
{
    const Wide magnitude = floorShift(Wide(x < 0 ? -x : x) * 2 + (Wide(1) << bits), bits + 1);
    return int64_t(x < 0 ? -magnitude : magnitude);
}

/// The value TensorFlow Lite gives for sum * multiplier * 2^(shift - 31) where nothing overflows.
inline int64_t exactRescale(int64_t sum, int32_t multiplier, int shift)
{
    if (shift > 0)
        return exactHighMul(sum * (int64_t(1) << shift), multiplier);
    return exactShiftRight(exactHighMul(sum, multiplier), -shift);
}

/// The same for 64-bit sums: a multiplier of 16 bits, and one rounding, ties upward.
inline int64_t exactRescale64(int64_t sum, int32_t multiplier, int shift)
{
    const int64_t reduced = std::min<int64_t>(floorShift(Wide(multiplier) * 2 + (1 << 16), 17), 0x7fff);
    const Wide scaled = shift > 15 ? Wide(sum) * reduced * (Wide(1) << (shift - 15))
                                   : floorShift(Wide(sum) * reduced * 2 + (Wide(1) << (15 - shift)), 16 - shift);
    return int64_t(std::clamp<Wide>(scaled, INT64_MIN, INT64_MAX));
}

/// Multipliers and shifts of `channels` channels that bring sums of about `magnitude` into about +-`range`.
struct Rescaling {
    std::vector<int32_t> multiplier;
    std::vector<int8_t> shift;

    Rescaling(int64_t channels, double magnitude, double range, unsigned seed)
    {
        for (double factor : randomValues<double>(size_t(channels), 0.3, 2.0, seed)) {
            int exponent;
            const double mantissa = std::frexp(factor * range / magnitude, &exponent);
            multiplier.push_back(int32_t(mantissa * 2147483647.0));
            shift.push_back(int8_t(exponent));
        }
    }
};

} // namespace barecc::test
