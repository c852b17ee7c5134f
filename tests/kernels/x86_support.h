// What the tests of the x86 kernels share. They include the kernels as the emitted model does, every call inlined and
// specialised for its geometry, which is where these kernels differ from plain C; so the geometries are constants here.
#pragma once

#define BARECC_KERNEL static inline __attribute__((always_inline))
#pragma clang diagnostic ignored "-Wc++20-designator"

#include "packed.h"
#include "support.h"
#include "windows.h"

#include <cmath>
#include <cstdlib>
#include <utility>

namespace barecc::test {

/// A vector at an address that suits every load.
class AlignedFloats {
public:
    explicit AlignedFloats(const std::vector<float> &values)
        : memory(static_cast<float *>(std::aligned_alloc(64, (values.size() * sizeof(float) / 64 + 1) * 64)))
    {
        std::copy(values.begin(), values.end(), memory);
    }
    ~AlignedFloats() { std::free(memory); }
    AlignedFloats(const AlignedFloats &) = delete;
    AlignedFloats &operator=(const AlignedFloats &) = delete;
    float *data() const { return memory; }

private:
    float *memory;
};

/// A square window on an image of batch 1, dense; `before` and `after` are the paddings.
constexpr window2d_params square(int32_t inH, int32_t inW, int32_t inC, int32_t outC, int32_t kernel, int32_t stride,
                                 int32_t dilation, int32_t before, int32_t after, int32_t groups = 1)
{
    const int32_t extent = (kernel - 1) * dilation + 1;
    const int32_t outH = (inH + before + after - extent) / stride + 1;
    const int32_t outW = (inW + before + after - extent) / stride + 1;
    return {1,        inH,      inW,    inC,    outH,  outW,  outC,   kernel, kernel, stride, stride,
            dilation, dilation, before, before, after, after, groups, inC,    outC,   outC};
}

/// The same as slices of wider images, twice.
constexpr window2d_params sliced(window2d_params s)
{
    s.batch = 2, s.input_pixel_stride += 3, s.output_pixel_stride += 7, s.residual_pixel_stride += 2;
    return s;
}

/// Calls use(std::integral_constant<size_t, I>) for every I below N.
template <size_t... I, class Use> void forEachIndex(std::index_sequence<I...>, Use use)
{
    (use(std::integral_constant<size_t, I>{}), ...);
}

inline std::string describe(const window2d_params &s)
{
    return std::to_string(s.in_h) + "x" + std::to_string(s.in_w) + "x" + std::to_string(s.in_c) + " to " +
           std::to_string(s.out_h) + "x" + std::to_string(s.out_w) + "x" + std::to_string(s.out_c) + ", kernel " +
           std::to_string(s.kernel_h) + ", stride " + std::to_string(s.stride_h) + ", batch " + std::to_string(s.batch);
}

/// The plain kernel's result and that of the tuned one, for all combinations of bias, residual and clamp:
/// plain(p, x, bias, residual, y, begin, end) and the same for tuned; p has the min and max to be used.
template <class Params, class Plain, class Tuned>
void compareWindow(const window2d_params &s, double tolerance, Plain plain, Tuned tuned)
{
    const int32_t rows = s.batch * s.out_h;
    const int64_t outPixels = int64_t(rows) * s.out_w;
    Strided<float> x(int64_t(s.batch) * s.in_h * s.in_w, s.in_c, s.input_pixel_stride);
    x.fill(-1, 1, 1);
    Strided<float> residual(outPixels, s.out_c, s.residual_pixel_stride);
    residual.fill(-1, 1, 2);
    const std::vector<float> bias = randomValues<float>(size_t(s.out_c), -1, 1, 4);

    for (int variant = 0; variant < 8; variant++) {
        SCOPED_TRACE("variant " + std::to_string(variant));
        const float *const b = variant & 1 ? bias.data() : nullptr;
        const float *const r = variant & 2 ? residual.data.data() : nullptr;
        Params p = {s, -INFINITY, INFINITY};
        if (variant & 4)
            p.min = -0.25f, p.max = 0.75f;
        Strided<float> expected(outPixels, s.out_c, s.output_pixel_stride);
        plain(p, x.data.data(), b, r, expected.data.data(), 0, rows);
        const Strided<float> y =
            runRows(Strided<float>(outPixels, s.out_c, s.output_pixel_stride), rows,
                    [&](float *to, int32_t begin, int32_t end) { tuned(p, x.data.data(), b, r, to, begin, end); });
        for (int64_t pixel = 0; pixel < outPixels; pixel++)
            for (int64_t c = 0; c < s.out_c; c++)
                if (y.at(pixel, c) != expected.at(pixel, c)) // infinities may agree
                    ASSERT_NEAR(y.at(pixel, c), expected.at(pixel, c), tolerance)
                        << "pixel " << pixel << ", channel " << c;
    }
}

} // namespace barecc::test

/// For a function whose kernel call is not to be specialised: what unoptimised builds get. (Optimised, it is the same
/// code after half a minute of compilation.)
#define UNSPECIALISED __attribute__((optnone))

/// For the head of a test; `feature` as __builtin_cpu_supports takes it.
#define SKIP_UNLESS_CPU_HAS(feature)                                                                                   \
    if (!__builtin_cpu_supports(feature))                                                                              \
    GTEST_SKIP() << "this CPU has no " << feature
