// The tests of depthwise_conv2d_f32_avx512 and _avx2 (DEPTHWISE), for the CPU feature CPU_FEATURE.
#include "generic/depthwise_conv2d_f32.c"

namespace {

using namespace barecc::test;

constexpr window2d_params channelwise(int32_t inH, int32_t inW, int32_t c, int32_t kernel, int32_t stride,
                                      int32_t dilation, int32_t before, int32_t after)
{
    return square(inH, inW, c, c, kernel, stride, dilation, before, after, c);
}

constexpr window2d_params convolutions[] = {
    channelwise(1, 1, 1, 3, 1, 1, 1, 1),           channelwise(5, 3, 17, 3, 1, 1, 1, 1),
    channelwise(7, 7, 33, 3, 1, 1, 1, 1),          channelwise(7, 7, 64, 5, 1, 1, 2, 2),
    channelwise(14, 14, 31, 5, 2, 1, 1, 2),        channelwise(13, 14, 16, 3, 2, 1, 0, 1),
    channelwise(9, 29, 3, 3, 1, 1, 1, 1),          channelwise(12, 23, 40, 5, 1, 1, 2, 2),
    channelwise(11, 56, 17, 3, 2, 1, 1, 1),        channelwise(20, 37, 8, 3, 1, 9, 9, 9),
    channelwise(10, 10, 24, 3, 1, 1, 0, 0),        sliced(channelwise(6, 19, 17, 3, 1, 1, 1, 1)),
    sliced(channelwise(9, 20, 33, 5, 2, 1, 2, 0)),
};

template <class Tuned> void checkDepthwise(const window2d_params &s, Tuned tuned)
{
    SCOPED_TRACE(describe(s));
    const auto w = randomValues<float>(size_t(s.out_c) * s.kernel_h * s.kernel_w, -1, 1, 3);
    compareWindow<conv2d_f32_params>(
        s, 1e-5,
        [&](const conv2d_f32_params &p, const float *x, const float *bias, const float *residual, float *y,
            int32_t begin, int32_t end) { depthwise_conv2d_f32(&p, x, w.data(), bias, residual, y, begin, end); },
        [&](const conv2d_f32_params &p, const float *x, const float *bias, const float *residual, float *y,
            int32_t begin, int32_t end) { tuned(p, x, w.data(), bias, residual, y, begin, end); });
}

TEST(DEPTHWISE, ConstantGeometry)
{
    SKIP_UNLESS_CPU_HAS(CPU_FEATURE);
    forEachIndex(std::make_index_sequence<std::size(convolutions)>{}, [](auto index) {
        checkDepthwise(convolutions[index],
                       [](const conv2d_f32_params &p, const float *x, const float *w, const float *bias,
                          const float *residual, float *y, int32_t begin, int32_t end) {
                           const conv2d_f32_params constant = {convolutions[decltype(index)::value], p.min, p.max};
                           DEPTHWISE(&constant, x, w, bias, residual, y, begin, end);
                       });
    });
}

TEST(DEPTHWISE, VariableGeometry)
{
    SKIP_UNLESS_CPU_HAS(CPU_FEATURE);
    for (const auto &[name, s] : awkwardWindows(/*channelwise=*/true)) {
        SCOPED_TRACE(name);
        checkDepthwise(s, [](const conv2d_f32_params &p, const float *x, const float *w, const float *bias,
                             const float *residual, float *y, int32_t begin, int32_t end)
                              UNSPECIALISED { DEPTHWISE(&p, x, w, bias, residual, y, begin, end); });
    }
}

} // namespace
