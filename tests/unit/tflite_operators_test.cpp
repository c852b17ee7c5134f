// What operators of TFLite compute: models of constants fold to their results while they are imported.
#include "tests/unit/tflite_model.h"

#include <cmath>
#include <numeric>

namespace barecc::tflite_test {
namespace {

using namespace tflite;
using Numbers = std::vector<double>;

/// One operator with constant inputs and one output of the given type.
struct Single : ModelBuilder, Importing {
    Numbers run(BuiltinOperator code, std::vector<int32_t> inputs, TensorType type,
                BuiltinOptions optionsType = BuiltinOptions_NONE, flatbuffers::Offset<void> options = 0,
                const Quantization &quantization = {})
    {
        const int output = tensor(type, {}, quantization);
        op(code, std::move(inputs), {output}, optionsType, options);
        auto results = fold(finish({}, {output}));
        return results.size() == 1 ? results[0] : Numbers{};
    }
    std::vector<int64_t> shape() const { return shapes.at(0); }
};

using Shape = std::vector<int64_t>;

// ---- Shapes and slices

TEST(TFLiteShape, ReshapeInfersOneDimension)
{
    Single m;
    const int x = m.ints({2, 3}, {1, 2, 3, 4, 5, 6});
    EXPECT_EQ(m.run(BuiltinOperator_RESHAPE, {x, m.ints({3, -1})}, TensorType_INT32), (Numbers{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(m.shape(), (Shape{3, 2}));
}

TEST(TFLiteShape, TransposeWithNegativeAxes)
{
    Single m;
    const int x = m.ints({2, 3}, {1, 2, 3, 4, 5, 6});
    EXPECT_EQ(m.run(BuiltinOperator_TRANSPOSE, {x, m.ints({-1, 0})}, TensorType_INT32), (Numbers{1, 4, 2, 5, 3, 6}));
}

TEST(TFLiteShape, PadOfQuantisedTensorUsesTheZeroPoint)
{
    Single m;
    const Quantization q{{0.5f}, {7}};
    const int x = m.constant<int8_t>(TensorType_INT8, {2}, {1, 2}, q);
    EXPECT_EQ(m.run(BuiltinOperator_PAD, {x, m.ints({1, 2}, {1, 2})}, TensorType_INT8, BuiltinOptions_NONE, 0, q),
              (Numbers{7, 1, 2, 7, 7}));
}

TEST(TFLiteShape, MirrorPadReflectsAndRepeats)
{
    for (const auto &[mode, expected] : {std::pair{MirrorPadMode_REFLECT, Numbers{3, 2, 1, 2, 3, 2}},
                                         std::pair{MirrorPadMode_SYMMETRIC, Numbers{2, 1, 1, 2, 3, 3}}}) {
        Single m;
        const int x = m.ints({3}, {1, 2, 3});
        EXPECT_EQ(m.run(BuiltinOperator_MIRROR_PAD, {x, m.ints({1, 2}, {2, 1})}, TensorType_INT32,
                        BuiltinOptions_MirrorPadOptions, CreateMirrorPadOptions(m.fbb, mode).Union()),
                  expected);
    }
}

TEST(TFLiteShape, TileRepeatsEachDimension)
{
    Single m;
    const int x = m.ints({1, 2}, {1, 2});
    EXPECT_EQ(m.run(BuiltinOperator_TILE, {x, m.ints({2, 2})}, TensorType_INT32), (Numbers{1, 2, 1, 2, 1, 2, 1, 2}));
    EXPECT_EQ(m.shape(), (Shape{2, 4}));
}

TEST(TFLiteSlice, StridedSliceBackwards)
{
    Single m;
    const int x = m.ints({5}, {0, 1, 2, 3, 4});
    EXPECT_EQ(m.run(BuiltinOperator_STRIDED_SLICE, {x, m.ints({-1}), m.ints({-6}), m.ints({-2})}, TensorType_INT32,
                    BuiltinOptions_StridedSliceOptions, CreateStridedSliceOptions(m.fbb).Union()),
              (Numbers{4, 2, 0}));
}

TEST(TFLiteSlice, StridedSliceWithEllipsisNewAxisAndShrink)
{
    Single m;
    std::vector<int32_t> values(24);
    std::iota(values.begin(), values.end(), 0);
    const int x = m.ints({2, 3, 4}, values);
    // x[1, ..., newaxis, 1:3]
    const auto options = CreateStridedSliceOptions(m.fbb, 0, 0, /*ellipsis*/ 2, /*new axis*/ 4, /*shrink*/ 1);
    EXPECT_EQ(m.run(BuiltinOperator_STRIDED_SLICE,
                    {x, m.ints({1, 0, 0, 1}), m.ints({2, 0, 0, 3}), m.ints({1, 1, 1, 1})}, TensorType_INT32,
                    BuiltinOptions_StridedSliceOptions, options.Union()),
              (Numbers{13, 14, 17, 18, 21, 22}));
    EXPECT_EQ(m.shape(), (Shape{3, 1, 2}));
}

TEST(TFLiteSlice, SplitVWithARest)
{
    ModelBuilder m;
    const int x = m.ints({4}, {1, 2, 3, 4}), a = m.tensor(TensorType_INT32, {1}), b = m.tensor(TensorType_INT32, {3});
    m.op(BuiltinOperator_SPLIT_V, {x, m.ints({1, -1}), m.ints({}, {0})}, {a, b});
    EXPECT_EQ(Importing().fold(m.finish({}, {a, b})), (std::vector<Numbers>{{1}, {2, 3, 4}}));
}

TEST(TFLiteSlice, ConcatenationOfBytesAtDifferentScales)
{
    Single m;
    const int a = m.constant<uint8_t>(TensorType_UINT8, {2}, {128, 130}, {{1.0f}, {128}});
    const int b = m.constant<uint8_t>(TensorType_UINT8, {2}, {0, 255}, {{0.5f}, {0}});
    // 0 and 2, 0 and 127.5 in steps of 0.25 from 0: the last is cut at 255.
    const auto options = CreateConcatenationOptions(m.fbb, 0);
    EXPECT_EQ(m.run(BuiltinOperator_CONCATENATION, {a, b}, TensorType_UINT8, BuiltinOptions_ConcatenationOptions,
                    options.Union(), {{0.25f}, {0}}),
              (Numbers{0, 8, 0, int8_t(255)}));
}

TEST(TFLiteSpace, SpaceToBatchAndBack)
{
    ModelBuilder m;
    const int x = m.floats({1, 2, 2, 1}, {1, 2, 3, 4}), batches = m.tensor(TensorType_FLOAT32, {4, 1, 1, 1});
    m.op(BuiltinOperator_SPACE_TO_BATCH_ND, {x, m.ints({2, 2}), m.ints({2, 2}, {0, 0, 2, 0})}, {batches});
    const int back = m.tensor(TensorType_FLOAT32, {1, 2, 2, 1});
    m.op(BuiltinOperator_BATCH_TO_SPACE_ND, {batches, m.ints({2, 2}), m.ints({2, 2}, {0, 0, 2, 0})}, {back});
    EXPECT_EQ(Importing().fold(m.finish({}, {batches, back})),
              (std::vector<Numbers>{{0, 1, 0, 2, 0, 3, 0, 4}, {1, 2, 3, 4}}));
}

TEST(TFLiteSpace, DepthToSpace)
{
    Single m;
    const int x = m.floats({1, 1, 1, 4}, {1, 2, 3, 4});
    EXPECT_EQ(m.run(BuiltinOperator_DEPTH_TO_SPACE, {x}, TensorType_FLOAT32, BuiltinOptions_DepthToSpaceOptions,
                    CreateDepthToSpaceOptions(m.fbb, 2).Union()),
              (Numbers{1, 2, 3, 4}));
    EXPECT_EQ(m.shape(), (Shape{1, 2, 2, 1}));
}

// ---- Indices

TEST(TFLiteIndex, GatherWithBatchDimensions)
{
    Single m;
    const int x = m.ints({2, 3}, {1, 2, 3, 4, 5, 6});
    EXPECT_EQ(m.run(BuiltinOperator_GATHER, {x, m.ints({2, 1}, {2, 0})}, TensorType_INT32, BuiltinOptions_GatherOptions,
                    CreateGatherOptions(m.fbb, 1, 1).Union()),
              (Numbers{3, 4}));
    EXPECT_EQ(m.shape(), (Shape{2, 1}));
}

TEST(TFLiteIndex, GatherNd)
{
    Single m;
    const int x = m.ints({2, 2}, {1, 2, 3, 4});
    EXPECT_EQ(m.run(BuiltinOperator_GATHER_ND, {x, m.ints({2, 2}, {1, 1, 0, 1})}, TensorType_INT32), (Numbers{4, 2}));
}

TEST(TFLiteIndex, TopKKeepsTheOrderOfEqualOnes)
{
    ModelBuilder m;
    const int x = m.floats({2, 4}, {1, 3, 3, 2, -1, -2, 0, -3});
    const int values = m.tensor(TensorType_FLOAT32, {2, 2}), indices = m.tensor(TensorType_INT32, {2, 2});
    m.op(BuiltinOperator_TOPK_V2, {x, m.ints({}, {2})}, {values, indices});
    EXPECT_EQ(Importing().fold(m.finish({}, {values, indices})), (std::vector<Numbers>{{3, 3, 0, -1}, {1, 2, 2, 0}}));
}

TEST(TFLiteIndex, ReverseSequence)
{
    Single m;
    const int x = m.ints({2, 3}, {1, 2, 3, 4, 5, 6});
    EXPECT_EQ(m.run(BuiltinOperator_REVERSE_SEQUENCE, {x, m.ints({2, 3})}, TensorType_INT32,
                    BuiltinOptions_ReverseSequenceOptions, CreateReverseSequenceOptions(m.fbb, 1, 0).Union()),
              (Numbers{2, 1, 3, 6, 5, 4}));
}

// ---- Constants

TEST(TFLiteConstant, OneHotAlongTheFirstAxis)
{
    Single m;
    EXPECT_EQ(m.run(BuiltinOperator_ONE_HOT, {m.ints({0, 2}), m.ints({}, {3}), m.floats({}, {5}), m.floats({}, {1})},
                    TensorType_FLOAT32, BuiltinOptions_OneHotOptions, CreateOneHotOptions(m.fbb, 0).Union()),
              (Numbers{5, 1, 1, 1, 1, 5}));
    EXPECT_EQ(m.shape(), (Shape{3, 2}));
}

TEST(TFLiteConstant, RangeCountsDown)
{
    Single m;
    EXPECT_EQ(m.run(BuiltinOperator_RANGE, {m.ints({}, {5}), m.ints({}, {0}), m.ints({}, {-2})}, TensorType_INT32),
              (Numbers{5, 3, 1}));
}

TEST(TFLiteConstant, WhereOfAConstant)
{
    Single m;
    const int x = m.constant<uint8_t>(TensorType_BOOL, {2, 2}, {1, 0, 0, 1});
    EXPECT_EQ(m.run(BuiltinOperator_WHERE, {x}, TensorType_INT64), (Numbers{0, 0, 1, 1}));
}

// ---- Numbers

TEST(TFLiteArithmetic, FloorModTakesTheSignOfTheDivisor)
{
    Single m;
    EXPECT_EQ(m.run(BuiltinOperator_FLOOR_MOD, {m.ints({-7, 7, -7, 6}), m.ints({3, -3, -3, 3})}, TensorType_INT32),
              (Numbers{2, -2, -1, 0}));
}

TEST(TFLiteArithmetic, FloorDivOfIntegers)
{
    Single m;
    EXPECT_EQ(m.run(BuiltinOperator_FLOOR_DIV, {m.ints({-7, 7, -6, 5}), m.ints({3, -3, 3, 0})}, TensorType_INT32),
              (Numbers{-3, -3, -2, 5})); // a divisor of zero counts as one
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
    expectWithinOneStep(
        BuiltinOperator_TANH, [](double x) { return std::tanh(x); }, 0.03f, 3, 1.0f / 128, 0);
    expectWithinOneStep(
        BuiltinOperator_TANH, [](double x) { return std::tanh(x); }, 0.3f, 100, 1.0f / 128, 0);
}

TEST(TFLiteActivation, QuantisedHardSwish)
{
    expectWithinOneStep(
        BuiltinOperator_HARD_SWISH, [](double x) { return x * std::clamp(x + 3, 0.0, 6.0) / 6; }, 0.06f, -5, 0.05f,
        -100);
}

TEST(TFLiteActivation, QuantisedElu)
{
    expectWithinOneStep(
        BuiltinOperator_ELU, [](double x) { return x < 0 ? std::expm1(x) : x; }, 0.05f, 0, 0.05f, -60);
}

TEST(TFLiteArithmetic, QuantisedRsqrt)
{
    expectWithinOneStep(
        BuiltinOperator_RSQRT, [](double x) { return x > 0 ? 1 / std::sqrt(x) : 1e9; }, 0.1f, -128, 0.02f, -128);
}

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

TEST(TFLiteReduction, MeanOfBytesOfOneScaleDividesTowardsZero)
{
    Single m;
    const Quantization q{{0.5f}, {3}};
    const int x = m.constant<int8_t>(TensorType_INT8, {2, 2}, {3, 4, -3, -4}, q);
    EXPECT_EQ(m.run(BuiltinOperator_MEAN, {x, m.ints({1})}, TensorType_INT8, BuiltinOptions_ReducerOptions,
                    CreateReducerOptions(m.fbb, false).Union(), q),
              (Numbers{3, -3}));
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
