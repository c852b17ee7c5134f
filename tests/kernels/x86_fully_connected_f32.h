// The tests of fully_connected_f32_avx512, _avx2 and _sse2 (FULLY_CONNECTED), for the CPU feature CPU_FEATURE.
#include "generic/fully_connected_f32.c"

namespace {

using namespace barecc::test;

constexpr gemm_params product(int32_t m, int32_t n, int32_t k, int32_t gap)
{
    return {1, m, n, k, k + gap, 0, n + 2 * gap, n + 3 * gap, 0};
}

constexpr gemm_params products[] = {
    product(1, 1, 1, 0),    product(1, 1001, 37, 0), product(1, 40, 128, 3),    product(2, 33, 17, 0),
    product(6, 16, 3, 1),   product(14, 32, 31, 0),  product(15, 31, 1, 2),     product(13, 17, 33, 0),
    product(29, 100, 9, 5), product(49, 64, 160, 0), product(300, 300, 256, 0),
};

template <class Tuned> void checkProduct(const gemm_params &s, Tuned tuned)
{
    SCOPED_TRACE(std::to_string(s.m) + " x " + std::to_string(s.n) + " x " + std::to_string(s.k));
    Strided<float> x(s.m, s.k, s.lda), residual(s.m, s.n, s.ld_residual);
    x.fill(-1, 1, 1), residual.fill(-1, 1, 2);
    const auto w = randomValues<float>(size_t(s.n) * s.k, -1, 1, 3), bias = randomValues<float>(size_t(s.n), -1, 1, 4);
    const AlignedFloats panels(packed({PANEL, 1, {1, true}}, w, s.n));
    gemm_params plain = s;
    plain.ldb = s.k;
    for (int variant = 0; variant < 8; variant++) {
        SCOPED_TRACE("variant " + std::to_string(variant));
        const float *const b = variant & 1 ? bias.data() : nullptr;
        const float *const r = variant & 2 ? residual.data.data() : nullptr;
        const float min = variant & 4 ? -0.25f : -INFINITY, max = variant & 4 ? 0.75f : INFINITY;
        Strided<float> expected(s.m, s.n, s.ldc);
        const matmul_f32_params p = {plain, min, max};
        fully_connected_f32(&p, x.data.data(), w.data(), b, r, expected.data.data(), 0, s.m);
        const Strided<float> y =
            runRows(Strided<float>(s.m, s.n, s.ldc), s.m, [&](float *to, int32_t begin, int32_t end) {
                tuned(min, max, x.data.data(), panels.data(), b, r, to, begin, end);
            });
        for (int64_t row = 0; row < s.m; row++)
            for (int64_t i = 0; i < s.n; i++)
                ASSERT_NEAR(y.at(row, i), expected.at(row, i), 4e-5) << "row " << row << ", column " << i;
    }
}

TEST(FULLY_CONNECTED, ConstantGeometry)
{
    SKIP_UNLESS_CPU_HAS(CPU_FEATURE);
    forEachIndex(std::make_index_sequence<std::size(products)>{}, [](auto index) {
        checkProduct(products[index], [](float min, float max, const float *x, const float *w, const float *bias,
                                         const float *residual, float *y, int32_t begin, int32_t end) {
            constexpr gemm_params s = products[decltype(index)::value];
            const matmul_f32_params p = {s, min, max};
            if (begin == 0 && end == s.m)
                FULLY_CONNECTED(&p, x, w, bias, residual, y, 0, s.m);
            else
                FULLY_CONNECTED(&p, x, w, bias, residual, y, begin, end);
        });
    });
}

TEST(FULLY_CONNECTED, VariableGeometry)
{
    SKIP_UNLESS_CPU_HAS(CPU_FEATURE);
    for (const gemm_params &s : products)
        checkProduct(s, [&s](float min, float max, const float *x, const float *w, const float *bias,
                             const float *residual, float *y, int32_t begin, int32_t end) UNSPECIALISED {
            const matmul_f32_params p = {s, min, max};
            FULLY_CONNECTED(&p, x, w, bias, residual, y, begin, end);
        });
}

} // namespace
