// Numbers in files that arithmetic does not take: the ends of their types, NaN, shapes whose extents multiply to more
// than 64 bits. Each ends in an error of its operator, or in the number that is meant.
#include "tests/unit/tflite_model.h"

#include <flatbuffers/flexbuffers.h>

#include <functional>
#include <numeric>

namespace barecc::tflite_test {
namespace {

using namespace tflite;
using Tensors = std::vector<int32_t>;

/// A model that is refused, and a part of the message.
struct Refused {
    std::string message;
    std::function<std::string(ModelBuilder &)> build;
};

int longs(ModelBuilder &m, const std::vector<int64_t> &values)
{
    return m.constant(TensorType_INT64, {int32_t(values.size())}, values);
}

/// An operator on inputs of the model and constants, with one output.
std::string model(ModelBuilder &m, BuiltinOperator code, Tensors inputs, const Tensors &ofModel,
                  TensorType type = TensorType_FLOAT32, BuiltinOptions optionsType = BuiltinOptions_NONE,
                  flatbuffers::Offset<void> options = 0, const Quantization &quantization = {})
{
    const int output = m.tensor(type, {}, quantization);
    m.op(code, std::move(inputs), {output}, optionsType, options);
    return m.finish(ofModel, {output});
}

void expectRefused(std::initializer_list<Refused> models)
{
    for (const Refused &refused : models) {
        ModelBuilder m;
        Importing importing;
        EXPECT_FALSE(importing.import(refused.build(m)).module) << refused.message;
        EXPECT_NE(importing.messages.find(refused.message), std::string::npos)
            << importing.messages << "\nin place of " << refused.message;
    }
}

constexpr int32_t large = 1 << 25, block = INT16_MAX;
constexpr float nan = NAN;
const Quantization scaled{{0.5f}, {3}};

// ---- Shapes ------------------------------------------------------------------------------------------------

std::string reshape(ModelBuilder &m, const std::vector<int32_t> &shape, const std::vector<int32_t> &to)
{
    const int x = m.tensor(TensorType_FLOAT32, shape);
    return model(m, BuiltinOperator_RESHAPE, {x, m.ints(to)}, {x});
}

std::string blocks(ModelBuilder &m, BuiltinOperator code, const std::vector<int32_t> &shape,
                   const std::vector<int32_t> &sizes)
{
    const int x = m.tensor(TensorType_FLOAT32, shape), size = m.ints(sizes);
    const int ends = m.ints({int32_t(sizes.size()), 2}, std::vector<int32_t>(2 * sizes.size()));
    return model(m, code, {x, size, ends}, {x});
}

TEST(TFLiteNumbers, ShapesOfNothingWithHugeExtents)
{
    const std::string tooLarge = "too large to be meant; the file is damaged";
    expectRefused({
        {"RESHAPE: cannot give 0 elements the new shape",
         [](ModelBuilder &m) { return reshape(m, {0, 1}, {large, large, large, 0}); }},
        {"RESHAPE: cannot give 0 elements the new shape",
         [](ModelBuilder &m) { return reshape(m, {0, 1}, {large, large, large, -1}); }},
        {"RESHAPE: cannot give 0 elements the new shape", [](ModelBuilder &m) { return reshape(m, {0, 1}, {0, -1}); }},
        {"RESHAPE: cannot give 6 elements the new shape", [](ModelBuilder &m) { return reshape(m, {6}, {-1, -1}); }},
        {"SPACE_TO_BATCH_ND: has a result " + tooLarge,
         [](ModelBuilder &m) {
             return blocks(m, BuiltinOperator_SPACE_TO_BATCH_ND, {1 << 24, 0, 0, 0}, {block, block, block});
         }},
        {"BATCH_TO_SPACE_ND: has a result " + tooLarge,
         [](ModelBuilder &m) {
             return blocks(m, BuiltinOperator_BATCH_TO_SPACE_ND, {0, 1 << 14, 1 << 14, 1}, {block, block});
         }},
        {"DEPTH_TO_SPACE: has a result " + tooLarge,
         [](ModelBuilder &m) {
             const int x = m.tensor(TensorType_FLOAT32, {1, 1 << 14, 1 << 14, 0});
             return model(m, BuiltinOperator_DEPTH_TO_SPACE, {x}, {x}, TensorType_FLOAT32,
                          BuiltinOptions_DepthToSpaceOptions, CreateDepthToSpaceOptions(m.fbb, block).Union());
         }},
        {"SPACE_TO_DEPTH: has a result " + tooLarge,
         [](ModelBuilder &m) {
             const int x = m.tensor(TensorType_FLOAT32, {1, 0, 0, 1 << 29});
             return model(m, BuiltinOperator_SPACE_TO_DEPTH, {x}, {x}, TensorType_FLOAT32,
                          BuiltinOptions_SpaceToDepthOptions, CreateSpaceToDepthOptions(m.fbb, block).Union());
         }},
        {"SVDF: has a result " + tooLarge,
         [](ModelBuilder &m) {
             const int x = m.tensor(TensorType_FLOAT32, {1 << 29, 0}), w = m.tensor(TensorType_FLOAT32, {1 << 29, 0});
             const int time = m.tensor(TensorType_FLOAT32, {0, 1 << 29});
             const int state = m.variable(TensorType_FLOAT32, {1});
             return model(m, BuiltinOperator_SVDF, {x, w, time, -1, state}, {x, w, time}, TensorType_FLOAT32,
                          BuiltinOptions_SVDFOptions, CreateSVDFOptions(m.fbb, 1).Union());
         }},
        {"FULLY_CONNECTED: makes output 0 " + tooLarge,
         [](ModelBuilder &m) {
             const int x = m.tensor(TensorType_FLOAT32, {1 << 28, 0, 1}),
                       w = m.tensor(TensorType_FLOAT32, {1 << 28, 1});
             return model(m, BuiltinOperator_FULLY_CONNECTED, {x, w}, {x, w}, TensorType_FLOAT32,
                          BuiltinOptions_FullyConnectedOptions,
                          CreateFullyConnectedOptions(m.fbb, ActivationFunctionType_NONE,
                                                      FullyConnectedOptionsWeightsFormat_DEFAULT, true)
                              .Union());
         }},
    });
}

/// A file of 400 kB would nest one call in the other for each of its dimensions.
TEST(TFLiteNumbers, ManyDimensions)
{
    auto sparse = [](ModelBuilder &m, size_t rank, size_t blockCount) {
        std::vector<int32_t> order(rank + blockCount);
        std::iota(order.begin(), order.end(), 0);
        const std::vector<flatbuffers::Offset<DimensionMetadata>> levels(
            order.size(), CreateDimensionMetadata(m.fbb, DimensionType_DENSE, 1));
        const auto splits = m.fbb.CreateVector(std::vector<int32_t>(blockCount));
        const auto sparsity =
            CreateSparsityParameters(m.fbb, m.fbb.CreateVector(order), splits, m.fbb.CreateVector(levels));
        const int x = m.constant<float>(TensorType_FLOAT32, std::vector<int32_t>(rank, 1), {1}, {}, sparsity);
        return model(m, BuiltinOperator_DENSIFY, {x}, {});
    };
    expectRefused({
        {"input 't0' has an excessive shape", [](ModelBuilder &m) { return reshape(m, std::vector(65, 1), {1}); }},
        {"RESHAPE: cannot give 1 elements", [](ModelBuilder &m) { return reshape(m, {1}, std::vector(100'000, 1)); }},
        {"is a constant of an impossible shape", [&](ModelBuilder &m) { return sparse(m, 100'000, 0); }},
        {"has a traversal of 100001 dimensions", [&](ModelBuilder &m) { return sparse(m, 1, 100'000); }},
        {"WHERE: has a result too large to be meant",
         [](ModelBuilder &m) {
             const int filled = m.tensor(TensorType_BOOL, {}), turned = m.tensor(TensorType_BOOL, {});
             std::vector<int32_t> shape(64, 1);
             shape.back() = 1 << 20;
             m.op(BuiltinOperator_FILL, {m.ints({1 << 20}), m.constant<uint8_t>(TensorType_BOOL, {}, {1})}, {filled});
             m.op(BuiltinOperator_RESHAPE, {filled, m.ints(shape)}, {turned});
             return model(m, BuiltinOperator_WHERE, {turned}, {}, TensorType_INT64);
         }},
    });
}

TEST(TFLiteNumbers, PaddingByDilation)
{
    const std::string tooLarge = "has a result too large to be meant; the file is damaged";
    expectRefused({
        {"CONV_3D: " + tooLarge,
         [](ModelBuilder &m) {
             const int x = m.tensor(TensorType_FLOAT32, {1, 1, 1, 1, 1});
             const int w = m.tensor(TensorType_FLOAT32, {1 << 9, 1 << 9, 1 << 9, 1, 1});
             return model(
                 m, BuiltinOperator_CONV_3D, {x, w}, {x, w}, TensorType_FLOAT32, BuiltinOptions_Conv3DOptions,
                 CreateConv3DOptions(m.fbb, Padding_SAME, 1, 1, 1, ActivationFunctionType_NONE, block, block, block)
                     .Union());
         }},
        {"CONV_2D: " + tooLarge,
         [](ModelBuilder &m) {
             const int x = m.tensor(TensorType_FLOAT32, {1, 1, 1, 1});
             const int w = m.tensor(TensorType_INT8, {1, 1 << 14, 1 << 14, 1}, {{0.5f}, {0}});
             return model(
                 m, BuiltinOperator_CONV_2D, {x, w}, {x, w}, TensorType_FLOAT32, BuiltinOptions_Conv2DOptions,
                 CreateConv2DOptions(m.fbb, Padding_SAME, 1, 1, ActivationFunctionType_NONE, block, block).Union());
         }},
        {"LOCAL_RESPONSE_NORMALIZATION: " + tooLarge,
         [](ModelBuilder &m) {
             const int x = m.tensor(TensorType_FLOAT32, {1, 1, 1, 1 << 29});
             return model(m, BuiltinOperator_LOCAL_RESPONSE_NORMALIZATION, {x}, {x}, TensorType_FLOAT32,
                          BuiltinOptions_LocalResponseNormalizationOptions,
                          CreateLocalResponseNormalizationOptions(m.fbb, INT32_MAX).Union());
         }},
    });
}

/// Each of the two matrices would have 64 MiB.
TEST(TFLiteNumbers, FourierMatricesBeyondTheLimit)
{
    expectRefused({{"RFFT2D: the model has more than ", [](ModelBuilder &m) {
                        const int x = m.tensor(TensorType_FLOAT32, {4096, 4096});
                        return model(m, BuiltinOperator_RFFT2D, {x, m.ints({4096, 4096})}, {x}, TensorType_COMPLEX64);
                    }}});
}

/// What the caller gives is checked as what the file says.
TEST(TFLiteNumbers, ShapesOfTheCaller)
{
    ModelBuilder m;
    const int x = m.tensor(TensorType_FLOAT32, {1, 1, 1}), y = m.tensor(TensorType_INT8, {2}, {{0.5f, 1}, {0, 0}});
    const int z = m.tensor(TensorType_FLOAT32, {}), w = m.tensor(TensorType_FLOAT32, {});
    m.op(BuiltinOperator_ABS, {x}, {z});
    m.op(BuiltinOperator_DEQUANTIZE, {y}, {w});
    const std::string bytes = m.finish({x, y}, {z, w});
    Importing importing;
    ImportOptions options;
    options.shapes["t1"] = {3};
    EXPECT_FALSE(importing.import(bytes, options).module);
    EXPECT_NE(importing.messages.find("--shape t1: gives another extent than 2, the number of scales, to dimension 0"),
              std::string::npos)
        << importing.messages;
    const auto none = mlir::RankedTensorType::get({0, int64_t(1) << 62, 4}, mlir::Float32Type::get(&importing.context));
    options = {};
    options.constants["t0"] = mlir::DenseElementsAttr::get(none, llvm::ArrayRef<float>());
    EXPECT_FALSE(importing.import(bytes, options).module);
    EXPECT_NE(importing.messages.find("input 't0' has an excessive shape"), std::string::npos) << importing.messages;
}

TEST(TFLiteNumbers, SparseLevelsThatMultiply)
{
    expectRefused({{"has a dense dimension of an impossible size", [](ModelBuilder &m) {
                        auto &fbb = m.fbb;
                        const std::vector<int32_t> place{1 << 20, (1 << 20) + 1};
                        const auto segments = CreateInt32Vector(fbb, fbb.CreateVector(place)).Union();
                        const auto index =
                            CreateUint8Vector(fbb, fbb.CreateVector(std::vector<uint8_t>(place[1]))).Union();
                        const std::vector<flatbuffers::Offset<DimensionMetadata>> levels{
                            CreateDimensionMetadata(fbb, DimensionType_SPARSE_CSR, 0, SparseIndexVector_Int32Vector,
                                                    segments, SparseIndexVector_Uint8Vector, index),
                            CreateDimensionMetadata(fbb, DimensionType_DENSE, 1 << 29),
                            CreateDimensionMetadata(fbb, DimensionType_DENSE, 1 << 29)};
                        const auto order = fbb.CreateVector(std::vector<int32_t>{0, 1, 2});
                        const auto sparsity = CreateSparsityParameters(fbb, order, 0, fbb.CreateVector(levels));
                        const int x = m.constant<float>(TensorType_FLOAT32, {1, 1, 1}, {1}, {}, sparsity);
                        return model(m, BuiltinOperator_DENSIFY, {x}, {});
                    }}});
}

TEST(TFLiteNumbers, SparseTensorOfNothing)
{
    Single m;
    const auto none = CreateUint8Vector(m.fbb, m.fbb.CreateVector(std::vector<uint8_t>{0, 0})).Union();
    const auto index = CreateUint8Vector(m.fbb, m.fbb.CreateVector(std::vector<uint8_t>{})).Union();
    const std::vector<flatbuffers::Offset<DimensionMetadata>> levels{CreateDimensionMetadata(
        m.fbb, DimensionType_SPARSE_CSR, 0, SparseIndexVector_Uint8Vector, none, SparseIndexVector_Uint8Vector, index)};
    const auto order = m.fbb.CreateVector(std::vector<int32_t>{0});
    const auto sparsity = CreateSparsityParameters(m.fbb, order, 0, m.fbb.CreateVector(levels));
    const int x = m.constant<float>(TensorType_FLOAT32, {0}, {1, 2, 3}, {}, sparsity);
    EXPECT_EQ(m.run(BuiltinOperator_DENSIFY, {x}, TensorType_FLOAT32), Numbers{});
}

// ---- Integers ----------------------------------------------------------------------------------------------

std::string stridedSlice(ModelBuilder &m, int64_t begin, int64_t end, int64_t stride, bool offset)
{
    const int x = m.tensor(TensorType_FLOAT32, {4});
    return model(m, BuiltinOperator_STRIDED_SLICE, {x, longs(m, {begin}), longs(m, {end}), longs(m, {stride})}, {x},
                 TensorType_FLOAT32, BuiltinOptions_StridedSliceOptions,
                 CreateStridedSliceOptions(m.fbb, 0, 0, 0, 0, 0, offset).Union());
}

TEST(TFLiteNumbers, EndsOfTheIntegers)
{
    expectRefused({
        {"SLICE: slices beyond its input",
         [](ModelBuilder &m) {
             const int x = m.tensor(TensorType_FLOAT32, {4});
             return model(m, BuiltinOperator_SLICE, {x, longs(m, {INT64_MIN}), longs(m, {-1})}, {x});
         }},
        {"STRIDED_SLICE: has an impossible stride",
         [](ModelBuilder &m) { return stridedSlice(m, 0, 4, INT64_MIN, false); }},
        {"STRIDED_SLICE: has an impossible last index",
         [](ModelBuilder &m) { return stridedSlice(m, 1, INT64_MAX, 1, true); }},
        {"SEGMENT_SUM: has a result too large to be meant",
         [](ModelBuilder &m) {
             const int x = m.tensor(TensorType_FLOAT32, {1});
             return model(m, BuiltinOperator_SEGMENT_SUM, {x, longs(m, {INT64_MAX})}, {x});
         }},
        {"BROADCAST_ARGS: has shapes of different types",
         [](ModelBuilder &m) {
             return model(m, BuiltinOperator_BROADCAST_ARGS, {m.ints({1}), longs(m, {int64_t(1) << 40})}, {},
                          TensorType_INT32);
         }},
        {"TOPK_V2: gives positions as int16 among 40000 elements",
         [](ModelBuilder &m) {
             const int x = m.tensor(TensorType_FLOAT32, {40000}), k = m.ints({}, {1});
             const int values = m.tensor(TensorType_FLOAT32, {1}), places = m.tensor(TensorType_INT16, {1});
             m.op(BuiltinOperator_TOPK_V2, {x, k}, {values, places});
             return m.finish({x}, {values, places});
         }},
        {"has a zero point outside its type",
         [](ModelBuilder &m) {
             const int x = m.tensor(TensorType_INT32, {1}, {{0.5f}, {INT64_MIN}});
             return model(m, BuiltinOperator_DEQUANTIZE, {x}, {x});
         }},
        {"DEQUANTIZE: has an input of type INT64 (quantised)",
         [](ModelBuilder &m) {
             const int x = m.tensor(TensorType_INT64, {1}, {{0.5f}, {0}});
             return model(m, BuiltinOperator_DEQUANTIZE, {x}, {x});
         }},
        {"QUANTIZE: has to give int8, uint8, int16 or int32",
         [](ModelBuilder &m) {
             const int x = m.tensor(TensorType_FLOAT32, {1});
             return model(m, BuiltinOperator_QUANTIZE, {x}, {x}, TensorType_UINT16, BuiltinOptions_NONE, 0, scaled);
         }},
        {"RANGE: has a step of zero or a result too large to be meant",
         [](ModelBuilder &m) {
             return model(m, BuiltinOperator_RANGE, {m.ints({}, {3}), m.ints({}, {3}), m.ints({}, {0})}, {},
                          TensorType_INT32);
         }},
    });
}

/// The integers of a result that a model without inputs folds to.
std::vector<int64_t> foldedLongs(ModelBuilder &m, BuiltinOperator code, Tensors inputs)
{
    Importing importing;
    ImportedModel imported = importing.import(model(m, code, std::move(inputs), {}, TensorType_INT64));
    if (!imported.module) {
        ADD_FAILURE() << importing.messages;
        return {};
    }
    auto main = imported.module->lookupSymbol<mlir::func::FuncOp>("main");
    const auto values = integersOf(constantOf(main.getBody().front().getTerminator()->getOperand(0)));
    return values ? std::vector<int64_t>(values->begin(), values->end()) : std::vector<int64_t>{};
}

/// Of 64 bits, which a double does not hold.
TEST(TFLiteNumbers, LongIntegersAreExact)
{
    using Longs = std::vector<int64_t>;
    constexpr int64_t odd = (int64_t(1) << 53) + 1;
    auto range = [](int64_t start, int64_t limit, int64_t step) {
        ModelBuilder m;
        return foldedLongs(m, BuiltinOperator_RANGE, {longs(m, {start}), longs(m, {limit}), longs(m, {step})});
    };
    EXPECT_EQ(range(odd, odd + 3, 2), (Longs{odd, odd + 2}));
    EXPECT_EQ(range(INT64_MIN, INT64_MAX, INT64_MAX), (Longs{INT64_MIN, -1, INT64_MAX - 1}));
    EXPECT_EQ(range(INT64_MAX, INT64_MIN, INT64_MIN), (Longs{INT64_MAX, -1}));
    EXPECT_EQ(range(0, INT64_MIN, 1), Longs{});
    ModelBuilder pad;
    EXPECT_EQ(foldedLongs(pad, BuiltinOperator_PADV2, {longs(pad, {7}), pad.ints({1, 2}, {1, 0}), longs(pad, {odd})}),
              (Longs{odd, 7}));
    ModelBuilder sparse; // not folded
    Importing importing;
    const Tensors inputs{sparse.ints({1}), sparse.ints({2}), longs(sparse, {7}), longs(sparse, {odd})};
    ImportedModel dense =
        importing.import(model(sparse, BuiltinOperator_SPARSE_TO_DENSE, inputs, {}, TensorType_INT64));
    ASSERT_TRUE(dense.module) << importing.messages;
    std::string text;
    llvm::raw_string_ostream(text) << *dense.module;
    EXPECT_NE(text.find("constant 9007199254740993 : i64"), std::string::npos) << text;
}

// ---- Floats ------------------------------------------------------------------------------------------------

std::string detection(ModelBuilder &m, double detections)
{
    flexbuffers::Builder builder;
    builder.Map([&] {
        for (const char *name : {"num_classes", "max_classes_per_detection", "nms_score_threshold", "nms_iou_threshold",
                                 "y_scale", "x_scale", "h_scale", "w_scale"})
            builder.Double(name, 1);
        builder.Double("max_detections", detections);
        builder.Double("use_regular_nms", NAN);
    });
    builder.Finish();
    const int boxes = m.tensor(TensorType_FLOAT32, {1, 3, 4}), scores = m.tensor(TensorType_FLOAT32, {1, 3, 2});
    const int anchors = m.tensor(TensorType_FLOAT32, {3, 4});
    Tensors outputs;
    for (int i = 0; i < 4; ++i)
        outputs.push_back(m.tensor(TensorType_FLOAT32, {}));
    m.op(BuiltinOperator_CUSTOM, {boxes, scores, anchors}, outputs, BuiltinOptions_NONE, 0,
         "TFLite_Detection_PostProcess", builder.GetBuffer());
    return m.finish({boxes, scores, anchors}, outputs);
}

std::string fakeQuant(ModelBuilder &m, float low, float high)
{
    const int x = m.tensor(TensorType_FLOAT32, {1});
    return model(m, BuiltinOperator_FAKE_QUANT, {x}, {x}, TensorType_FLOAT32, BuiltinOptions_FakeQuantOptions,
                 CreateFakeQuantOptions(m.fbb, low, high, 8).Union());
}

std::string softmax(ModelBuilder &m, float beta)
{
    const int x = m.tensor(TensorType_INT8, {4}, scaled);
    return model(m, BuiltinOperator_SOFTMAX, {x}, {x}, TensorType_INT8, BuiltinOptions_SoftmaxOptions,
                 CreateSoftmaxOptions(m.fbb, beta).Union(), {{1.0f / 256}, {-128}});
}

TEST(TFLiteNumbers, FloatsThatAreNoCounts)
{
    const std::string types = "RANGE: has a start, limit and step of different types";
    expectRefused({
        {"has options that ask for no detections", [](ModelBuilder &m) { return detection(m, NAN); }},
        {"has options that ask for no detections", [](ModelBuilder &m) { return detection(m, -INFINITY); }},
        {types,
         [](ModelBuilder &m) {
             return model(m, BuiltinOperator_RANGE, {m.ints({}, {0}), m.ints({}, {0}), m.floats({}, {-2.4e38f})}, {},
                          TensorType_INT32);
         }},
        {"RANGE: has a step of zero or a result too large to be meant",
         [](ModelBuilder &m) {
             return model(m, BuiltinOperator_RANGE, {m.floats({}, {nan}), m.floats({}, {1}), m.floats({}, {1})}, {});
         }},
        {"FAKE_QUANT: has a range that is too wide or too narrow",
         [](ModelBuilder &m) { return fakeQuant(m, -3e38f, 3e38f); }},
        {"FAKE_QUANT: has a range that is too wide or too narrow",
         [](ModelBuilder &m) { return fakeQuant(m, 0, 1e-45f); }},
        {"SOFTMAX: has a beta that is no positive number", [](ModelBuilder &m) { return softmax(m, nan); }},
        {"SOFTMAX: has a beta that is no positive number", [](ModelBuilder &m) { return softmax(m, -1); }},
        {"HARD_SWISH: has an output scale too small",
         [](ModelBuilder &m) {
             const int x = m.tensor(TensorType_INT8, {4}, {{128}, {0}});
             return model(m, BuiltinOperator_HARD_SWISH, {x}, {x}, TensorType_INT8, BuiltinOptions_NONE, 0, {{1}, {0}});
         }},
    });
    ModelBuilder m;
    Importing importing;
    EXPECT_TRUE(importing.import(detection(m, INFINITY)).module) << importing.messages; // as many as there may be
}

/// An LSTM layer of integers with a normalisation and a projection, all of one element.
std::string lstm(ModelBuilder &m, float normScale, int64_t projectionZero, float clip)
{
    const int x = m.tensor(TensorType_INT8, {1, 1, 1}, scaled);
    Tensors inputs{x};
    const auto byte = [&] { return m.constant<int8_t>(TensorType_INT8, {1, 1}, {5}, {{0.01f}, {0}}); };
    while (inputs.size() < 9)
        inputs.push_back(byte());
    inputs.insert(inputs.end(), 3, -1); // no peepholes
    while (inputs.size() < 16)
        inputs.push_back(m.ints({1}));
    inputs.push_back(byte());
    inputs.push_back(-1);
    inputs.push_back(m.variable(TensorType_INT8, {1, 1}, scaled));
    inputs.push_back(m.variable(TensorType_INT16, {1, 1}, {{0x1p-11f}, {0}}));
    while (inputs.size() < 24)
        inputs.push_back(m.constant<int16_t>(TensorType_INT16, {1}, {300}, {{normScale}, {0}}));
    Tensors between;
    while (between.size() < 4)
        between.push_back(m.tensor(TensorType_INT16, {}, {{0x1p-10f}, {0}}));
    between.push_back(m.tensor(TensorType_FLOAT32, {}, {{0.01f}, {projectionZero}}));
    const int output = m.tensor(TensorType_INT8, {}, scaled);
    m.op(BuiltinOperator_UNIDIRECTIONAL_SEQUENCE_LSTM, inputs, {output},
         BuiltinOptions_UnidirectionalSequenceLSTMOptions,
         CreateUnidirectionalSequenceLSTMOptions(m.fbb, ActivationFunctionType_TANH, clip).Union(), nullptr, {},
         between);
    return m.finish({x}, {output});
}

TEST(TFLiteNumbers, LstmOfIntegers)
{
    expectRefused({{"LSTM: has a zero point of -9223372036854775808 for the input of the projection",
                    [](ModelBuilder &m) { return lstm(m, 0.001f, INT64_MIN, 0); }}});
    for (const float scale : {1e-45f, 0.001f, 1e30f}) {
        ModelBuilder m;
        Importing importing;
        EXPECT_TRUE(importing.import(lstm(m, scale, 0, nan)).module) << scale << importing.messages;
    }
}

// ---- Types -------------------------------------------------------------------------------------------------

TEST(TFLiteNumbers, TypesThatHaveNoSuchElements)
{
    auto onScalar = [](BuiltinOperator code) {
        return [code](ModelBuilder &m) {
            const int x = m.tensor(TensorType_FLOAT32, {});
            return model(m, code, {x}, {x});
        };
    };
    auto withQuantised = [](BuiltinOperator code) {
        return [code](ModelBuilder &m) {
            const int x = m.tensor(TensorType_INT8, {4}), y = m.tensor(TensorType_INT8, {4}, scaled);
            return model(m, code, {x, y}, {x, y}, TensorType_INT8);
        };
    };
    const std::string notImplemented = ": has an input of type FLOAT32, which barecc does not implement";
    expectRefused({
        {"COMPLEX_ABS" + notImplemented, onScalar(BuiltinOperator_COMPLEX_ABS)},
        {"IMAG" + notImplemented, onScalar(BuiltinOperator_IMAG)},
        {"REAL" + notImplemented, onScalar(BuiltinOperator_REAL)},
        {"RELU: gives another type than output 0 has",
         [](ModelBuilder &m) {
             const int x = m.tensor(TensorType_FLOAT32, {});
             return model(m, BuiltinOperator_RELU, {x}, {x}, TensorType_COMPLEX64);
         }},
        {"BITWISE_XOR: has an input of type INT8 (quantised)", withQuantised(BuiltinOperator_BITWISE_XOR)},
        {"RIGHT_SHIFT: has an input of type INT8 (quantised)", withQuantised(BuiltinOperator_RIGHT_SHIFT)},
        {"ONE_HOT: has indices that are not integers",
         [](ModelBuilder &m) {
             const int x = m.tensor(TensorType_INT8, {4}, scaled);
             return model(m, BuiltinOperator_ONE_HOT, {x, m.ints({}, {3}), m.floats({}, {1}), m.floats({}, {0})}, {x},
                          TensorType_FLOAT32, BuiltinOptions_OneHotOptions, CreateOneHotOptions(m.fbb, -1).Union());
         }},
    });
}

TEST(TFLiteNumbers, ScalesThatLetSumsOf64BitsOverflow)
{
    const std::vector<int32_t> shape{1, 4};
    expectRefused({{"BATCH_MATMUL: has scales that let its sums overflow", [&](ModelBuilder &m) {
                        const int x = m.tensor(TensorType_INT16, shape, {{1e3f}, {0}});
                        const int y = m.tensor(TensorType_INT16, shape, {{1e3f}, {0}});
                        return model(m, BuiltinOperator_BATCH_MATMUL, {x, y}, {x, y}, TensorType_INT16,
                                     BuiltinOptions_BatchMatMulOptions,
                                     CreateBatchMatMulOptions(m.fbb, false, true).Union(), {{1.0f}, {0}});
                    }}});
}

} // namespace
} // namespace barecc::tflite_test
