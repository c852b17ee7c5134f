// max_pool2d_f32, avg_pool2d_f32 and avg_pool2d_padded_f32 against the taps gathered from the input's side.
#include "support.h"
#include "windows.h"

#include "generic/avg_pool2d_f32.c"
#include "generic/avg_pool2d_padded_f32.c"
#include "generic/max_pool2d_f32.c"

#include <algorithm>
#include <limits>

using namespace barecc::test;

namespace {

using PoolKernel = void (*)(const pool2d_f32_params *, const float *, float *, int32_t, int32_t);
/// The result of the taps found in the image, before the clamp.
using Reduce = double (*)(const window2d_params &s, int64_t pixel, const std::vector<double> &taps);

double maximum(const window2d_params &, int64_t, const std::vector<double> &taps)
{
    return taps.empty() ? -std::numeric_limits<double>::infinity() : *std::max_element(taps.begin(), taps.end());
}

double sum(const std::vector<double> &taps)
{
    double total = 0;
    for (double tap : taps)
        total += tap;
    return total;
}

double mean(const window2d_params &, int64_t, const std::vector<double> &taps)
{
    return taps.empty() ? 0 : sum(taps) / double(taps.size());
}

double meanOfPadded(const window2d_params &s, int64_t pixel, const std::vector<double> &taps)
{
    const int64_t oy = pixel / s.out_w % s.out_h, ox = pixel % s.out_w;
    int64_t count = 0;
    for (int64_t ky = 0; ky < s.kernel_h; ky++)
        for (int64_t kx = 0; kx < s.kernel_w; kx++)
            count += oy * s.stride_h + ky * s.dilation_h < s.pad_top + s.in_h + s.pad_bottom &&
                     ox * s.stride_w + kx * s.dilation_w < s.pad_left + s.in_w + s.pad_right;
    return sum(taps) / double(count);
}

void check(const window2d_params &s, PoolKernel kernel, Reduce reduce)
{
    const int32_t rows = s.batch * s.out_h;
    const int64_t outPixels = int64_t(rows) * s.out_w;
    Strided<float> x(int64_t(s.batch) * s.in_h * s.in_w, s.in_c, s.input_pixel_stride);
    x.fill(-3, -1, 1); // all below zero, so that a padding that wins or counts is seen
    std::vector<std::vector<double>> taps(size_t(outPixels * s.out_c));
    forEachTap(s, [&](int64_t out, int64_t in, int64_t, int64_t) {
        for (int64_t c = 0; c < s.in_c; c++)
            taps[size_t(out * s.out_c + c)].push_back(x.at(in, c));
    });
    for (const auto &[low, high] : {std::pair(-INFINITY, INFINITY), std::pair(-2.0f, -1.5f)}) {
        const pool2d_f32_params p = {s, low, high};
        const Strided<float> y =
            runRows(Strided<float>(outPixels, s.out_c, s.output_pixel_stride), rows,
                    [&](float *y, int32_t begin, int32_t end) { kernel(&p, x.data.data(), y, begin, end); });
        for (int64_t pixel = 0; pixel < outPixels; pixel++)
            for (int64_t c = 0; c < s.out_c; c++) {
                const double expected =
                    std::clamp(reduce(s, pixel, taps[size_t(pixel * s.out_c + c)]), double(low), double(high));
                if (std::isinf(expected))
                    ASSERT_EQ(y.at(pixel, c), expected);
                else
                    ASSERT_NEAR(y.at(pixel, c), expected, 1e-5) << "pixel " << pixel << ", channel " << c;
            }
    }
}

TEST(MaxPool2dF32, AwkwardWindows)
{
    for (const auto &[name, s] : awkwardWindows(/*channelwise=*/true)) {
        SCOPED_TRACE(name);
        check(s, max_pool2d_f32, maximum);
    }
}

TEST(AvgPool2dF32, AwkwardWindows)
{
    for (const auto &[name, s] : awkwardWindows(/*channelwise=*/true)) {
        SCOPED_TRACE(name);
        check(s, avg_pool2d_f32, mean);
    }
}

TEST(AvgPool2dPaddedF32, AwkwardWindows)
{
    for (auto [name, s] : awkwardWindows(/*channelwise=*/true)) {
        SCOPED_TRACE(name);
        check(s, avg_pool2d_padded_f32, meanOfPadded);
    }
}

// ONNX's ceil_mode: one more output than the padded image holds, whose window reaches beyond it.
TEST(AvgPool2dPaddedF32, TapsBeyondThePaddingDoNotCount)
{
    window2d_params s = plainWindow(1, 4, 1, 1);
    s.kernel_w = 3, s.stride_w = 2, s.pad_left = s.pad_right = 1;
    s = completed(s);
    s.out_w++; // windows start at -1, 1, 3; the last covers pixel 3, one of padding, and one beyond
    const pool2d_f32_params p = {s, -INFINITY, INFINITY};
    const float x[] = {3, 6, 9, 12};
    float y[3];
    avg_pool2d_padded_f32(&p, x, y, 0, 1);
    EXPECT_FLOAT_EQ(y[0], 3);
    EXPECT_FLOAT_EQ(y[1], 9);
    EXPECT_FLOAT_EQ(y[2], 6);
    check(s, avg_pool2d_padded_f32, meanOfPadded);
    check(s, avg_pool2d_f32, mean);
}

} // namespace
