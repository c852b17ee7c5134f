// The int8 kernels for processors without vectors, as most compile them.
#include "scalar_kernels.h"

TEST(Requantization, WithoutAShift)
{
    std::vector<int32_t> multipliers = randomValues<int32_t>(200, 1 << 30, INT32_MAX, 5);
    multipliers.insert(multipliers.end(), {1 << 30, (1 << 30) + 1, INT32_MAX - 1, INT32_MAX});
    const std::vector<int8_t> weights = {1}, shifts = {0};
    const std::vector<int32_t> bias = {0};
    size_t declined = 0;
    for (const int32_t multiplier : multipliers)
        for (const int32_t zero : {-128, 0, 127}) {
            const std::vector<int32_t> own = {multiplier};
            const auto words = barecc::foldRequantization({weights, 1, false, bias, own, shifts, 0, zero});
            if (!words) { // a product lies too close to where its high word changes
                declined++;
                continue;
            }
            const folded_channel channel = folded_channel_at(interleaved.apply(*words).data(), 0);
            for (int32_t sum = -(1 << 24); sum <= 1 << 24; sum += std::abs(sum) < 2000 ? 1 : 1999)
                ASSERT_EQ(requantize_folded(sum, &channel, -128, 127), requantize(sum, multiplier, 0, zero, -128, 127))
                    << "sum " << sum << ", multiplier " << multiplier << ", zero " << zero;
        }
    EXPECT_LE(declined, 3 * multipliers.size() / 50);
}
