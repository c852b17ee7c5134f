// What operators of TFLite compute: models of constants fold to their results while they are imported. Reductions,
// images, quantisation and dynamic-range products.
#include "tests/unit/tflite_model.h"

#include <cmath>

namespace barecc::tflite_test {
namespace {

using namespace tflite;
using Shape = std::vector<int64_t>;

// ---- Quantisation

TEST(TFLiteQuantization, DequantisesHalfPrecision)
{
    Single m;
    const int x = m.constant<uint16_t>(TensorType_FLOAT16, {3}, {0x3c00, 0xc000, 0x3555});
    const Numbers got = m.run(BuiltinOperator_DEQUANTIZE, {x}, TensorType_FLOAT32);
    ASSERT_EQ(got.size(), 3u);
    EXPECT_EQ(got[0], 1);
    EXPECT_EQ(got[1], -2);
    EXPECT_NEAR(got[2], 1.0 / 3, 1e-4);
}

TEST(TFLiteQuantization, DequantisesByChannel)
{
    Single m;
    const int x = m.constant<int8_t>(TensorType_INT8, {2, 2}, {1, 2, 3, 4}, {{0.5f, 2.0f}, {0, 1}, 1});
    EXPECT_EQ(m.run(BuiltinOperator_DEQUANTIZE, {x}, TensorType_FLOAT32), (Numbers{0.5, 2, 1.5, 6}));
}

/// Of words, whose scales are not checked when they are read.
TEST(TFLiteQuantization, AChannelBelowTheFirstIsReported)
{
    ModelBuilder m;
    const int x = m.constant<int32_t>(TensorType_INT32, {2}, {1, 2}, {{0.5f, 2.0f}, {0, 0}, -1});
    const int y = m.tensor(TensorType_FLOAT32, {2});
    m.op(BuiltinOperator_DEQUANTIZE, {x}, {y});
    Importing importing;
    EXPECT_FALSE(importing.import(m.finish({}, {y})).module);
    EXPECT_NE(importing.messages.find("scales that do not fit its input's shape"), std::string::npos)
        << importing.messages;
}

TEST(TFLiteQuantization, QuantisesToUnsignedBytes)
{
    Single m;
    const int x = m.floats({4}, {0, 0.25f, -100, 1e30f});
    // Ties go away from zero; results are unsigned bytes again, which numbers of the test's type cannot show.
    EXPECT_EQ(m.run(BuiltinOperator_QUANTIZE, {x}, TensorType_UINT8, BuiltinOptions_NONE, 0, {{0.5f}, {10}}),
              (Numbers{10, 11, 0, int8_t(255)}));
}

TEST(TFLiteQuantization, CastsQuantisedBytesAsTheFileHasThem)
{
    Single m;
    const int x = m.constant<uint8_t>(TensorType_UINT8, {2}, {200, 3}, {{0.5f}, {10}});
    EXPECT_EQ(m.run(BuiltinOperator_CAST, {x}, TensorType_FLOAT32), (Numbers{200, 3}));
}

TEST(TFLiteQuantization, ExpandsSparseBlocks)
{
    ModelBuilder m;
    // [[1, 0], [0, 2], [0, 0], [3, 0]] with rows in blocks of two: blocks 0 and 1 of rows, each with its columns dense.
    auto &fbb = m.fbb;
    const std::vector<int32_t> order{0, 1, 2}, blocks{0};
    const auto segments = CreateUint8Vector(fbb, fbb.CreateVector(std::vector<uint8_t>{0, 2})).Union();
    const auto indices = CreateUint8Vector(fbb, fbb.CreateVector(std::vector<uint8_t>{0, 1})).Union();
    std::vector<flatbuffers::Offset<DimensionMetadata>> levels{
        CreateDimensionMetadata(fbb, DimensionType_SPARSE_CSR, 0, SparseIndexVector_Uint8Vector, segments,
                                SparseIndexVector_Uint8Vector, indices),
        CreateDimensionMetadata(fbb, DimensionType_DENSE, 2), CreateDimensionMetadata(fbb, DimensionType_DENSE, 2)};
    const auto sparsity =
        CreateSparsityParameters(fbb, fbb.CreateVector(order), fbb.CreateVector(blocks), fbb.CreateVector(levels));
    const int x = m.constant<float>(TensorType_FLOAT32, {4, 2}, {1, 0, 0, 2, 0, 3, 0, 0}, {}, sparsity);
    const int y = m.tensor(TensorType_FLOAT32, {4, 2});
    m.op(BuiltinOperator_DENSIFY, {x}, {y});
    EXPECT_EQ(Importing().fold(m.finish({}, {y}))[0], (Numbers{1, 0, 0, 2, 0, 0, 3, 0}));
}

// ---- Reductions

TEST(TFLiteReduction, MeanOfWordsWhoseSumIsNone)
{
    Single m;
    const int x = m.ints({2000000000, 2000000000, -7});
    EXPECT_EQ(m.run(BuiltinOperator_MEAN, {x, m.ints({0})}, TensorType_INT32), Numbers{1333333331});
}

TEST(TFLiteReduction, MeanOfBytesRoundsWhereTheScaleStays)
{
    Single m;
    const Quantization q{{0.5f}, {3}};
    const int x = m.constant<int8_t>(TensorType_INT8, {2, 2}, {3, 4, -3, -4}, q);
    EXPECT_EQ(m.run(BuiltinOperator_MEAN, {x, m.ints({1})}, TensorType_INT8, BuiltinOptions_ReducerOptions,
                    CreateReducerOptions(m.fbb, false).Union(), q),
              (Numbers{4, -3}));
}

TEST(TFLiteReduction, SumOfBytesRescales)
{
    Single m;
    const int x = m.constant<int8_t>(TensorType_INT8, {1, 4}, {3, 4, 5, 6}, {{0.5f}, {2}});
    EXPECT_EQ(m.run(BuiltinOperator_SUM, {x, m.ints({-1})}, TensorType_INT8, BuiltinOptions_ReducerOptions,
                    CreateReducerOptions(m.fbb, true).Union(), {{1.0f}, {-1}}),
              (Numbers{4}));
    EXPECT_EQ(m.shape(), (Shape{1, 1}));
}

TEST(TFLiteReduction, CumulativeSums)
{
    for (const auto &[exclusive, reverse, expected] :
         {std::tuple{false, false, Numbers{1, 3, 6}}, std::tuple{true, false, Numbers{0, 1, 3}},
          std::tuple{false, true, Numbers{6, 5, 3}}, std::tuple{true, true, Numbers{5, 3, 0}}}) {
        Single m;
        const int x = m.floats({3}, {1, 2, 3});
        EXPECT_EQ(m.run(BuiltinOperator_CUMSUM, {x, m.ints({}, {0})}, TensorType_FLOAT32, BuiltinOptions_CumsumOptions,
                        CreateCumsumOptions(m.fbb, exclusive, reverse).Union()),
                  expected);
    }
}

TEST(TFLiteReduction, ArgMaxTakesTheFirstOfEqualOnes)
{
    Single m;
    const int x = m.floats({2, 3}, {1, 5, 5, 2, 2, 1});
    EXPECT_EQ(m.run(BuiltinOperator_ARG_MAX, {x, m.ints({}, {-1})}, TensorType_INT64, BuiltinOptions_ArgMaxOptions,
                    CreateArgMaxOptions(m.fbb, TensorType_INT64).Union()),
              (Numbers{1, 0}));
}

// ---- Images

TEST(TFLiteResize, BilinearOfFloatsWithHalfPixels)
{
    Single m;
    const int x = m.floats({1, 1, 2, 1}, {0, 4});
    EXPECT_EQ(m.run(BuiltinOperator_RESIZE_BILINEAR, {x, m.ints({1, 4})}, TensorType_FLOAT32,
                    BuiltinOptions_ResizeBilinearOptions, CreateResizeBilinearOptions(m.fbb, false, true).Union()),
              (Numbers{0, 1, 3, 4}));
}

TEST(TFLiteResize, BilinearOfIntegersRoundsAwayFromZero)
{
    Single m;
    const Quantization q{{1.0f}, {0}};
    const int x = m.constant<int8_t>(TensorType_INT8, {1, 1, 2, 1}, {-3, 0}, q);
    EXPECT_EQ(m.run(BuiltinOperator_RESIZE_BILINEAR, {x, m.ints({1, 4})}, TensorType_INT8,
                    BuiltinOptions_ResizeBilinearOptions, CreateResizeBilinearOptions(m.fbb, false, false).Union(), q),
              (Numbers{-3, -2, 0, 0}));
}

TEST(TFLiteResize, NearestWithAlignedCorners)
{
    Single m;
    const int x = m.floats({1, 1, 3, 1}, {1, 2, 3});
    EXPECT_EQ(m.run(BuiltinOperator_RESIZE_NEAREST_NEIGHBOR, {x, m.ints({1, 5})}, TensorType_FLOAT32,
                    BuiltinOptions_ResizeNearestNeighborOptions,
                    CreateResizeNearestNeighborOptions(m.fbb, true, false).Union()),
              (Numbers{1, 2, 2, 3, 3}));
}

TEST(TFLiteNormalization, LocalResponse)
{
    Single m;
    const int x = m.floats({1, 1, 1, 3}, {1, 2, 3});
    const auto options = CreateLocalResponseNormalizationOptions(m.fbb, 1, 1.0f, 1.0f, 0.5f);
    const Numbers got = m.run(BuiltinOperator_LOCAL_RESPONSE_NORMALIZATION, {x}, TensorType_FLOAT32,
                              BuiltinOptions_LocalResponseNormalizationOptions, options.Union());
    ASSERT_EQ(got.size(), 3u);
    EXPECT_NEAR(got[0], 1 / std::sqrt(6), 1e-6);
    EXPECT_NEAR(got[1], 2 / std::sqrt(15), 1e-6);
    EXPECT_NEAR(got[2], 3 / std::sqrt(14), 1e-6);
}

// ---- Dynamic-range products

TEST(TFLiteHybrid, FullyConnectedQuantisesEachRow)
{
    Single m;
    const int x = m.floats({2, 2}, {127, -50.4f, 0, 0});
    const int w = m.constant<int8_t>(TensorType_INT8, {1, 2}, {1, 2}, {{0.5f}, {0}});
    const int bias = m.floats({1}, {1});
    // A row's largest magnitude becomes 127: -50.4 becomes -50. A row of zeros leaves the bias.
    EXPECT_EQ(m.run(BuiltinOperator_FULLY_CONNECTED, {x, w, bias}, TensorType_FLOAT32,
                    BuiltinOptions_FullyConnectedOptions, CreateFullyConnectedOptions(m.fbb).Union()),
              (Numbers{(127 - 100) * 0.5 + 1, 1}));
}

TEST(TFLiteHybrid, AsymmetricRowsUseTheirWholeRange)
{
    Single m;
    const int x = m.floats({1, 2}, {0, 255});
    const int w = m.constant<int8_t>(TensorType_INT8, {1, 2}, {1, 2}, {{1.0f}, {0}});
    EXPECT_EQ(m.run(BuiltinOperator_FULLY_CONNECTED, {x, w}, TensorType_FLOAT32, BuiltinOptions_FullyConnectedOptions,
                    CreateFullyConnectedOptions(m.fbb, ActivationFunctionType_NONE,
                                                FullyConnectedOptionsWeightsFormat_DEFAULT, false, true)
                        .Union()),
              (Numbers{510}));
}

TEST(TFLiteHybrid, ConvolutionPadsWithNothing)
{
    Single m;
    const int x = m.floats({1, 2, 2, 1}, {-127, 10, 20, 30});
    const int w = m.constant<int8_t>(TensorType_INT8, {1, 2, 2, 1}, {1, 2, 3, 4}, {{0.5f}, {0}});
    // One scale for all weights: symmetric activations, here in steps of 1.
    EXPECT_EQ(m.run(BuiltinOperator_CONV_2D, {x, w}, TensorType_FLOAT32, BuiltinOptions_Conv2DOptions,
                    CreateConv2DOptions(m.fbb, Padding_SAME, 1, 1).Union()),
              (Numbers{0.5 * (-127 + 20 + 60 + 120), 0.5 * (10 + 90), 0.5 * (20 + 60), 0.5 * 30}));
}

} // namespace
} // namespace barecc::tflite_test
