// softmax_f32 and log_softmax_f32 against the definition in double precision, without the shift by the maximum.
#include "support.h"

#include "generic/log_softmax_f32.c"
#include "generic/softmax_f32.c"

using namespace barecc::test;

namespace {

using SoftmaxKernel = void (*)(const softmax_f32_params *, const float *, float *, int32_t, int32_t);

void check(int32_t rows, int32_t depth, float beta, SoftmaxKernel kernel, bool logarithm)
{
    SCOPED_TRACE("depth " + std::to_string(depth) + ", beta " + std::to_string(beta));
    const softmax_f32_params p = {rows, depth, beta};
    const std::vector<float> x = randomValues<float>(size_t(rows) * size_t(depth), -20, 20, 1);
    const Strided<float> y =
        runRows(Strided<float>(rows, depth, depth), rows,
                [&](float *y, int32_t begin, int32_t end) { kernel(&p, x.data(), y, begin, end); });
    for (int64_t row = 0; row < rows; row++) {
        double sum = 0;
        for (int64_t i = 0; i < depth; i++)
            sum += std::exp(double(beta) * x[size_t(row * depth + i)]);
        for (int64_t i = 0; i < depth; i++) {
            const double exponent = double(beta) * x[size_t(row * depth + i)];
            const double expected = logarithm ? exponent - std::log(sum) : std::exp(exponent) / sum;
            ASSERT_NEAR(y.at(row, i), expected, 1e-6 + 1e-5 * std::fabs(expected)) << "row " << row << ", " << i;
        }
    }
    std::vector<float> inPlace = x;
    kernel(&p, inPlace.data(), inPlace.data(), 0, rows);
    EXPECT_EQ(inPlace, y.data);
}

TEST(SoftmaxF32, AgreesWithTheDefinition)
{
    for (int32_t depth : {1, 2, 13, 1001})
        for (float beta : {1.0f, 0.3f})
            check(5, depth, beta, softmax_f32, /*logarithm=*/false);
}

TEST(LogSoftmaxF32, AgreesWithTheDefinition)
{
    for (int32_t depth : {1, 2, 13, 1001})
        for (float beta : {1.0f, 0.3f})
            check(5, depth, beta, log_softmax_f32, /*logarithm=*/true);
}

// exp of these would overflow, and a masked position is -infinity.
TEST(SoftmaxF32, LargeAndMaskedValues)
{
    const softmax_f32_params p = {1, 3, 1.0f};
    const float x[] = {1e30f, -INFINITY, 1e30f};
    float y[3];
    softmax_f32(&p, x, y, 0, 1);
    EXPECT_EQ(y[0], 0.5f);
    EXPECT_EQ(y[1], 0.0f);
    EXPECT_EQ(y[2], 0.5f);
    log_softmax_f32(&p, x, y, 0, 1);
    EXPECT_FLOAT_EQ(y[0], -std::log(2.0f));
    EXPECT_EQ(y[1], -INFINITY);
}

} // namespace
