// The tests of max_pool2d_f32_avx512 and _avx2 (MAX_POOL) and avg_pool2d_f32_avx512 and _avx2 (AVG_POOL), for the CPU
// feature CPU_FEATURE.
#include "generic/avg_pool2d_f32.c"
#include "generic/max_pool2d_f32.c"

namespace {

using namespace barecc::test;

constexpr window2d_params pools[] = {
    square(1, 1, 1, 1, 1, 1, 1, 0, 0),           square(13, 13, 64, 64, 3, 2, 1, 0, 0),
    square(9, 14, 17, 17, 3, 2, 1, 1, 1),        square(7, 7, 130, 130, 7, 1, 1, 0, 0),
    square(12, 5, 31, 31, 2, 2, 1, 0, 0),        square(6, 6, 99, 99, 3, 1, 2, 2, 2),
    sliced(square(8, 9, 33, 33, 5, 1, 1, 2, 2)),
};

template <class Plain, class Tuned> void checkPool(const window2d_params &s, Plain plain, Tuned tuned)
{
    SCOPED_TRACE(describe(s));
    compareWindow<pool2d_f32_params>(
        s, 1e-6,
        [&](const pool2d_f32_params &p, const float *x, const float *, const float *, float *y, int32_t begin,
            int32_t end) { plain(&p, x, y, begin, end); },
        [&](const pool2d_f32_params &p, const float *x, const float *, const float *, float *y, int32_t begin,
            int32_t end) { tuned(p, x, y, begin, end); });
}

TEST(MAX_POOL, ConstantGeometry)
{
    SKIP_UNLESS_CPU_HAS(CPU_FEATURE);
    forEachIndex(std::make_index_sequence<std::size(pools)>{}, [](auto index) {
        checkPool(pools[index], max_pool2d_f32,
                  [](const pool2d_f32_params &p, const float *x, float *y, int32_t begin, int32_t end) {
                      const pool2d_f32_params constant = {pools[decltype(index)::value], p.min, p.max};
                      MAX_POOL(&constant, x, y, begin, end);
                  });
    });
}

TEST(MAX_POOL, VariableGeometry)
{
    SKIP_UNLESS_CPU_HAS(CPU_FEATURE);
    for (const auto &[name, s] : awkwardWindows(/*channelwise=*/true)) {
        SCOPED_TRACE(name);
        checkPool(s, max_pool2d_f32,
                  [](const pool2d_f32_params &p, const float *x, float *y, int32_t begin, int32_t end) {
                      MAX_POOL(&p, x, y, begin, end);
                  });
    }
}

TEST(MAX_POOL, NanLosesAsInThePlainKernel)
{
    SKIP_UNLESS_CPU_HAS(CPU_FEATURE);
    static constexpr pool2d_f32_params p = {square(2, 2, 1, 1, 2, 1, 1, 0, 0), -INFINITY, INFINITY};
    const float x[] = {1.0f, NAN, 3.0f, 2.0f};
    float y = 0.0f, expected = 0.0f;
    MAX_POOL(&p, x, &y, 0, 1);
    max_pool2d_f32(&p, x, &expected, 0, 1);
    EXPECT_EQ(y, expected);
}

TEST(AVG_POOL, ConstantGeometry)
{
    SKIP_UNLESS_CPU_HAS(CPU_FEATURE);
    forEachIndex(std::make_index_sequence<std::size(pools)>{}, [](auto index) {
        checkPool(pools[index], avg_pool2d_f32,
                  [](const pool2d_f32_params &p, const float *x, float *y, int32_t begin, int32_t end) {
                      const pool2d_f32_params constant = {pools[decltype(index)::value], p.min, p.max};
                      AVG_POOL(&constant, x, y, begin, end);
                  });
    });
}

TEST(AVG_POOL, VariableGeometry)
{
    SKIP_UNLESS_CPU_HAS(CPU_FEATURE);
    for (const auto &[name, s] : awkwardWindows(/*channelwise=*/true)) {
        SCOPED_TRACE(name);
        checkPool(s, avg_pool2d_f32,
                  [](const pool2d_f32_params &p, const float *x, float *y, int32_t begin, int32_t end) {
                      AVG_POOL(&p, x, y, begin, end);
                  });
    }
}

} // namespace
