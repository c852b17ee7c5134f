// conv2d_f32, depthwise_conv2d_f32 and conv_transpose2d_f32 against sums in double precision, scattered from the input.
#include "support.h"
#include "windows.h"

#include "generic/conv2d_f32.c"
#include "generic/conv_transpose2d_f32.c"
#include "generic/depthwise_conv2d_f32.c"

#include <algorithm>

using namespace barecc::test;

namespace {

using ConvKernel = void (*)(const conv2d_f32_params *, const float *, const float *, const float *, const float *,
                            float *, int32_t, int32_t);
/// Adds x * w to the output element for every pair that the window joins.
using Scatter = void (*)(const window2d_params &, const Strided<float> &x, const std::vector<float> &w,
                         std::vector<double> &sums);

void scatterConv(const window2d_params &s, const Strided<float> &x, const std::vector<float> &w,
                 std::vector<double> &sums)
{
    const int64_t groupIn = s.in_c / s.groups, groupOut = s.out_c / s.groups;
    forEachTap(s, [&](int64_t out, int64_t in, int64_t ky, int64_t kx) {
        for (int64_t c = 0; c < s.in_c; c++)
            for (int64_t o = c / groupIn * groupOut; o < (c / groupIn + 1) * groupOut; o++)
                sums[out * s.out_c + o] +=
                    double(x.at(in, c)) * w[((o * s.kernel_h + ky) * s.kernel_w + kx) * groupIn + c % groupIn];
    });
}

void scatterDepthwise(const window2d_params &s, const Strided<float> &x, const std::vector<float> &w,
                      std::vector<double> &sums)
{
    const int64_t multiplier = s.out_c / s.in_c;
    forEachTap(s, [&](int64_t out, int64_t in, int64_t ky, int64_t kx) {
        for (int64_t c = 0; c < s.in_c; c++)
            for (int64_t m = 0; m < multiplier; m++)
                sums[out * s.out_c + c * multiplier + m] +=
                    double(x.at(in, c)) * w[(ky * s.kernel_w + kx) * s.out_c + c * multiplier + m];
    });
}

void scatterTransposed(const window2d_params &s, const Strided<float> &x, const std::vector<float> &w,
                       std::vector<double> &sums)
{
    const int64_t groupIn = s.in_c / s.groups, groupOut = s.out_c / s.groups;
    forEachTransposedTap(s, [&](int64_t out, int64_t in, int64_t ky, int64_t kx) {
        for (int64_t c = 0; c < s.in_c; c++)
            for (int64_t o = c / groupIn * groupOut; o < (c / groupIn + 1) * groupOut; o++)
                sums[out * s.out_c + o] +=
                    double(x.at(in, c)) * w[((o * s.kernel_h + ky) * s.kernel_w + kx) * groupIn + c % groupIn];
    });
}

/// Every combination of bias, residual and clamp on one window.
void check(const window2d_params &s, int64_t weights, ConvKernel kernel, Scatter scatter)
{
    const int32_t rows = s.batch * s.out_h;
    const int64_t outPixels = int64_t(rows) * s.out_w;
    Strided<float> x(int64_t(s.batch) * s.in_h * s.in_w, s.in_c, s.input_pixel_stride);
    x.fill(-1, 1, 1);
    Strided<float> residual(outPixels, s.out_c, s.residual_pixel_stride);
    residual.fill(-1, 1, 2);
    const std::vector<float> w = randomValues<float>(size_t(weights), -1, 1, 3);
    const std::vector<float> bias = randomValues<float>(size_t(s.out_c), -1, 1, 4);
    std::vector<double> sums(size_t(outPixels * s.out_c), 0.0);
    scatter(s, x, w, sums);

    for (int variant = 0; variant < 8; variant++) {
        SCOPED_TRACE("variant " + std::to_string(variant));
        const bool hasBias = variant & 1, hasResidual = variant & 2, clamps = variant & 4;
        conv2d_f32_params p = {s, -INFINITY, INFINITY};
        if (clamps)
            p.min = -0.25f, p.max = 0.75f;
        const Strided<float> y = runRows(Strided<float>(outPixels, s.out_c, s.output_pixel_stride), rows,
                                         [&](float *y, int32_t begin, int32_t end) {
                                             kernel(&p, x.data.data(), w.data(), hasBias ? bias.data() : nullptr,
                                                    hasResidual ? residual.data.data() : nullptr, y, begin, end);
                                         });
        for (int64_t pixel = 0; pixel < outPixels; pixel++)
            for (int64_t o = 0; o < s.out_c; o++) {
                double expected = sums[size_t(pixel * s.out_c + o)] + (hasBias ? bias[size_t(o)] : 0) +
                                  (hasResidual ? residual.at(pixel, o) : 0);
                expected = std::clamp(expected, double(p.min), double(p.max));
                ASSERT_NEAR(y.at(pixel, o), expected, 2e-5) << "pixel " << pixel << ", channel " << o;
            }
    }

    // The residual may be the output itself.
    if (s.residual_pixel_stride == s.output_pixel_stride) {
        const conv2d_f32_params p = {s, -0.5f, INFINITY};
        Strided<float> apart = residual, inPlace = residual;
        kernel(&p, x.data.data(), w.data(), nullptr, residual.data.data(), apart.data.data(), 0, rows);
        kernel(&p, x.data.data(), w.data(), nullptr, inPlace.data.data(), inPlace.data.data(), 0, rows);
        EXPECT_EQ(apart.data, inPlace.data);
    }
}

TEST(Conv2dF32, AwkwardWindows)
{
    for (const auto &[name, s] : awkwardWindows(/*channelwise=*/false)) {
        SCOPED_TRACE(name);
        check(s, int64_t(s.out_c) * s.kernel_h * s.kernel_w * (s.in_c / s.groups), conv2d_f32, scatterConv);
    }
}

TEST(DepthwiseConv2dF32, AwkwardWindows)
{
    for (const auto &[name, s] : awkwardWindows(/*channelwise=*/true))
        for (int32_t multiplier : {1, 2, 3}) {
            SCOPED_TRACE(name + ", multiplier " + std::to_string(multiplier));
            window2d_params wider = s;
            wider.out_c *= multiplier;
            wider.output_pixel_stride += wider.out_c - s.out_c;
            wider.residual_pixel_stride += wider.out_c - s.out_c;
            check(wider, int64_t(s.kernel_h) * s.kernel_w * wider.out_c, depthwise_conv2d_f32, scatterDepthwise);
        }
}

TEST(ConvTranspose2dF32, AwkwardWindows)
{
    for (const auto &[name, s] : transposedWindows()) {
        SCOPED_TRACE(name);
        check(s, int64_t(s.out_c) * s.kernel_h * s.kernel_w * (s.in_c / s.groups), conv_transpose2d_f32,
              scatterTransposed);
    }
}

// ReLU of a NaN is a NaN, so that a fault upstream is not hidden.
TEST(Conv2dF32, NanPassesTheClamp)
{
    const conv2d_f32_params p = {completed(plainWindow(1, 1, 1, 1)), 0.0f, 6.0f};
    const float x = NAN, w = 1.0f;
    float y = 0.0f;
    conv2d_f32(&p, &x, &w, nullptr, nullptr, &y, 0, 1);
    EXPECT_TRUE(std::isnan(y));
}

} // namespace
