// The int8 kernels for processors without vectors against the plain kernels, whose integers they must give. Included by
// one file for each way that kernels/generic/scalar_s8.h adapts to a processor.
#pragma once

#include "exact.h"
#include "packed.h"
#include "windows.h"

#include "generic/conv2d_s8.c"
#include "generic/conv2d_s8_scalar.c"
#include "generic/depthwise_conv2d_s8.c"
#include "generic/depthwise_conv2d_s8_scalar.c"
#include "generic/fully_connected_s8.c"
#include "generic/fully_connected_s8_scalar.c"
#include "generic/workspace_scalar.h"

#include "compiler/kernel/Requantization.h"

using namespace barecc::test;

namespace {

/// The four words of one channel after those of the other, the bias doubled.
constexpr barecc::RequantLayout interleaved{1, barecc::RequantLayout::Shift::Right, /*twiceBias=*/true};

/// The quantised parameters of one layer. The first channel is dead and its bias beyond all range; the biases of the
/// next two are as large as can be folded.
struct Layer {
    std::vector<int8_t> weights;
    std::vector<int32_t> bias, channels;
    Rescaling scales;

    Layer(int64_t outputs, int64_t depth, bool outputsLast, bool extreme, int64_t inZero, int64_t outZero)
        : weights(randomValues<int8_t>(size_t(outputs * depth), -128, 127, 2)),
          bias(randomValues<int32_t>(size_t(outputs), -20000, 20000, 4)),
          scales(outputs, 5000 * std::sqrt(double(depth)), 100, 3)
    {
        const auto weight = [&](int64_t o, int64_t i) -> int8_t & {
            return weights[size_t(outputsLast ? i * outputs + o : o * depth + i)];
        };
        for (int8_t &value : weights)
            if (extreme)
                value = value < 0 ? -128 : 127;
        for (int64_t o = 0; extreme && o < std::min<int64_t>(outputs, 3); o++) {
            int64_t total = 0, magnitude = 0;
            for (int64_t i = 0; i < depth; i++) {
                if (o == 0)
                    weight(o, i) = 0;
                total += weight(o, i);
                magnitude += std::abs(weight(o, i));
            }
            const int64_t most = INT32_MAX / 2 - 128 * magnitude;
            bias[size_t(o)] = o == 0 ? INT32_MIN : int32_t((o == 1 ? most : -most) + inZero * total);
        }
        const auto words = barecc::foldRequantization(
            {weights, outputs, outputsLast, bias, scales.multiplier, scales.shift, inZero, outZero});
        EXPECT_TRUE(words.has_value());
        if (words)
            channels = interleaved.apply(*words);
    }
};

/// Values of all int8, or with `extreme` of the least and the greatest alone.
void fill(Strided<int8_t> &x, bool extreme)
{
    x.fill(-128, 127, 1);
    for (int64_t pixel = 0; extreme && pixel < x.pixels; pixel++)
        for (int64_t c = 0; c < x.channels; c++)
            x.at(pixel, c) = x.at(pixel, c) < 0 ? -128 : 127;
}

/// `size` bytes and behind them some that must stay as they are.
struct Workspace {
    std::vector<int8_t> bytes;

    explicit Workspace(int32_t size) : bytes(size_t(size) + 16, 91) {}
    ~Workspace() { EXPECT_EQ(std::vector<int8_t>(bytes.end() - 16, bytes.end()), std::vector<int8_t>(16, 91)); }
};

/// Both kernels have the form of convolutions.
template <class Plain, class Scalar>
void checkWindow(const window2d_params &s, bool channelwise, const barecc::BlockedLayout &layout, int32_t workspace,
                 Plain plain, Scalar scalar)
{
    const int64_t depth = int64_t(s.kernel_h) * s.kernel_w * (channelwise ? 1 : s.in_c);
    const int32_t rows = s.batch * s.out_h;
    for (int variant = 0; variant < 4; variant++) {
        SCOPED_TRACE("variant " + std::to_string(variant));
        const bool extreme = variant & 1, clamps = variant & 2;
        const conv2d_s8_params p = {
            s, variant * 85 - 128, 0, 127 - variant * 85, clamps ? -30 : -128, clamps ? 50 : 127, 1};
        const Layer layer(s.out_c, depth, channelwise, extreme, p.input_zero_point, p.output_zero_point);
        const std::vector<int8_t> weights = packed(layout, layer.weights, s.out_c, channelwise);
        Strided<int8_t> x(int64_t(s.batch) * s.in_h * s.in_w, s.in_c, s.input_pixel_stride);
        fill(x, extreme);
        const Strided<int8_t> blank(int64_t(rows) * s.out_w, s.out_c, s.output_pixel_stride);
        const Strided<int8_t> expected = runRows(blank, rows, [&](int8_t *y, int32_t begin, int32_t end) {
            plain(&p, x.data.data(), layer.weights.data(), layer.bias.data(), layer.scales.multiplier.data(),
                  layer.scales.shift.data(), y, begin, end);
        });
        Workspace space(workspace);
        const Strided<int8_t> y = runRows(blank, rows, [&](int8_t *y, int32_t begin, int32_t end) {
            scalar(&p, x.data.data(), weights.data(), layer.channels.data(), y, space.bytes.data(), begin, end);
        });
        EXPECT_EQ(y.data, expected.data);
        if (channelwise && s.out_h == s.in_h && s.out_w == s.in_w && s.input_pixel_stride == s.output_pixel_stride) {
            scalar(&p, x.data.data(), weights.data(), layer.channels.data(), x.data.data(), space.bytes.data(), 0,
                   rows);
            EXPECT_EQ(x.data, expected.data) << "in place";
        }
    }
}

TEST(ScalarS8, Convolution)
{
    std::vector<NamedWindow> windows = awkwardWindows(/*channelwise=*/false);
    windows.emplace_back("pointwise of whole blocks", completed(plainWindow(4, 8, 12, 16)));
    window2d_params below = plainWindow(3, 4, 5, 6);
    below.pad_bottom = 2;
    windows.emplace_back("pointwise, padding at the bottom", completed(below));
    for (const auto &[name, s] : windows) {
        if (s.groups != 1)
            continue;
        SCOPED_TRACE(name);
        checkWindow(s, false, {4, 1, {}}, conv2d_s8_scalar_workspace(&s), conv2d_s8, conv2d_s8_scalar);
    }
}

TEST(ScalarS8, Depthwise)
{
    std::vector<NamedWindow> windows = awkwardWindows(/*channelwise=*/true);
    for (int32_t variant = 0; variant < 4; variant++) {
        window2d_params s = plainWindow(9, 4 + 5 * variant, 3, 3);
        s.kernel_h = s.kernel_w = 3, s.pad_top = s.pad_left = s.pad_bottom = s.pad_right = 1;
        s.stride_w = 1 + variant % 2, s.dilation_h = 1 + variant / 2;
        windows.emplace_back("3x3 in rows of " + std::to_string(s.in_w), completed(s));
    }
    for (const auto &[name, s] : windows) {
        SCOPED_TRACE(name);
        checkWindow(s, true, {1, 1, {}}, depthwise_conv2d_s8_scalar_workspace(&s), depthwise_conv2d_s8,
                    depthwise_conv2d_s8_scalar);
    }
}

TEST(ScalarS8, FullyConnected)
{
    struct {
        int32_t m, n, k, gap;
    } const shapes[] = {{1, 1, 1, 0}, {1, 7, 13, 0}, {5, 3, 11, 2}, {6, 5, 37, 3}, {4, 17, 3, 1}, {2, 16, 64, 0}};
    for (const auto &[m, n, k, gap] : shapes)
        for (int variant = 0; variant < 4; variant++) {
            SCOPED_TRACE("k " + std::to_string(k) + ", variant " + std::to_string(variant));
            const bool extreme = variant & 1, clamps = variant & 2;
            const matmul_s8_params p = {{1, m, n, k, k + gap, k, n + gap, 0, 0},
                                        variant * 85 - 128,
                                        0,
                                        127 - variant * 85,
                                        clamps ? 0 : -128,
                                        clamps ? 80 : 127,
                                        1};
            const Layer layer(n, k, /*outputsLast=*/false, extreme, p.input_zero_point, p.output_zero_point);
            const std::vector<int8_t> weights = packed({8, 1, {}}, layer.weights, n);
            Strided<int8_t> x(m, k, p.gemm.lda);
            fill(x, extreme);
            const Strided<int8_t> blank(m, n, p.gemm.ldc);
            const Strided<int8_t> expected = runRows(blank, m, [&](int8_t *y, int32_t begin, int32_t end) {
                fully_connected_s8(&p, x.data.data(), layer.weights.data(), layer.bias.data(),
                                   layer.scales.multiplier.data(), layer.scales.shift.data(), y, begin, end);
            });
            const Strided<int8_t> y = runRows(blank, m, [&](int8_t *y, int32_t begin, int32_t end) {
                fully_connected_s8_scalar(&p, x.data.data(), weights.data(), layer.channels.data(), y, begin, end);
            });
            EXPECT_EQ(y.data, expected.data);
        }
}

TEST(ScalarS8, HighWordOfAProduct)
{
    std::vector<int32_t> values = {INT32_MIN, INT32_MIN + 1, -65537, -65536, -65535, -32769, -32768,   -2, -1, 0, 1,
                                   2,         32767,         32768,  65535,  65536,  65537,  INT32_MAX};
    for (int32_t value : randomValues<int32_t>(200, INT32_MIN, INT32_MAX, 5))
        values.push_back(value);
    for (int32_t a : values)
        for (int32_t b : values)
            if (b >= 0)
                ASSERT_EQ(high_word_of(a, b), floorShift(Wide(a) * b + (Wide(1) << 31), 32)) << a << " * " << b;
}

} // namespace
