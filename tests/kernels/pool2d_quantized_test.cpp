// The integer poolings against taps gathered from the input's side.
#include "exact.h"
#include "windows.h"

#include "generic/avg_pool2d_s16.c"
#include "generic/avg_pool2d_s8.c"
#include "generic/avg_pool2d_s8_scalar.c"
#include "generic/max_pool2d_s16.c"
#include "generic/max_pool2d_s8.c"
#include "generic/max_pool2d_s8_scalar.c"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace barecc::test;

namespace {

/// The taps of each output element, in the order of pixels and channels.
template <class T> std::vector<std::vector<int64_t>> gatherTaps(const window2d_params &s, const Strided<T> &x)
{
    std::vector<std::vector<int64_t>> taps(size_t(s.batch) * size_t(s.out_h) * size_t(s.out_w) * size_t(s.out_c));
    forEachTap(s, [&](int64_t out, int64_t in, int64_t, int64_t) {
        for (int64_t c = 0; c < s.out_c; c++)
            taps[size_t(out * s.out_c + c)].push_back(x.at(in, c));
    });
    return taps;
}

template <class T> int64_t maximum(const std::vector<int64_t> &taps)
{
    return taps.empty() ? std::numeric_limits<T>::min() : *std::max_element(taps.begin(), taps.end());
}

int64_t meanAwayFromZero(const std::vector<int64_t> &taps, int64_t zero)
{
    double sum = 0;
    for (int64_t tap : taps)
        sum += double(tap - zero);
    return taps.empty() ? 0 : int64_t(std::round(sum / double(taps.size())));
}

/// Runs a kernel on every window and on values that cover the whole type, and compares with reduce(taps).
template <class T, class Params, class Kernel, class Reduce> void check(Params params, Kernel kernel, Reduce reduce)
{
    for (const auto &[name, s] : awkwardWindows(/*channelwise=*/true)) {
        SCOPED_TRACE(name);
        const int32_t rows = s.batch * s.out_h;
        const int64_t outPixels = int64_t(rows) * s.out_w;
        Strided<T> x(int64_t(s.batch) * s.in_h * s.in_w, s.in_c, s.input_pixel_stride);
        x.fill(std::numeric_limits<T>::min(), std::numeric_limits<T>::max(), 1);
        const auto taps = gatherTaps(s, x);
        params.window = s;
        const Strided<T> y =
            runRows(Strided<T>(outPixels, s.out_c, s.output_pixel_stride), rows,
                    [&](T *y, int32_t begin, int32_t end) { kernel(&params, x.data.data(), y, begin, end); });
        for (int64_t pixel = 0; pixel < outPixels; pixel++)
            for (int64_t c = 0; c < s.out_c; c++)
                ASSERT_EQ(y.at(pixel, c),
                          std::clamp<int64_t>(reduce(taps[size_t(pixel * s.out_c + c)]), params.min, params.max))
                    << "pixel " << pixel << ", channel " << c;
    }
}

TEST(MaxPool2dS8, AwkwardWindows)
{
    for (const auto kernel : {max_pool2d_s8, max_pool2d_s8_scalar}) {
        check<int8_t>(pool2d_s8_params{{}, 5, -128, 127}, kernel, maximum<int8_t>);
        check<int8_t>(pool2d_s8_params{{}, 5, -20, 60}, kernel, maximum<int8_t>);
    }
}

TEST(MaxPool2dS16, AwkwardWindows)
{
    check<int16_t>(pool2d_s16_params{{}, -32768, 32767}, max_pool2d_s16, maximum<int16_t>);
    check<int16_t>(pool2d_s16_params{{}, 0, 20000}, max_pool2d_s16, maximum<int16_t>);
}

TEST(AvgPool2dS8, AwkwardWindows)
{
    for (const int32_t zeroPoint : {0, -128, 3}) {
        const auto mean = [zeroPoint](const std::vector<int64_t> &taps) {
            return meanAwayFromZero(taps, zeroPoint) + zeroPoint;
        };
        for (const auto kernel : {avg_pool2d_s8, avg_pool2d_s8_scalar}) {
            check<int8_t>(pool2d_s8_params{{}, zeroPoint, -128, 127}, kernel, mean);
            check<int8_t>(pool2d_s8_params{{}, zeroPoint, -10, 30}, kernel, mean);
        }
    }
}

TEST(AvgPool2dS16, AwkwardWindows)
{
    const auto mean = [](const std::vector<int64_t> &taps) { return meanAwayFromZero(taps, 0); };
    check<int16_t>(pool2d_s16_params{{}, -32768, 32767}, avg_pool2d_s16, mean);
    check<int16_t>(pool2d_s16_params{{}, -500, 500}, avg_pool2d_s16, mean);
}

// A tie is where TensorFlow Lite's int8 and uint8 differ: -1.5 goes to -2, and 126.5, its uint8 equal, to 127.
TEST(AvgPool2dS8, TiesOfUint8ModelsGoUpward)
{
    window2d_params s = plainWindow(1, 2, 1, 1);
    s.kernel_w = 2;
    const int8_t x[] = {-1, -2};
    int8_t y;
    const pool2d_s8_params int8Model = {completed(s), 0, -128, 127};
    avg_pool2d_s8(&int8Model, x, &y, 0, 1);
    EXPECT_EQ(y, -2);
    const pool2d_s8_params uint8Model = {completed(s), -128, -128, 127};
    avg_pool2d_s8(&uint8Model, x, &y, 0, 1);
    EXPECT_EQ(y, -1);
}

TEST(ReciprocalOfCount, GivesTheRoundedMean)
{
    for (int32_t count = 0; count <= MOST_TAPS; count++) {
        const int64_t reciprocal = reciprocal_of_count(count);
        for (int32_t doubled = -510; doubled <= 510; doubled++) // sums at whole means and at ties, and beside them
            for (int32_t sum = doubled * count / 2 - 2; sum <= doubled * count / 2 + 2; sum++)
                if (std::abs(sum) <= 255 * count)
                    ASSERT_EQ((4 * sum * reciprocal + (int64_t(1) << 31)) >> 32, rounded_mean(sum, count))
                        << sum << " / " << count;
    }
}

} // namespace
