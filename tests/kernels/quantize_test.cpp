// The rescaling helpers against exact arithmetic, at the limits of their types and on random values.
#include "exact.h"

#include "quantize.h"

#include <cmath>
#include <limits>

using namespace barecc::test;

namespace {

constexpr int32_t low = std::numeric_limits<int32_t>::min(), high = std::numeric_limits<int32_t>::max();

/// Limits, small values of both signs, and random ones.
std::vector<int32_t> interestingValues()
{
    std::vector<int32_t> values = {low, low + 1, high, high - 1, 1 << 30, -(1 << 30), (1 << 30) - 1, 1 - (1 << 30)};
    for (int32_t x = -9; x <= 9; x++)
        values.push_back(x);
    for (int bits = 4; bits < 31; bits++)
        for (int32_t value : randomValues<int32_t>(4, -std::ldexp(1.0, bits), std::ldexp(1.0, bits), unsigned(bits)))
            values.push_back(value);
    return values;
}

TEST(Quantize, DoublingHighMul)
{
    for (int32_t a : interestingValues())
        for (int32_t b : interestingValues()) {
            const int64_t expected = a == low && b == low ? high : exactHighMul(a, b);
            ASSERT_EQ(doubling_high_mul(a, b), expected) << a << " * " << b;
        }
    // A product of exactly one half rounds upward whatever its sign.
    EXPECT_EQ(doubling_high_mul(1 << 15, 1 << 15), 1);
    EXPECT_EQ(doubling_high_mul(-(1 << 15), 1 << 15), 0);
}

TEST(Quantize, RoundingShiftRight)
{
    for (int32_t x : interestingValues())
        for (int exponent = 0; exponent <= 31; exponent++)
            ASSERT_EQ(rounding_shift_right(x, exponent), int32_t(std::round(std::ldexp(double(x), -exponent))))
                << x << " >> " << exponent;
}

TEST(Quantize, Rescale)
{
    for (int32_t x : interestingValues())
        for (int32_t multiplier : {0, 1 << 30, (1 << 30) + 1, 1518500250, high - 1, high})
            for (int shift = -31; shift <= 31; shift++) {
                const int64_t shifted = shift > 0 ? int64_t(x) * (int64_t(1) << shift) : x;
                if (shifted != int32_t(shifted))
                    continue; // checked below
                ASSERT_EQ(rescale(x, multiplier, shift), exactRescale(x, multiplier, shift))
                    << x << " * " << multiplier << " << " << shift;
            }
    // A left shift that overflows wraps around, as the reference kernels' does in practice.
    EXPECT_EQ(rescale(3, 1 << 30, 31), exactRescale(low, 1 << 30, 0));
    EXPECT_EQ(rescale(1 << 30, 1 << 30, 2), 0);
}

TEST(Quantize, RescaleNarrow)
{
    for (int32_t x : interestingValues()) {
        if (x < -(1 << 30) || x >= 1 << 30)
            continue;
        for (int32_t multiplier : {0, 1 << 30, (1 << 30) + 1, 1518500250, high - 1, high})
            for (int shift = -31; shift <= 0; shift++)
                ASSERT_EQ(rescale_narrow(x, multiplier, shift), rescale(x, multiplier, shift))
                    << x << " * " << multiplier << " << " << shift;
    }
}

TEST(Quantize, Requantize)
{
    for (int32_t x : interestingValues())
        for (int shift : {-31, -8, 0})
            for (int32_t zero : {-128, -1, 0, 127}) {
                const int64_t expected = std::clamp<int64_t>(exactRescale(x, high, shift) + zero, -100, 90);
                ASSERT_EQ(requantize(x, high, shift, zero, -100, 90), expected) << x << " << " << shift;
            }
}

TEST(Quantize, RequantizeOf64Bits)
{
    const int64_t limit = int64_t(1) << 47;
    std::vector<int64_t> sums = {-limit, limit - 1, -1, 0, 1};
    for (int bits = 3; bits < 47; bits++)
        for (int64_t sum : randomValues<int64_t>(4, -std::ldexp(1.0, bits), std::ldexp(1.0, bits), unsigned(bits)))
            sums.push_back(sum);
    for (int64_t sum : sums)
        for (int32_t multiplier : {0, 1 << 30, (1 << 30) + (1 << 15), 0x7ffeffff, 0x7fff0000, high - 1, high})
            for (int shift = -31; shift <= 30; shift++) {
                const int64_t expected = std::clamp<int64_t>(exactRescale64(sum, multiplier, shift), -32768, 32767);
                ASSERT_EQ(requantize_s64(sum, multiplier, shift, -32768, 32767), expected)
                    << sum << " * " << multiplier << " << " << shift;
            }
}

TEST(Quantize, RoundedMean)
{
    EXPECT_EQ(rounded_mean(7, 0), 0);
    for (int32_t sum = -50; sum <= 50; sum++)
        for (int32_t count = 1; count < 12; count++)
            ASSERT_EQ(rounded_mean(sum, count), int32_t(std::round(double(sum) / count))) << sum << " / " << count;
}

} // namespace
