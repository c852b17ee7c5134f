// The integer convolutions against sums in 64 bits, scattered from the input and rescaled exactly.
#include "exact.h"
#include "windows.h"

#include "generic/conv2d_s16.c"
#include "generic/conv2d_s8.c"
#include "generic/conv_transpose2d_s16.c"
#include "generic/conv_transpose2d_s8.c"
#include "generic/depthwise_conv2d_s16.c"
#include "generic/depthwise_conv2d_s8.c"

#include <algorithm>
#include <functional>

using namespace barecc::test;

namespace {

/// Takes one product: output pixel, output channel, input pixel, input channel, index of the weight.
using UseProduct = std::function<void(int64_t, int64_t, int64_t, int64_t, int64_t)>;
/// Calls it for each product of a convolution.
using Products = void (*)(const window2d_params &s, const UseProduct &use);

template <class ForEach> void denseProducts(const window2d_params &s, ForEach forEach, const UseProduct &use)
{
    const int64_t groupIn = s.in_c / s.groups, groupOut = s.out_c / s.groups;
    forEach(s, [&](int64_t out, int64_t in, int64_t ky, int64_t kx) {
        for (int64_t c = 0; c < s.in_c; c++)
            for (int64_t o = c / groupIn * groupOut; o < (c / groupIn + 1) * groupOut; o++)
                use(out, o, in, c, ((o * s.kernel_h + ky) * s.kernel_w + kx) * groupIn + c % groupIn);
    });
}

void convProducts(const window2d_params &s, const UseProduct &use)
{
    denseProducts(s, [](const window2d_params &s, auto use) { forEachTap(s, use); }, use);
}

void transposedProducts(const window2d_params &s, const UseProduct &use)
{
    denseProducts(s, [](const window2d_params &s, auto use) { forEachTransposedTap(s, use); }, use);
}

void depthwiseProducts(const window2d_params &s, const UseProduct &use)
{
    const int64_t multiplier = s.out_c / s.in_c;
    forEachTap(s, [&](int64_t out, int64_t in, int64_t ky, int64_t kx) {
        for (int64_t o = 0; o < s.out_c; o++)
            use(out, o, in, o / multiplier, (ky * s.kernel_w + kx) * s.out_c + o);
    });
}

/// Every window of `windows`, widened to `multiplier` outputs of each input channel.
std::vector<NamedWindow> widened(std::vector<NamedWindow> windows, int32_t multiplier)
{
    for (auto &[name, s] : windows) {
        s.output_pixel_stride += s.out_c * (multiplier - 1);
        s.out_c *= multiplier;
    }
    return windows;
}

using KernelS8 = void (*)(const conv2d_s8_params *, const int8_t *, const int8_t *, const int32_t *, const int32_t *,
                          const int8_t *, int8_t *, int32_t, int32_t);

void checkS8(const window2d_params &s, size_t weights, KernelS8 kernel, Products products)
{
    const int32_t rows = s.batch * s.out_h;
    const int64_t outPixels = int64_t(rows) * s.out_w;
    Strided<int8_t> x(int64_t(s.batch) * s.in_h * s.in_w, s.in_c, s.input_pixel_stride);
    x.fill(-128, 127, 1);
    const std::vector<int8_t> w = randomValues<int8_t>(weights, -128, 127, 2);
    const double taps = double(s.kernel_h) * s.kernel_w * s.in_c / s.groups;
    const Rescaling scales(s.out_c, 5000 * std::sqrt(taps), 100, 3);

    for (int variant = 0; variant < 8; variant++) {
        SCOPED_TRACE("variant " + std::to_string(variant));
        const bool perChannel = variant & 1, hasBias = variant & 2, clamps = variant & 4;
        conv2d_s8_params p = {s, variant * 20 - 100, variant % 3 * 64 - 64, 90 - variant * 30, -128, 127, perChannel};
        if (clamps)
            p.min = -30, p.max = 50;
        // The last channel's bias takes all sums beyond the output's range.
        std::vector<int32_t> bias = randomValues<int32_t>(size_t(s.out_c), -20000, 20000, 4);
        bias.back() = clamps ? INT32_MIN + (1 << 28) : INT32_MAX - (1 << 28);
        std::vector<int64_t> sums(size_t(outPixels * s.out_c));
        for (size_t i = 0; i < sums.size(); i++)
            sums[i] = hasBias ? bias[i % bias.size()] : 0;
        products(s, [&](int64_t out, int64_t o, int64_t in, int64_t c, int64_t weight) {
            sums[size_t(out * s.out_c + o)] +=
                (int64_t(x.at(in, c)) - p.input_zero_point) * (w[size_t(weight)] - p.weights_zero_point);
        });
        const Strided<int8_t> y = runRows(Strided<int8_t>(outPixels, s.out_c, s.output_pixel_stride), rows,
                                          [&](int8_t *y, int32_t begin, int32_t end) {
                                              kernel(&p, x.data.data(), w.data(), hasBias ? bias.data() : nullptr,
                                                     scales.multiplier.data(), scales.shift.data(), y, begin, end);
                                          });
        for (int64_t pixel = 0; pixel < outPixels; pixel++)
            for (int64_t o = 0; o < s.out_c; o++) {
                const size_t scale = size_t(perChannel ? o : 0);
                const int64_t scaled =
                    exactRescale(sums[size_t(pixel * s.out_c + o)], scales.multiplier[scale], scales.shift[scale]);
                ASSERT_EQ(y.at(pixel, o), std::clamp<int64_t>(scaled + p.output_zero_point, p.min, p.max))
                    << "pixel " << pixel << ", channel " << o;
            }
    }
}

using KernelS16 = void (*)(const conv2d_s16_params *, const int16_t *, const int8_t *, const int64_t *, const int32_t *,
                           const int8_t *, int16_t *, int32_t, int32_t);

void checkS16(const window2d_params &s, size_t weights, KernelS16 kernel, Products products)
{
    const int32_t rows = s.batch * s.out_h;
    const int64_t outPixels = int64_t(rows) * s.out_w;
    Strided<int16_t> x(int64_t(s.batch) * s.in_h * s.in_w, s.in_c, s.input_pixel_stride);
    x.fill(-32768, 32767, 1);
    const std::vector<int8_t> w = randomValues<int8_t>(weights, -127, 127, 2);
    const double taps = double(s.kernel_h) * s.kernel_w * s.in_c / s.groups;
    const Rescaling scales(s.out_c, 1.2e6 * std::sqrt(taps), 25000, 3);

    for (int variant = 0; variant < 8; variant++) {
        SCOPED_TRACE("variant " + std::to_string(variant));
        const bool perChannel = variant & 1, hasBias = variant & 2, clamps = variant & 4;
        const conv2d_s16_params p = {s, clamps ? 0 : -32768, clamps ? 9000 : 32767, perChannel};
        // The last channel's bias is beyond 32 bits.
        std::vector<int64_t> bias = randomValues<int64_t>(size_t(s.out_c), -4e6, 4e6, 4);
        bias.back() = (clamps ? 1 : -1) * (int64_t(1) << 46);
        std::vector<int64_t> sums(size_t(outPixels * s.out_c));
        for (size_t i = 0; i < sums.size(); i++)
            sums[i] = hasBias ? bias[i % bias.size()] : 0;
        products(s, [&](int64_t out, int64_t o, int64_t in, int64_t c, int64_t weight) {
            sums[size_t(out * s.out_c + o)] += int64_t(x.at(in, c)) * w[size_t(weight)];
        });
        const Strided<int16_t> y = runRows(Strided<int16_t>(outPixels, s.out_c, s.output_pixel_stride), rows,
                                           [&](int16_t *y, int32_t begin, int32_t end) {
                                               kernel(&p, x.data.data(), w.data(), hasBias ? bias.data() : nullptr,
                                                      scales.multiplier.data(), scales.shift.data(), y, begin, end);
                                           });
        for (int64_t pixel = 0; pixel < outPixels; pixel++)
            for (int64_t o = 0; o < s.out_c; o++) {
                const size_t scale = size_t(perChannel ? o : 0);
                const int64_t scaled =
                    exactRescale64(sums[size_t(pixel * s.out_c + o)], scales.multiplier[scale], scales.shift[scale]);
                ASSERT_EQ(y.at(pixel, o), std::clamp<int64_t>(scaled, p.min, p.max))
                    << "pixel " << pixel << ", channel " << o;
            }
    }
}

size_t denseWeights(const window2d_params &s)
{
    return size_t(s.out_c) * size_t(s.kernel_h) * size_t(s.kernel_w) * size_t(s.in_c / s.groups);
}

size_t depthwiseWeights(const window2d_params &s) { return size_t(s.kernel_h) * size_t(s.kernel_w) * size_t(s.out_c); }

TEST(Conv2dS8, AwkwardWindows)
{
    for (const auto &[name, s] : awkwardWindows(/*channelwise=*/false)) {
        SCOPED_TRACE(name);
        checkS8(s, denseWeights(s), conv2d_s8, convProducts);
    }
}

TEST(DepthwiseConv2dS8, AwkwardWindows)
{
    for (int32_t multiplier : {1, 2, 3})
        for (const auto &[name, s] : widened(awkwardWindows(/*channelwise=*/true), multiplier)) {
            SCOPED_TRACE(name + ", multiplier " + std::to_string(multiplier));
            checkS8(s, depthwiseWeights(s), depthwise_conv2d_s8, depthwiseProducts);
        }
}

TEST(ConvTranspose2dS8, AwkwardWindows)
{
    for (const auto &[name, s] : transposedWindows()) {
        SCOPED_TRACE(name);
        checkS8(s, denseWeights(s), conv_transpose2d_s8, transposedProducts);
    }
}

TEST(Conv2dS16, AwkwardWindows)
{
    for (const auto &[name, s] : awkwardWindows(/*channelwise=*/false)) {
        SCOPED_TRACE(name);
        checkS16(s, denseWeights(s), conv2d_s16, convProducts);
    }
}

TEST(DepthwiseConv2dS16, AwkwardWindows)
{
    for (int32_t multiplier : {1, 2, 3})
        for (const auto &[name, s] : widened(awkwardWindows(/*channelwise=*/true), multiplier)) {
            SCOPED_TRACE(name + ", multiplier " + std::to_string(multiplier));
            checkS16(s, depthwiseWeights(s), depthwise_conv2d_s16, depthwiseProducts);
        }
}

TEST(ConvTranspose2dS16, AwkwardWindows)
{
    for (const auto &[name, s] : transposedWindows()) {
        SCOPED_TRACE(name);
        checkS16(s, denseWeights(s), conv_transpose2d_s16, transposedProducts);
    }
}

} // namespace
