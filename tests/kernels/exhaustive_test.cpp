// The helpers of one 32-bit operand for each of its 2^32 values, against arithmetic in wider types; what has a second
// operand, for some of it. What processors of 32 bits compile in their place is tried by itself.
#include <cstdint>
#ifdef WORDS_OF_32_BITS
#undef UINTPTR_MAX
#define UINTPTR_MAX UINT32_MAX
#endif

#include "fixed_point.h"
#include "half.h"
#include "scalar.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace {

/// Compares two functions on all words, block by block, so that compilers make vectors of the comparison.
template <typename Tested, typename Reference> void expectEqual(Tested tested, Reference reference)
{
    constexpr uint64_t block = 1 << 14;
    for (uint64_t begin = 0; begin < uint64_t(1) << 32; begin += block) {
        uint32_t difference = 0;
        for (uint64_t x = begin; x < begin + block; ++x)
            difference |= uint32_t(tested(uint32_t(x)) != reference(uint32_t(x)));
        if (!difference)
            continue;
        for (uint64_t x = begin; x < begin + block; ++x)
            ASSERT_EQ(tested(uint32_t(x)), reference(uint32_t(x))) << "of " << x;
    }
}

/// x * y / 2^31, nearest, ties upward.
int32_t highProduct(int32_t x, int32_t y)
{
    constexpr int64_t divisor = int64_t(1) << 31;
    const int64_t product = int64_t(x) * y + divisor / 2;
    return int32_t(product / divisor - (product % divisor < 0));
}

/// x / 2^bits, nearest, ties away from zero.
template <int bits> int32_t shifted(int32_t x)
{
    const uint64_t magnitude = (uint64_t(x < 0 ? -int64_t(x) : x) + ((uint64_t(1) << bits) >> 1)) >> bits;
    return int32_t(x < 0 ? -int64_t(magnitude) : int64_t(magnitude));
}

float floatOf(uint32_t bits)
{
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

constexpr int32_t multiplier = 1518500250; // 2^31 / sqrt(2)

TEST(Exhaustive, DoublingHighMul)
{
    expectEqual([](uint32_t x) { return doubling_high_mul(int32_t(x), multiplier); },
                [](uint32_t x) { return highProduct(int32_t(x), multiplier); });
}

TEST(Exhaustive, DoublingHighMulSaturates)
{
    expectEqual([](uint32_t x) { return doubling_high_mul(int32_t(x), INT32_MIN); },
                [](uint32_t x) { return x == 0x80000000u ? INT32_MAX : -int32_t(x); });
}

TEST(Exhaustive, RoundingShiftRight)
{
    expectEqual([](uint32_t x) { return rounding_shift_right(int32_t(x), 9); },
                [](uint32_t x) { return shifted<9>(int32_t(x)); });
    expectEqual([](uint32_t x) { return rounding_shift_right(int32_t(x), 31); },
                [](uint32_t x) { return shifted<31>(int32_t(x)); });
}

TEST(Exhaustive, Rescale)
{
    expectEqual([](uint32_t x) { return rescale(int32_t(x), multiplier, -9); },
                [](uint32_t x) { return shifted<9>(highProduct(int32_t(x), multiplier)); });
}

/// Where the narrow form may be used it is the other one.
TEST(Exhaustive, RescaleNarrow)
{
    expectEqual([](uint32_t x) { return rescale_narrow(int32_t(x) >> 1, multiplier, -5); },
                [](uint32_t x) { return rescale(int32_t(x) >> 1, multiplier, -5); });
}

#ifndef WORDS_OF_32_BITS // what follows is one text for all

TEST(Exhaustive, FloatToInteger)
{
    expectEqual([](uint32_t bits) { return float_to_s32(floatOf(bits)); },
                [](uint32_t bits) {
                    const double x = floatOf(bits);
                    return x >= INT32_MAX ? INT32_MAX : x <= INT32_MIN ? INT32_MIN : x == x ? int32_t(x) : 0;
                });
}

/// Every half float is what its sign, exponent and fraction say.
TEST(Exhaustive, HalfToFloat)
{
    for (uint32_t half = 0; half < 0x10000; ++half) {
        const int exponent = int(half >> 10 & 31), fraction = int(half & 1023);
        const float value = half_to_float(uint16_t(half));
        EXPECT_EQ(std::signbit(value), half >> 15 == 1);
        if (exponent == 31 && fraction != 0)
            EXPECT_TRUE(std::isnan(value));
        else if (exponent == 31)
            EXPECT_TRUE(std::isinf(value));
        else
            EXPECT_EQ(std::fabs(value),
                      exponent ? std::ldexp(1024 + fraction, exponent - 25) : std::ldexp(fraction, -24));
    }
}

/// Between two halves the nearer one, the even one where both are as near.
TEST(Exhaustive, FloatToHalf)
{
    for (uint32_t half = 0; half < 0x7c00; ++half) {
        const double low = half_to_float(uint16_t(half)),
                     high = half == 0x7bff ? 65536 : half_to_float(uint16_t(half + 1));
        const auto middle = float((low + high) / 2); // exact
        const uint32_t even = half % 2 == 0 ? half : half + 1;
        uint32_t bits, end;
        const auto begin = float(low), last = float(high);
        std::memcpy(&bits, &begin, sizeof bits);
        std::memcpy(&end, &last, sizeof end);
        uint32_t difference = 0;
        for (; bits < end; ++bits) {
            const float x = floatOf(bits);
            const uint32_t nearest = x < middle ? half : x > middle ? half + 1 : even;
            difference |= uint32_t(float_to_half(x) != nearest) | uint32_t(float_to_half(-x) != (nearest | 0x8000));
        }
        ASSERT_EQ(difference, 0u) << "from half " << half;
    }
    uint32_t difference = 0; // from 65536 to infinity, and NaN
    for (uint32_t bits = 0x47800000; bits <= 0x7f800000; ++bits)
        difference |= uint32_t(float_to_half(floatOf(bits)) != 0x7c00);
    for (uint32_t bits = 0x7f800001; bits <= 0x7fffffff; ++bits)
        difference |= uint32_t((float_to_half(floatOf(bits)) & 0x7fff) <= 0x7c00);
    EXPECT_EQ(difference, 0u);
}

/// A bfloat16 is a float's upper half: to the nearest, ties to even, and never from a NaN to an infinity.
TEST(Exhaustive, FloatToBfloat16)
{
    expectEqual([](uint32_t bits) { return uint32_t(float_to_bfloat16(floatOf(bits))); },
                [](uint32_t bits) {
                    const uint32_t up = bits >> 16, rest = bits & 0xffff;
                    if ((bits & 0x7fffffff) > 0x7f800000)
                        return up | 0x40;
                    return up + uint32_t(rest > 0x8000 || (rest == 0x8000 && up % 2 == 1));
                });
}

#endif

} // namespace
