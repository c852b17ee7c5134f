// conv2d_f16, depthwise_conv2d_f16 and fully_connected_f16 against sums in double precision, rounded once: what differs
// is the rounding of sums in float, which can move a result that lies between two half floats to the one or the other.
#include "support.h"
#include "windows.h"

#include "generic/conv2d_f16.c"
#include "generic/depthwise_conv2d_f16.c"
#include "generic/fully_connected_f16.c"

#include <algorithm>

using namespace barecc::test;

namespace {

using Halves = std::vector<uint16_t>;

/// Any half floats within [-1, 1].
Halves randomHalves(size_t count, unsigned seed)
{
    Halves halves;
    for (const float value : randomValues<float>(count, -1.0, 1.0, seed))
        halves.push_back(float_to_half(value));
    return halves;
}

/// The step between half floats at `value`; of small ones that of 2^-6, since sums may cancel.
double stepAt(double value)
{
    int exponent;
    std::frexp(std::max(std::abs(value), 0x1p-6), &exponent);
    return std::ldexp(1.0, exponent - 11);
}

/// Every element nearest to its sum but for the order of additions: half a step, and a little.
void expectRounded(double sum, float min, float max, uint16_t actual)
{
    const double expected = std::clamp(sum, double(min), double(max));
    EXPECT_NEAR(half_to_float(actual), expected, 0.51 * stepAt(expected));
}

TEST(Conv2dF16, AwkwardWindows)
{
    for (const auto &[name, s] : awkwardWindows(/*channelwise=*/false))
        for (const bool hasBias : {false, true}) {
            SCOPED_TRACE(name);
            const int64_t inPixels = int64_t(s.batch) * s.in_h * s.in_w,
                          outPixels = int64_t(s.batch) * s.out_h * s.out_w;
            const int64_t groupIn = s.in_c / s.groups, groupOut = s.out_c / s.groups;
            const Halves x = randomHalves(size_t(inPixels * s.input_pixel_stride), 1);
            const Halves w = randomHalves(size_t(s.out_c * s.kernel_h * s.kernel_w * groupIn), 2);
            const Halves bias = randomHalves(size_t(s.out_c), 3);
            std::vector<double> sums(size_t(outPixels * s.out_c));
            for (size_t i = 0; hasBias && i < sums.size(); i++)
                sums[i] = half_to_float(bias[i % size_t(s.out_c)]);
            forEachTap(s, [&, &s = s](int64_t out, int64_t in, int64_t ky, int64_t kx) {
                for (int64_t o = 0; o < s.out_c; o++)
                    for (int64_t c = 0; c < groupIn; c++)
                        sums[size_t(out * s.out_c + o)] +=
                            double(half_to_float(x[size_t(in * s.input_pixel_stride + o / groupOut * groupIn + c)])) *
                            half_to_float(w[size_t(((o * s.kernel_h + ky) * s.kernel_w + kx) * groupIn + c)]);
            });
            const conv2d_f32_params p = {s, -0.75f, hasBias ? 1.5f : INFINITY};
            const Strided<uint16_t> y =
                runRows(Strided<uint16_t>(outPixels, s.out_c, s.output_pixel_stride), s.batch * s.out_h,
                        [&](uint16_t *to, int32_t begin, int32_t end) {
                            conv2d_f16(&p, x.data(), w.data(), hasBias ? bias.data() : nullptr, to, begin, end);
                        });
            for (int64_t i = 0; i < outPixels * s.out_c; i++)
                expectRounded(sums[size_t(i)], p.min, p.max, y.at(i / s.out_c, i % s.out_c));
        }
}

TEST(DepthwiseConv2dF16, AwkwardWindows)
{
    for (const auto &[name, dense] : awkwardWindows(/*channelwise=*/true))
        for (const int32_t multiplier : {1, 3}) {
            SCOPED_TRACE(name);
            window2d_params s = dense;
            s.out_c *= multiplier;
            s.output_pixel_stride += s.out_c - dense.out_c;
            const int64_t inPixels = int64_t(s.batch) * s.in_h * s.in_w,
                          outPixels = int64_t(s.batch) * s.out_h * s.out_w;
            const Halves x = randomHalves(size_t(inPixels * s.input_pixel_stride), 1);
            const Halves w = randomHalves(size_t(s.kernel_h * s.kernel_w * s.out_c), 2);
            const Halves bias = randomHalves(size_t(s.out_c), 3);
            std::vector<double> sums(size_t(outPixels * s.out_c));
            for (size_t i = 0; i < sums.size(); i++)
                sums[i] = half_to_float(bias[i % size_t(s.out_c)]);
            forEachTap(s, [&](int64_t out, int64_t in, int64_t ky, int64_t kx) {
                for (int64_t o = 0; o < s.out_c; o++)
                    sums[size_t(out * s.out_c + o)] +=
                        double(half_to_float(x[size_t(in * s.input_pixel_stride + o / multiplier)])) *
                        half_to_float(w[size_t((ky * s.kernel_w + kx) * s.out_c + o)]);
            });
            const conv2d_f32_params p = {s, -0.75f, 1.5f};
            const Strided<uint16_t> y =
                runRows(Strided<uint16_t>(outPixels, s.out_c, s.output_pixel_stride), s.batch * s.out_h,
                        [&](uint16_t *to, int32_t begin, int32_t end) {
                            depthwise_conv2d_f16(&p, x.data(), w.data(), bias.data(), to, begin, end);
                        });
            for (int64_t i = 0; i < outPixels * s.out_c; i++)
                expectRounded(sums[size_t(i)], p.min, p.max, y.at(i / s.out_c, i % s.out_c));
        }
}

TEST(FullyConnectedF16, AgreesWithDoublePrecision)
{
    for (const int32_t m : {1, 3})
        for (const int32_t n : {1, 5, 8})
            for (const int32_t k : {1, 7, 300}) {
                const matmul_f32_params p = {{1, m, n, k, k + 2, k, n + 1, 0, 0}, -1.0f, INFINITY};
                const Halves x = randomHalves(size_t(m * (k + 2)), 1), w = randomHalves(size_t(n * k), 2),
                             bias = randomHalves(size_t(n), 3);
                const Strided<uint16_t> y =
                    runRows(Strided<uint16_t>(m, n, n + 1), m, [&](uint16_t *to, int32_t begin, int32_t end) {
                        fully_connected_f16(&p, x.data(), w.data(), bias.data(), to, begin, end);
                    });
                for (int32_t i = 0; i < m; i++)
                    for (int32_t j = 0; j < n; j++) {
                        double sum = half_to_float(bias[size_t(j)]);
                        for (int32_t d = 0; d < k; d++)
                            sum +=
                                double(half_to_float(x[size_t(i * (k + 2) + d)])) * half_to_float(w[size_t(j * k + d)]);
                        expectRounded(sum, p.min, p.max, y.at(i, j));
                    }
            }
}

// Sums of half floats would stay at 2048, to which 1 is nothing.
TEST(FullyConnectedF16, SumsAreOfFloats)
{
    const Halves ones(4096, float_to_half(1.0f));
    const matmul_f32_params p = {{1, 1, 1, 4096, 4096, 4096, 1, 0, 0}, -INFINITY, INFINITY};
    uint16_t y = 0;
    fully_connected_f16(&p, ones.data(), ones.data(), nullptr, &y, 0, 1);
    EXPECT_EQ(half_to_float(y), 4096.0f);
}

} // namespace
