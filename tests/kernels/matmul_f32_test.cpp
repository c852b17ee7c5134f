// fully_connected_f32, matmul_f32 and matmul_transposed_f32 against products in double precision.
#include "support.h"

#include "generic/fully_connected_f32.c"
#include "generic/matmul_f32.c"
#include "generic/matmul_transposed_f32.c"

#include <algorithm>

using namespace barecc::test;

namespace {

/// batch, m, n, k and what each row is longer than needed.
struct Shape {
    int32_t batch, m, n, k, gap;
};
const Shape shapes[] = {{1, 1, 1, 1, 0}, {1, 1, 7, 13, 0}, {1, 5, 3, 11, 2}, {2, 3, 5, 7, 3}, {3, 2, 17, 1, 1}};

gemm_params sizeOf(const Shape &shape, int32_t wRow, int32_t wBatch)
{
    const auto &[batch, m, n, k, gap] = shape;
    return {batch, m, n, k, k + gap, wRow, n + gap, n + 2 * gap, wBatch};
}

/// y = x * w with w(matrix, i, j) as the caller lays it out.
template <class Weight, class Extra>
void expectProduct(const matmul_f32_params &p, const Strided<float> &x, const Strided<float> &y, Weight weight,
                   Extra extra)
{
    const gemm_params &s = p.gemm;
    for (int64_t row = 0; row < y.pixels; row++)
        for (int64_t j = 0; j < s.n; j++) {
            double expected = extra(row, j);
            for (int64_t i = s.k; i-- > 0;)
                expected += double(x.at(row, i)) * weight(row / s.m, i, j);
            expected = std::clamp(expected, double(p.min), double(p.max));
            ASSERT_NEAR(y.at(row, j), expected, 1e-5) << "row " << row << ", column " << j;
        }
}

TEST(FullyConnectedF32, AgreesWithTheDefinition)
{
    for (const Shape &shape : shapes)
        for (int variant = 0; variant < 8; variant++) {
            SCOPED_TRACE("k " + std::to_string(shape.k) + ", variant " + std::to_string(variant));
            const bool hasBias = variant & 1, hasResidual = variant & 2, clamps = variant & 4;
            const int32_t rows = shape.batch * shape.m;
            matmul_f32_params p = {sizeOf(shape, shape.k + shape.gap, 0), -INFINITY, INFINITY};
            if (clamps)
                p.min = 0.0f, p.max = 0.5f;
            Strided<float> x(rows, shape.k, p.gemm.lda), w(shape.n, shape.k, p.gemm.ldb);
            Strided<float> residual(rows, shape.n, p.gemm.ld_residual);
            x.fill(-1, 1, 1), w.fill(-1, 1, 2), residual.fill(-1, 1, 3);
            const std::vector<float> bias = randomValues<float>(size_t(shape.n), -1, 1, 4);
            const Strided<float> y =
                runRows(Strided<float>(rows, shape.n, p.gemm.ldc), rows, [&](float *y, int32_t begin, int32_t end) {
                    fully_connected_f32(&p, x.data.data(), w.data.data(), hasBias ? bias.data() : nullptr,
                                        hasResidual ? residual.data.data() : nullptr, y, begin, end);
                });
            expectProduct(
                p, x, y, [&](int64_t, int64_t i, int64_t j) { return w.at(j, i); },
                [&](int64_t row, int64_t j) {
                    return double(hasBias ? bias[size_t(j)] : 0) + double(hasResidual ? residual.at(row, j) : 0);
                });
        }
}

TEST(MatmulF32, AgreesWithTheDefinition)
{
    for (const Shape &shape : shapes)
        for (bool shared : {false, true}) {
            SCOPED_TRACE("k " + std::to_string(shape.k) + (shared ? ", one w" : ", a w each"));
            const int32_t rows = shape.batch * shape.m, wRow = shape.n + shape.gap;
            const int32_t wBatch = shared ? 0 : shape.k * wRow + shape.gap;
            const matmul_f32_params p = {sizeOf(shape, wRow, wBatch), -0.75f, INFINITY};
            Strided<float> x(rows, shape.k, p.gemm.lda);
            x.fill(-1, 1, 1);
            const auto w = randomValues<float>(size_t(shape.batch) * size_t(shape.k * wRow + shape.gap), -1, 1, 2);
            const Strided<float> y =
                runRows(Strided<float>(rows, shape.n, p.gemm.ldc), rows, [&](float *y, int32_t begin, int32_t end) {
                    matmul_f32(&p, x.data.data(), w.data(), y, begin, end);
                });
            expectProduct(
                p, x, y, [&](int64_t b, int64_t i, int64_t j) { return w[size_t(b * wBatch + i * wRow + j)]; },
                [](int64_t, int64_t) { return 0.0; });
        }
}

TEST(MatmulTransposedF32, AgreesWithTheDefinition)
{
    for (const Shape &shape : shapes)
        for (bool shared : {false, true}) {
            SCOPED_TRACE("k " + std::to_string(shape.k) + (shared ? ", one w" : ", a w each"));
            const int32_t rows = shape.batch * shape.m, wRow = shape.k + shape.gap;
            const int32_t wBatch = shared ? 0 : shape.n * wRow + shape.gap;
            const matmul_f32_params p = {sizeOf(shape, wRow, wBatch), -INFINITY, 0.75f};
            Strided<float> x(rows, shape.k, p.gemm.lda);
            x.fill(-1, 1, 1);
            const auto w = randomValues<float>(size_t(shape.batch) * size_t(shape.n * wRow + shape.gap), -1, 1, 2);
            const Strided<float> y =
                runRows(Strided<float>(rows, shape.n, p.gemm.ldc), rows, [&](float *y, int32_t begin, int32_t end) {
                    matmul_transposed_f32(&p, x.data.data(), w.data(), y, begin, end);
                });
            expectProduct(
                p, x, y, [&](int64_t b, int64_t i, int64_t j) { return w[size_t(b * wBatch + j * wRow + i)]; },
                [](int64_t, int64_t) { return 0.0; });
        }
}

} // namespace
