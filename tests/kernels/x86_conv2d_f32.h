// The tests of conv2d_f32_avx512, _avx2 and _sse2 (CONV2D), for the CPU feature CPU_FEATURE.
#include "generic/conv2d_f32.c"

namespace {

using namespace barecc::test;

constexpr window2d_params convolutions[] = {
    square(1, 1, 1, 1, 1, 1, 1, 0, 0),           square(1, 1, 31, 17, 3, 1, 1, 1, 1),
    square(5, 3, 3, 17, 3, 1, 1, 1, 1),          square(14, 14, 17, 31, 3, 1, 1, 1, 1),
    square(13, 29, 3, 33, 3, 2, 1, 0, 1),        square(7, 7, 33, 48, 3, 1, 1, 1, 1),
    square(4, 4, 5, 64, 3, 1, 2, 2, 2),          square(23, 17, 1, 5, 7, 2, 1, 3, 3),
    square(24, 30, 3, 64, 7, 2, 1, 2, 3),        square(9, 31, 16, 70, 5, 1, 1, 2, 2),
    square(11, 40, 31, 33, 1, 2, 1, 0, 0),       square(12, 2, 8, 32, 3, 1, 1, 1, 1),
    square(40, 64, 40, 9, 3, 1, 1, 1, 1),        sliced(square(6, 19, 5, 33, 3, 1, 1, 1, 1)),
    sliced(square(9, 20, 5, 17, 3, 2, 1, 0, 0)), sliced(square(9, 8, 3, 33, 3, 1, 2, 0, 0)),
};

std::vector<float> weightsOf(const window2d_params &s)
{
    return randomValues<float>(size_t(s.out_c) * s.kernel_h * s.kernel_w * s.in_c, -1, 1, 3);
}

template <class Tuned> void checkConv2d(const window2d_params &s, Tuned tuned)
{
    SCOPED_TRACE(describe(s));
    const std::vector<float> w = weightsOf(s);
    const AlignedFloats panels(packed({PANEL, 1, {1, true}}, w, s.out_c));
    // A value behind the workspace shows whether the kernel stays within the size it states.
    std::vector<float> workspace(size_t(conv2d_f32_workspace(&s)) + 1, 55.0f);
    compareWindow<conv2d_f32_params>(
        s, 4e-5,
        [&](const conv2d_f32_params &p, const float *x, const float *bias, const float *residual, float *y,
            int32_t begin, int32_t end) { conv2d_f32(&p, x, w.data(), bias, residual, y, begin, end); },
        [&](const conv2d_f32_params &p, const float *x, const float *bias, const float *residual, float *y,
            int32_t begin,
            int32_t end) { tuned(p, x, panels.data(), bias, residual, y, workspace.data(), begin, end); });
    EXPECT_EQ(workspace.back(), 55.0f);
}

TEST(CONV2D, ConstantGeometry)
{
    SKIP_UNLESS_CPU_HAS(CPU_FEATURE);
    forEachIndex(std::make_index_sequence<std::size(convolutions)>{}, [](auto index) {
        checkConv2d(convolutions[index],
                    [](const conv2d_f32_params &p, const float *x, const float *w, const float *bias,
                       const float *residual, float *y, float *workspace, int32_t begin, int32_t end) {
                        const conv2d_f32_params constant = {convolutions[decltype(index)::value], p.min, p.max};
                        CONV2D(&constant, x, w, bias, residual, y, workspace, begin, end);
                    });
    });
}

TEST(CONV2D, VariableGeometry)
{
    SKIP_UNLESS_CPU_HAS(CPU_FEATURE);
    for (const auto &[name, s] : awkwardWindows(/*channelwise=*/false)) {
        SCOPED_TRACE(name);
        if (s.groups == 1)
            checkConv2d(s, [](const conv2d_f32_params &p, const float *x, const float *w, const float *bias,
                              const float *residual, float *y, float *workspace, int32_t begin, int32_t end)
                               UNSPECIALISED { CONV2D(&p, x, w, bias, residual, y, workspace, begin, end); });
    }
}

TEST(CONV2D, ResidualInPlaceAndNan)
{
    SKIP_UNLESS_CPU_HAS(CPU_FEATURE);
    static constexpr conv2d_f32_params p = {square(1, 1, 1, 1, 1, 1, 1, 0, 0), 0.0f, 6.0f};
    const std::vector<float> ones(PANEL, 1.0f);
    const AlignedFloats w(ones);
    float x = 2.0f, y = 3.0f;
    CONV2D(&p, &x, w.data(), nullptr, &y, &y, nullptr, 0, 1);
    EXPECT_EQ(y, 5.0f);
    x = NAN;
    CONV2D(&p, &x, w.data(), nullptr, nullptr, &y, nullptr, 0, 1);
    EXPECT_TRUE(std::isnan(y));
}

} // namespace
