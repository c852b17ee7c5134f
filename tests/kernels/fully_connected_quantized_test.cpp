// fully_connected_s8 and fully_connected_s16 against 64-bit sums, rescaled exactly.
#include "exact.h"

#include "generic/fully_connected_s16.c"
#include "generic/fully_connected_s8.c"

#include <algorithm>

using namespace barecc::test;

namespace {

/// batch, m, n, k and what each row is longer than needed.
struct Shape {
    int32_t batch, m, n, k, gap;
};
const Shape shapes[] = {{1, 1, 1, 1, 0}, {1, 1, 7, 13, 0}, {1, 5, 3, 11, 2}, {2, 3, 5, 37, 3}, {3, 2, 17, 1, 1}};

gemm_params sizeOf(const Shape &shape)
{
    const auto &[batch, m, n, k, gap] = shape;
    return {batch, m, n, k, k + gap, k + 2 * gap, n + gap, 0, 0};
}

/// Runs `kernel` on one shape and compares with expected(sum, channel's multiplier and shift).
template <class T, class Bias, class Params, class Kernel, class Expected>
void check(const Params &p, int32_t xZero, int32_t wZero, const std::vector<Bias> *bias, const Rescaling &scales,
           Kernel kernel, Expected expected)
{
    const gemm_params &s = p.gemm;
    const int32_t rows = s.batch * s.m;
    Strided<T> x(rows, s.k, s.lda);
    Strided<int8_t> w(s.n, s.k, s.ldb);
    x.fill(std::numeric_limits<T>::min(), std::numeric_limits<T>::max(), 1);
    w.fill(-128, 127, 2);
    const Strided<T> y = runRows(Strided<T>(rows, s.n, s.ldc), rows, [&](T *y, int32_t begin, int32_t end) {
        kernel(&p, x.data.data(), w.data.data(), bias ? bias->data() : nullptr, scales.multiplier.data(),
               scales.shift.data(), y, begin, end);
    });
    for (int64_t row = 0; row < rows; row++)
        for (int64_t j = 0; j < s.n; j++) {
            int64_t sum = bias ? (*bias)[size_t(j)] : 0;
            for (int64_t i = s.k; i-- > 0;)
                sum += (int64_t(x.at(row, i)) - xZero) * (w.at(j, i) - wZero);
            const size_t scale = size_t(p.per_channel ? j : 0);
            ASSERT_EQ(y.at(row, j),
                      std::clamp<int64_t>(expected(sum, scales.multiplier[scale], scales.shift[scale]), p.min, p.max))
                << "row " << row << ", column " << j;
        }
}

TEST(FullyConnectedS8, AgreesWithTheDefinition)
{
    for (const Shape &shape : shapes)
        for (int variant = 0; variant < 8; variant++) {
            SCOPED_TRACE("k " + std::to_string(shape.k) + ", variant " + std::to_string(variant));
            const bool perColumn = variant & 1, hasBias = variant & 2, clamps = variant & 4;
            const matmul_s8_params p = {sizeOf(shape),      variant * 30 - 110, variant % 3 * 60 - 60,
                                        100 - variant * 25, clamps ? 0 : -128,  clamps ? 80 : 127,
                                        perColumn};
            std::vector<int32_t> bias = randomValues<int32_t>(size_t(shape.n), -20000, 20000, 3);
            bias.back() = clamps ? INT32_MIN + (1 << 28) : INT32_MAX - (1 << 28);
            const Rescaling scales(shape.n, 5000 * std::sqrt(shape.k), 100, 4);
            check<int8_t>(p, p.input_zero_point, p.weights_zero_point, hasBias ? &bias : nullptr, scales,
                          fully_connected_s8, [&](int64_t sum, int32_t multiplier, int shift) {
                              return exactRescale(sum, multiplier, shift) + p.output_zero_point;
                          });
        }
}

TEST(FullyConnectedS16, AgreesWithTheDefinition)
{
    for (const Shape &shape : shapes)
        for (int variant = 0; variant < 8; variant++) {
            SCOPED_TRACE("k " + std::to_string(shape.k) + ", variant " + std::to_string(variant));
            const bool perColumn = variant & 1, hasBias = variant & 2, clamps = variant & 4;
            const matmul_s16_params p = {sizeOf(shape), clamps ? -1000 : -32768, clamps ? 9000 : 32767, perColumn};
            std::vector<int64_t> bias = randomValues<int64_t>(size_t(shape.n), -4e6, 4e6, 3);
            bias.back() = (clamps ? 1 : -1) * (int64_t(1) << 46);
            const Rescaling scales(shape.n, 1.2e6 * std::sqrt(shape.k), 25000, 4);
            check<int16_t>(p, 0, 0, hasBias ? &bias : nullptr, scales, fully_connected_s16, exactRescale64);
        }
}

} // namespace
