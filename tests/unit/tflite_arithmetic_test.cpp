// What operators of TFLite compute: models of constants fold to their results while they are imported. Functions of
// elements.
#include "tests/unit/tflite_model.h"

#include <cmath>
#include <numeric>

namespace barecc::tflite_test {
namespace {

using namespace tflite;
using Shape = std::vector<int64_t>;

// ---- Numbers

TEST(TFLiteArithmetic, FloorModTakesTheSignOfTheDivisor)
{
    Single m;
    EXPECT_EQ(m.run(BuiltinOperator_FLOOR_MOD, {m.ints({-7, 7, -7, 6}), m.ints({3, -3, -3, 3})}, TensorType_INT32),
              (Numbers{2, -2, -1, 0}));
}

TEST(TFLiteArithmetic, StableHloOperatorsAreTheirCounterparts)
{
    const std::vector<float> x{0.25f, 0.5f, 2.0f}, y{4.0f, -0.5f, 3.0f};
    auto run = [&](BuiltinOperator code, bool isBinary) {
        Single m;
        std::vector<int32_t> inputs{m.floats({3}, x)};
        if (isBinary)
            inputs.push_back(m.floats({3}, y));
        return m.run(code, inputs, TensorType_FLOAT32);
    };
    const std::pair<BuiltinOperator, BuiltinOperator> unary[] = {
        {BuiltinOperator_STABLEHLO_ABS, BuiltinOperator_ABS},
        {BuiltinOperator_STABLEHLO_COSINE, BuiltinOperator_COS},
        {BuiltinOperator_STABLEHLO_EXPONENTIAL, BuiltinOperator_EXP},
        {BuiltinOperator_STABLEHLO_FLOOR, BuiltinOperator_FLOOR},
        {BuiltinOperator_STABLEHLO_LOG, BuiltinOperator_LOG},
        {BuiltinOperator_STABLEHLO_LOGISTIC, BuiltinOperator_LOGISTIC},
        {BuiltinOperator_STABLEHLO_NEGATE, BuiltinOperator_NEG},
        {BuiltinOperator_STABLEHLO_RSQRT, BuiltinOperator_RSQRT},
        {BuiltinOperator_STABLEHLO_TANH, BuiltinOperator_TANH},
    };
    const std::pair<BuiltinOperator, BuiltinOperator> binary[] = {
        {BuiltinOperator_STABLEHLO_ADD, BuiltinOperator_ADD},
        {BuiltinOperator_STABLEHLO_MAXIMUM, BuiltinOperator_MAXIMUM},
        {BuiltinOperator_STABLEHLO_MINIMUM, BuiltinOperator_MINIMUM},
        {BuiltinOperator_STABLEHLO_MULTIPLY, BuiltinOperator_MUL},
        {BuiltinOperator_STABLEHLO_SUBTRACT, BuiltinOperator_SUB},
    };
    for (const auto &[stable, plain] : unary)
        EXPECT_EQ(run(stable, false), run(plain, false)) << EnumNameBuiltinOperator(stable);
    for (const auto &[stable, plain] : binary)
        EXPECT_EQ(run(stable, true), run(plain, true)) << EnumNameBuiltinOperator(stable);
}

TEST(TFLiteArithmetic, FloorDivOfIntegers)
{
    Single m;
    EXPECT_EQ(m.run(BuiltinOperator_FLOOR_DIV, {m.ints({-7, 7, -6, 5}), m.ints({3, -3, 3, 0})}, TensorType_INT32),
              (Numbers{-3, -3, -2, 0})); // by zero it is zero
}

TEST(TFLiteArithmetic, PowerOfIntegers)
{
    Single m;
    EXPECT_EQ(m.run(BuiltinOperator_POW, {m.ints({2, -3, 0, 7}), m.ints({10, 3, 0, 1})}, TensorType_INT32),
              (Numbers{1024, -27, 1, 7}));
}

TEST(TFLiteArithmetic, QuantisedAddAtThreeScales)
{
    Single m;
    const int a = m.constant<int8_t>(TensorType_INT8, {4}, {10, -20, 127, -128}, {{0.5f}, {0}});
    const int b = m.constant<int8_t>(TensorType_INT8, {4}, {5, 5, 127, -128}, {{0.25f}, {1}});
    // 5 + 1, -10 + 1, 63.5 + 31.5, -64 - 32.25 in steps of 0.75, 3 the zero point
    EXPECT_EQ(m.run(BuiltinOperator_ADD, {a, b}, TensorType_INT8, BuiltinOptions_AddOptions,
                    CreateAddOptions(m.fbb).Union(), {{0.75f}, {3}}),
              (Numbers{11, -9, 127, -125}));
}

TEST(TFLiteArithmetic, FusedReluOfQuantisedMul)
{
    Single m;
    const int a = m.constant<int8_t>(TensorType_INT8, {3}, {10, -20, 60}, {{0.5f}, {0}});
    const int b = m.constant<int8_t>(TensorType_INT8, {3}, {4, 4, 4}, {{0.5f}, {0}});
    const auto options = CreateMulOptions(m.fbb, ActivationFunctionType_RELU6);
    EXPECT_EQ(m.run(BuiltinOperator_MUL, {a, b}, TensorType_INT8, BuiltinOptions_MulOptions, options.Union(),
                    {{0.5f}, {-10}}),
              (Numbers{2, -10, 2})); // 10 is cut to 6: 12 steps above the zero point
}

/// All 256 values of an 8-bit operator, by the function that it stands for.
void expectWithinOneStep(BuiltinOperator code, double (*function)(double), float inScale, int64_t inZero,
                         float outScale, int64_t outZero, BuiltinOptions type = BuiltinOptions_NONE)
{
    Single m;
    std::vector<int8_t> all(256);
    std::iota(all.begin(), all.end(), -128);
    const int x = m.constant<int8_t>(TensorType_INT8, {256}, all, {{inScale}, {inZero}});
    const Numbers got = m.run(code, {x}, TensorType_INT8, type, 0, {{outScale}, {outZero}});
    ASSERT_EQ(got.size(), 256u);
    for (int i = 0; i < 256; ++i) {
        const double real = function(double(inScale) * double(all[i] - inZero));
        EXPECT_NEAR(got[i], std::clamp(real / outScale + double(outZero), -128.0, 127.0), 1.0) << int(all[i]);
    }
}

TEST(TFLiteActivation, QuantisedLogistic)
{
    auto logistic = [](double x) { return 1 / (1 + std::exp(-x)); };
    expectWithinOneStep(BuiltinOperator_LOGISTIC, logistic, 0.05f, 3, 1.0f / 256, -128);
    expectWithinOneStep(BuiltinOperator_LOGISTIC, logistic, 0.4f, -20, 1.0f / 256, -128);
}

TEST(TFLiteActivation, QuantisedTanh)
{
    expectWithinOneStep(BuiltinOperator_TANH, [](double x) { return std::tanh(x); }, 0.03f, 3, 1.0f / 128, 0);
    expectWithinOneStep(BuiltinOperator_TANH, [](double x) { return std::tanh(x); }, 0.3f, 100, 1.0f / 128, 0);
}

TEST(TFLiteActivation, QuantisedHardSwish)
{
    expectWithinOneStep(
        BuiltinOperator_HARD_SWISH, [](double x) { return x * std::clamp(x + 3, 0.0, 6.0) / 6; }, 0.06f, -5, 0.05f,
        -100);
}

TEST(TFLiteActivation, QuantisedElu)
{
    expectWithinOneStep(BuiltinOperator_ELU, [](double x) { return x < 0 ? std::expm1(x) : x; }, 0.05f, 0, 0.05f, -60);
}

TEST(TFLiteArithmetic, QuantisedRsqrt)
{
    expectWithinOneStep(
        BuiltinOperator_RSQRT, [](double x) { return x > 0 ? 1 / std::sqrt(x) : 1e9; }, 0.1f, -128, 0.02f, -128);
}

} // namespace
} // namespace barecc::tflite_test
