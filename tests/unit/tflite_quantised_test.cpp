// Integer kernels of TFLite at their limits: extreme inputs, saturation, zero points at the ends of the type. Expected
// numbers are those of the reference kernels' formulas, evaluated on integers of any length.
#include "tests/unit/tflite_model.h"

#include <numeric>

namespace barecc::tflite_test {
namespace {

using namespace tflite;
using Shape = std::vector<int64_t>;
using Bytes = std::vector<int8_t>;
using Shorts = std::vector<int16_t>;

/// An operator of 8-bit or 16-bit vectors.
struct Vectors : Single {
    int bytes(const Bytes &values, float scale, int64_t zero)
    {
        return constant<int8_t>(TensorType_INT8, {int32_t(values.size())}, values, {{scale}, {zero}});
    }
    int unsignedBytes(const std::vector<uint8_t> &values, float scale, int64_t zero)
    {
        return constant<uint8_t>(TensorType_UINT8, {int32_t(values.size())}, values, {{scale}, {zero}});
    }
    int shorts(const Shorts &values, float scale)
    {
        return constant<int16_t>(TensorType_INT16, {int32_t(values.size())}, values, {{scale}, {0}});
    }
    Numbers toBytes(BuiltinOperator code, std::vector<int32_t> inputs, float scale, int64_t zero)
    {
        return run(code, std::move(inputs), TensorType_INT8, BuiltinOptions_NONE, 0, {{scale}, {zero}});
    }
    Numbers toShorts(BuiltinOperator code, std::vector<int32_t> inputs, float scale)
    {
        return run(code, std::move(inputs), TensorType_INT16, BuiltinOptions_NONE, 0, {{scale}, {0}});
    }
};

// ---- Functions of one element

TEST(TFLiteQuantised, AbsoluteValueSaturates)
{
    Vectors m;
    EXPECT_EQ(m.toBytes(BuiltinOperator_ABS, {m.bytes({-128, -1, 0, 127}, 0.5f, 127)}, 0.25f, -128),
              (Numbers{127, 127, 126, -128}));
}

TEST(TFLiteQuantised, NegationAroundZeroPoints)
{
    Vectors m;
    EXPECT_EQ(m.toBytes(BuiltinOperator_NEG, {m.bytes({-128, 0, 127}, 0.5f, -128)}, 0.5f, 127),
              (Numbers{127, -1, -128}));
    Vectors n;
    EXPECT_EQ(n.toShorts(BuiltinOperator_NEG, {n.shorts({-32768, 32767, 1}, 0.5f)}, 0.5f),
              (Numbers{32767, -32767, -1}));
}

TEST(TFLiteQuantised, SquareRootIsCut)
{
    Vectors m;
    EXPECT_EQ(m.toBytes(BuiltinOperator_SQRT, {m.bytes({-128, -127, 0, 127}, 0.25f, -128)}, 0.1f, -128),
              (Numbers{-128, -123, -72, -49}));
    Vectors n;
    EXPECT_EQ(n.toShorts(BuiltinOperator_SQRT, {n.shorts({-5, 0, 2, 32767}, 1.0f)}, 1.0f), (Numbers{0, 0, 1, 181}));
}

const Shorts line{-32768, -129, -1, 0, 1, 127, 128, 20000, 32767};

TEST(TFLiteQuantised, InterpolatedTables)
{
    Vectors exponential;
    EXPECT_EQ(exponential.toShorts(BuiltinOperator_EXP, {exponential.shorts(line, 0x1p-13f)}, 0x1p-10f),
              (Numbers{19, 1008, 1024, 1024, 1024, 1040, 1040, 11764, 32767}));
    Vectors logarithm;
    EXPECT_EQ(logarithm.toShorts(BuiltinOperator_LOG, {logarithm.shorts(line, 0x1p-13f)}, 0x1p-12f),
              (Numbers{-32768, -32768, -30287, -30267, -30163, -17034, -16930, 3656, 5678}));
    Vectors root;
    EXPECT_EQ(root.toShorts(BuiltinOperator_RSQRT, {root.shorts(line, 0x1p-13f)}, 0x1p-11f),
              (Numbers{32767, 32767, 32108, 32103, 31978, 16235, 16110, 1311, 1024}));
}

TEST(TFLiteQuantised, LogarithmOfNothingIsTheLeastByte)
{
    Vectors m;
    EXPECT_EQ(m.toBytes(BuiltinOperator_LOG, {m.bytes({-128, 127}, 1.0f, 0)}, 0.05f, 10), (Numbers{-128, 107}));
}

const Shorts curve{-32768, -32767, -4096, -1, 0, 1, 5, 4095, 20000, 32767};

TEST(TFLiteQuantised, LogisticOfShorts)
{
    Vectors exact; // a power of two needs no rescaling
    EXPECT_EQ(exact.toShorts(BuiltinOperator_LOGISTIC, {exact.shorts(curve, 0x1p-12f)}, 0x1p-15f),
              (Numbers{11, 11, 8812, 16382, 16384, 16386, 16394, 23954, 32521, 32757}));
    Vectors rescaled;
    EXPECT_EQ(rescaled.toShorts(BuiltinOperator_LOGISTIC, {rescaled.shorts(curve, 0.0003f)}, 0x1p-15f),
              (Numbers{2, 2, 7419, 16381, 16384, 16387, 16396, 25347, 32687, 32766}));
}

TEST(TFLiteQuantised, HyperbolicTangentOfShorts)
{
    Vectors exact;
    EXPECT_EQ(exact.toShorts(BuiltinOperator_TANH, {exact.shorts(curve, 0x1p-11f)}, 0x1p-15f),
              (Numbers{-32767, -32767, -31589, -16, 0, 16, 80, 31588, 32767, 32767}));
    Vectors rescaled;
    EXPECT_EQ(rescaled.toShorts(BuiltinOperator_TANH, {rescaled.shorts(curve, 0.0003f)}, 0x1p-15f),
              (Numbers{-32767, -32767, -27598, -11, 0, 11, 48, 27595, 32767, 32767}));
}

TEST(TFLiteQuantised, ShortsHaveNoZeroPoint)
{
    Single m;
    const int x = m.constant<int16_t>(TensorType_INT16, {1}, {1}, {{0.5f}, {3}}), y = m.tensor(TensorType_INT16, {1});
    m.op(BuiltinOperator_EXP, {x}, {y});
    EXPECT_FALSE(m.import(m.finish({}, {y})).module);
    EXPECT_NE(m.messages.find("EXP: "), std::string::npos) << m.messages;
}

// ---- Functions of two elements

TEST(TFLiteQuantised, Division)
{
    Vectors m;
    const int x = m.bytes({127, -128, -128, 0, 5, 100, -100, 1}, 0.5f, -128);
    const int y = m.bytes({1, -128, 127, 3, -3, -7, 127, -1}, 0.25f, 2);
    EXPECT_EQ(m.toBytes(BuiltinOperator_DIV, {x, y}, 0.75f, -5), (Numbers{-128, -5, -5, 127, -76, -73, -4, -120}));
}

TEST(TFLiteQuantised, QuotientsBelowHalfAStepAreNone)
{
    Vectors m;
    const int x = m.bytes({-88, -78, -128, -103}, 0.031f, -128);
    const int y = m.bytes({15, 106, 1, -107}, 1.0f, -125);
    EXPECT_EQ(m.toBytes(BuiltinOperator_DIV, {x, y}, 0.25f, 3), (Numbers{3, 3, 3, 3}));
}

TEST(TFLiteQuantised, DivisionOfShorts)
{
    Vectors m;
    const int x = m.shorts({32767, -32768, -32768, 1, 0, -1, 12345}, 0.01f);
    const int y = m.shorts({32767, -32768, 1, -32768, 5, -7, -321}, 0.02f);
    EXPECT_EQ(m.toShorts(BuiltinOperator_DIV, {x, y}, 0.03f), (Numbers{17, 17, -32768, 0, 0, 2, -641}));
}

// ---- Rows

TEST(TFLiteQuantised, L2NormalisationOfBytes)
{
    for (const auto &[zero, row, expected] :
         {std::tuple{-128, Bytes{127, -128, 0, 50}, Numbers{97, 0, 49, 68}},
          std::tuple{127, Bytes{-128, -128, -128, -128}, Numbers{-64, -64, -64, -64}},
          std::tuple{5, Bytes{5, 5, 5, 5}, Numbers{0, 0, 0, 0}},
          std::tuple{0, Bytes{1, 0, 0, 0}, Numbers{127, 0, 0, 0}},
          std::tuple{0, Bytes{-3, 4, 0, 0}, Numbers{-77, 102, 0, 0}}}) {
        Vectors m;
        EXPECT_EQ(m.toBytes(BuiltinOperator_L2_NORMALIZATION, {m.bytes(row, 0.1f, zero)}, 1.0f / 128, 0), expected);
    }
    Vectors m; // a sum of squares that is large
    EXPECT_EQ(m.toBytes(BuiltinOperator_L2_NORMALIZATION, {m.bytes(Bytes(40, -128), 0.1f, 127)}, 1.0f / 128, 0),
              Numbers(40, -20));
}

TEST(TFLiteQuantised, L2NormalisationOfUnsignedBytes)
{
    Vectors m;
    const int x = m.unsignedBytes({255, 0, 128, 178}, 0.1f, 0);
    // Results are unsigned bytes again, which numbers of the test's type cannot show.
    EXPECT_EQ(
        m.run(BuiltinOperator_L2_NORMALIZATION, {x}, TensorType_UINT8, BuiltinOptions_NONE, 0, {{1.0f / 128}, {128}}),
        (Numbers{int8_t(225), int8_t(128), int8_t(177), int8_t(196)}));
}

TEST(TFLiteQuantised, ProductOfBytes)
{
    for (const auto &[row, expected] : {std::pair{Bytes{4, -128, 127}, -128.0}, std::pair{Bytes{127, 127, 127}, 127.0},
                                        std::pair{Bytes{-3, 5, 6}, 10.0}, std::pair{Bytes{-2, -2, -2}, 10.0}}) {
        Vectors m;
        const int x = m.bytes(row, 0.5f, -3), axis = m.ints({0});
        EXPECT_EQ(m.toBytes(BuiltinOperator_REDUCE_PROD, {x, axis}, 2.0f, 10), Numbers{expected});
    }
}

// ---- Products of matrices

TEST(TFLiteQuantised, BatchMatMulOfBytes)
{
    Single m;
    const int x = m.constant<int8_t>(TensorType_INT8, {1, 2, 2}, {-128, -128, 127, 0}, {{0.01f}, {127}});
    const int y = m.constant<int8_t>(TensorType_INT8, {1, 2, 1}, {127, 127}, {{0.01f}, {-128}});
    EXPECT_EQ(m.run(BuiltinOperator_BATCH_MATMUL, {x, y}, TensorType_INT8, BuiltinOptions_BatchMatMulOptions,
                    CreateBatchMatMulOptions(m.fbb).Union(), {{1.0f}, {3}}),
              (Numbers{-10, 0})); // -13.005 and -3.2385, 3 the zero point
}

TEST(TFLiteHybrid, BatchMatMulWithAScaleForEachColumn)
{
    Single m;
    const int x = m.floats({1, 2}, {127, -50});
    const int y = m.constant<int8_t>(TensorType_INT8, {2, 2}, {1, 2, 3, 4}, {{0.5f, 0.25f}, {0, 0}, 1});
    EXPECT_EQ(m.run(BuiltinOperator_BATCH_MATMUL, {x, y}, TensorType_FLOAT32, BuiltinOptions_BatchMatMulOptions,
                    CreateBatchMatMulOptions(m.fbb).Union()),
              (Numbers{(127 - 150) * 0.5, (254 - 200) * 0.25}));
}

TEST(TFLiteQuantised, BatchMatMulOfShortsBeyond32Bits)
{
    Single m;
    const int x = m.constant<int16_t>(TensorType_INT16, {1, 3}, {32767, -32768, 32767}, {{0x1p-15f}, {0}});
    const int y = m.constant<int16_t>(TensorType_INT16, {1, 3}, {32767, -32768, 32767}, {{0x1p-15f}, {0}});
    EXPECT_EQ(m.run(BuiltinOperator_BATCH_MATMUL, {x, y}, TensorType_INT16, BuiltinOptions_BatchMatMulOptions,
                    CreateBatchMatMulOptions(m.fbb, false, true).Union(), {{0x1p-13f}, {0}}),
              (Numbers{24575}));
}

TEST(TFLiteHybrid, BatchMatMulOfEachBatchByItsOwnWeights)
{
    Single m;
    const int x = m.floats({2, 1, 2}, {127, -50.4f, 10, 127});
    const int y = m.constant<int8_t>(TensorType_INT8, {2, 2, 1}, {1, 2, -3, 4}, {{0.5f}, {0}});
    EXPECT_EQ(m.run(BuiltinOperator_BATCH_MATMUL, {x, y}, TensorType_FLOAT32, BuiltinOptions_BatchMatMulOptions,
                    CreateBatchMatMulOptions(m.fbb).Union()),
              (Numbers{(127 - 100) * 0.5, (-30 + 508) * 0.5}));
}

TEST(TFLiteHybrid, GroupedConvolution)
{
    Single m;
    const int x = m.floats({1, 1, 1, 2}, {127, -10});
    const int w = m.constant<int8_t>(TensorType_INT8, {4, 1, 1, 1}, {2, 3, 4, -128}, {{1.0f}, {0}});
    EXPECT_EQ(m.run(BuiltinOperator_CONV_2D, {x, w}, TensorType_FLOAT32, BuiltinOptions_Conv2DOptions,
                    CreateConv2DOptions(m.fbb, Padding_VALID, 1, 1).Union()),
              (Numbers{254, 381, -40, 1280}));
}

TEST(TFLiteHybrid, DepthwiseConvolutionWithTwoOutputsAChannel)
{
    Single m;
    const int x = m.floats({1, 1, 1, 2}, {127, -10});
    const int w = m.constant<int8_t>(TensorType_INT8, {1, 1, 1, 4}, {2, 3, 4, -128}, {{1.0f}, {0}});
    EXPECT_EQ(m.run(BuiltinOperator_DEPTHWISE_CONV_2D, {x, w}, TensorType_FLOAT32,
                    BuiltinOptions_DepthwiseConv2DOptions,
                    CreateDepthwiseConv2DOptions(m.fbb, Padding_VALID, 1, 1, 2).Union()),
              (Numbers{254, 381, -40, 1280}));
}

TEST(TFLiteConvolution, RefusesA32BitBiasBeside16BitActivations)
{
    Single m;
    const int x = m.tensor(TensorType_INT16, {1, 1, 1, 1}, {{0.5f}, {0}});
    const int w = m.constant<int8_t>(TensorType_INT8, {1, 1, 1, 1}, {1}, {{0.5f}, {0}});
    const int bias = m.ints({1}, {1}), y = m.tensor(TensorType_INT16, {1, 1, 1, 1}, {{0.5f}, {0}});
    m.op(BuiltinOperator_CONV_2D, {x, w, bias}, {y}, BuiltinOptions_Conv2DOptions,
         CreateConv2DOptions(m.fbb, Padding_VALID, 1, 1).Union());
    EXPECT_FALSE(m.import(m.finish({x}, {y})).module);
    EXPECT_NE(m.messages.find("bias of 32 bits"), std::string::npos) << m.messages;
}

} // namespace
} // namespace barecc::tflite_test
