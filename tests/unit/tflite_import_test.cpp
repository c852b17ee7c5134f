// The TFLite importer's boundary, its errors, and that no damaged file brings it down.
#include "tests/unit/tflite_model.h"

namespace barecc::tflite_test {
namespace {

using namespace tflite;

// ---- Boundary

TEST(TFLiteImport, ModelWithoutOperatorsPassesItsInputsOn)
{
    ModelBuilder m;
    const int a = m.tensor(TensorType_FLOAT32, {1, 2}), b = m.tensor(TensorType_INT32, {3});
    Importing importing;
    ImportedModel model = importing.import(m.finish({a, b}, {b, a}));
    ASSERT_TRUE(model.module) << importing.messages;
    auto main = model.module->lookupSymbol<mlir::func::FuncOp>("main");
    auto terminator = main.getBody().front().getTerminator();
    EXPECT_EQ(terminator->getOperand(0), main.getArgument(1));
    EXPECT_EQ(terminator->getOperand(1), main.getArgument(0));
    EXPECT_EQ(main.getArgAttrOfType<mlir::StringAttr>(0, "nn.name").str(), "t0");
    EXPECT_EQ(main.getResultAttrOfType<mlir::StringAttr>(0, "nn.name").str(), "t1");
}

TEST(TFLiteImport, UnsignedBytesAreMovedAtTheBoundary)
{
    ModelBuilder m;
    const int x = m.tensor(TensorType_UINT8, {4}, {{0.5f}, {130}});
    Importing importing;
    ImportedModel model = importing.import(m.finish({x}, {x}));
    ASSERT_TRUE(model.module) << importing.messages;
    auto main = model.module->lookupSymbol<mlir::func::FuncOp>("main");
    auto type = llvm::dyn_cast<mlir::quant::UniformQuantizedType>(
        llvm::cast<mlir::RankedTensorType>(main.getArgumentTypes()[0]).getElementType());
    ASSERT_TRUE(type);
    EXPECT_FALSE(type.isSigned());
    EXPECT_EQ(type.getZeroPoint(), 130);
}

TEST(TFLiteImport, ShapeOptionResizesAnInput)
{
    ModelBuilder m;
    const int x = m.tensor(TensorType_FLOAT32, {1, 4}), y = m.tensor(TensorType_FLOAT32, {1, 4});
    m.op(BuiltinOperator_NEG, {x}, {y});
    Importing importing;
    ImportOptions options;
    options.shapes["t0"] = {3, 4};
    ImportedModel model = importing.import(m.finish({x}, {y}), options);
    ASSERT_TRUE(model.module) << importing.messages;
    auto main = model.module->lookupSymbol<mlir::func::FuncOp>("main");
    EXPECT_EQ(llvm::cast<mlir::RankedTensorType>(main.getResultTypes()[0]).getShape(), (llvm::ArrayRef<int64_t>{3, 4}));
}

TEST(TFLiteImport, SignatureChoosesASubgraph)
{
    ModelBuilder m;
    const int x = m.tensor(TensorType_FLOAT32, {1}), y = m.tensor(TensorType_FLOAT32, {1});
    m.op(BuiltinOperator_NEG, {x}, {y});
    m.endSubgraph({x}, {y});
    m.signature("encode", 0);
    m.signature("decode", 1);
    const int z = m.tensor(TensorType_FLOAT32, {2, 5});
    const std::string model = m.finish({z}, {z});
    auto rankOf = [&](const ImportOptions &options, std::string *warnings) {
        Importing importing;
        ImportedModel imported = importing.import(model, options);
        EXPECT_TRUE(imported.module) << importing.messages;
        *warnings = importing.warnings;
        auto main = imported.module->lookupSymbol<mlir::func::FuncOp>("main");
        return llvm::cast<mlir::RankedTensorType>(main.getResultTypes()[0]).getRank();
    };
    std::string warnings;
    EXPECT_EQ(rankOf({}, &warnings), 1);
    EXPECT_NE(warnings.find("the model has signatures 'encode', 'decode'"), std::string::npos) << warnings;
    ImportOptions options;
    options.signature = "decode";
    EXPECT_EQ(rankOf(options, &warnings), 2);
    EXPECT_EQ(warnings, "");
    options.signature = "other";
    Importing importing;
    EXPECT_TRUE(importing.import(model, options).wrongOptions);
    EXPECT_NE(importing.messages.find("its signatures are 'encode', 'decode'"), std::string::npos)
        << importing.messages;
}

/// Files of more than 2 GB keep the bytes of their buffers behind the flatbuffer.
TEST(TFLiteImport, BuffersOutsideTheFlatbuffer)
{
    auto model = [](uint64_t offset, uint64_t size) {
        ModelBuilder m;
        const int x = m.outside(TensorType_INT32, {2}, offset, size), y = m.tensor(TensorType_INT32, {2});
        m.op(BuiltinOperator_REVERSE_V2, {x, m.ints({0})}, {y});
        return m.finish({}, {y});
    };
    const std::string bytes("\1\0\0\0\2\0\0\0", 8);
    const uint64_t end = model(UINT64_MAX, 8).size();
    EXPECT_EQ(Importing().fold(model(end, 8) + bytes), (std::vector<Numbers>{{2, 1}}));
    for (const auto &[offset, size] :
         {std::pair<uint64_t, uint64_t>{end, 9}, {end + 9, 0}, {UINT64_MAX, 8}, {end, UINT64_MAX}}) {
        Importing importing;
        EXPECT_FALSE(importing.import(model(offset, size) + bytes).module);
        EXPECT_NE(importing.messages.find("names data behind its end"), std::string::npos) << importing.messages;
    }
}

// ---- Errors

std::string messagesOf(const std::string &model, const ImportOptions &options = {})
{
    Importing importing;
    EXPECT_FALSE(importing.import(model, options).module);
    return importing.messages;
}

TEST(TFLiteImport, NamesEveryMissingOperatorAtOnce)
{
    ModelBuilder m;
    const int x = m.tensor(TensorType_FLOAT32, {1}), y = m.tensor(TensorType_FLOAT32, {1}),
              z = m.tensor(TensorType_FLOAT32, {1});
    m.op(BuiltinOperator_CUSTOM, {x}, {y}, BuiltinOptions_NONE, 0, "MyOwn");
    m.op(BuiltinOperator_HASHTABLE, {y}, {z});
    const std::string messages = messagesOf(m.finish({x}, {z}));
    EXPECT_NE(messages.find("custom operator MyOwn (1 node 't1')"), std::string::npos) << messages;
    EXPECT_NE(messages.find("HASHTABLE (1 node 't2': strings and tables of them"), std::string::npos) << messages;
}

TEST(TFLiteImport, TensorThatNothingComputes)
{
    ModelBuilder m;
    const int x = m.tensor(TensorType_FLOAT32, {1}), y = m.tensor(TensorType_FLOAT32, {1});
    m.op(BuiltinOperator_NEG, {y}, {y});
    EXPECT_NE(messagesOf(m.finish({x}, {y})).find("nothing before it computes"), std::string::npos);
}

TEST(TFLiteImport, ConstantWithTooFewBytes)
{
    ModelBuilder m;
    const int x = m.floats({100}, {1, 2}), y = m.tensor(TensorType_FLOAT32, {100});
    m.op(BuiltinOperator_NEG, {x}, {y});
    EXPECT_NE(messagesOf(m.finish({}, {y})).find("needs 400 bytes of data and has 8"), std::string::npos);
}

TEST(TFLiteImport, ResultsOfAnotherTypeThanTheInputs)
{
    const Quantization q{{0.5f}, {3}};
    auto model = [&](BuiltinOperator code, TensorType from, const Quantization &given, TensorType to,
                     const Quantization &wanted) {
        ModelBuilder m;
        const int x = m.tensor(from, {2}, given), y = m.tensor(to, {2}, wanted);
        const bool joins = code == BuiltinOperator_CONCATENATION;
        m.op(code, {x}, {y}, joins ? BuiltinOptions_ConcatenationOptions : BuiltinOptions_NONE,
             joins ? CreateConcatenationOptions(m.fbb).Union() : 0);
        return m.finish({x}, {y});
    };
    for (const BuiltinOperator code : {BuiltinOperator_CONCATENATION, BuiltinOperator_RELU}) {
        EXPECT_NE(messagesOf(model(code, TensorType_FLOAT32, {}, TensorType_INT8, q)), "");
        EXPECT_NE(messagesOf(model(code, TensorType_UINT8, q, TensorType_FLOAT32, {})), "");
        EXPECT_NE(messagesOf(model(code, TensorType_UINT8, {}, TensorType_INT8, q)), "");
    }
    EXPECT_NE(messagesOf(model(BuiltinOperator_CONCATENATION, TensorType_INT8, q, TensorType_UINT8, q)), "");
}

TEST(TFLiteImport, OpenInputAndUnknownNames)
{
    ModelBuilder m;
    const int x = m.tensor(TensorType_FLOAT32, {-1, 2});
    const std::string model = m.finish({x}, {x});
    EXPECT_NE(messagesOf(model).find("has an open shape; fix it with --shape t0=D0,D1,..."), std::string::npos);
    ImportOptions options;
    options.shapes["other"] = {1, 2};
    EXPECT_NE(
        messagesOf(model, options).find("--shape other: the model has no input of that name; its inputs are 't0'"),
        std::string::npos);
    options = {};
    options.dims["batch"] = 1;
    EXPECT_NE(messagesOf(model, options).find("--dim batch: TFLite models have no named dimensions"),
              std::string::npos);
}

/// RESHAPE of t0 (1x6) to the shape in t1, an input of the model.
std::string reshapeModel()
{
    ModelBuilder m;
    const int x = m.tensor(TensorType_FLOAT32, {1, 6}), shape = m.tensor(TensorType_INT32, {2});
    const int y = m.tensor(TensorType_FLOAT32, {2, 3});
    m.op(BuiltinOperator_RESHAPE, {x, shape}, {y});
    return m.finish({shape, x}, {y});
}

TEST(TFLiteImport, ConstantInputIsNoArgument)
{
    Importing importing;
    const ImportedModel failed = importing.import(reshapeModel());
    EXPECT_FALSE(failed.module);
    EXPECT_NE(importing.messages.find("the new shape is computed from input 't1', but has to be known at compile time; "
                                      "give its value with --constant t1=FILE.npy"),
              std::string::npos)
        << importing.messages;
    EXPECT_EQ(failed.neededInputs, std::vector<std::string>{"t1"});

    const int32_t shape[] = {3, 2};
    const auto i32 = mlir::IntegerType::get(&importing.context, 32);
    auto value = mlir::DenseElementsAttr::get(mlir::RankedTensorType::get({2}, i32), llvm::ArrayRef<int32_t>(shape));
    ImportOptions options;
    options.constants["t1"] = value;
    ImportedModel model = importing.import(reshapeModel(), options);
    ASSERT_TRUE(model.module) << importing.messages;
    auto main = model.module->lookupSymbol<mlir::func::FuncOp>("main");
    ASSERT_EQ(main.getNumArguments(), 1u);
    EXPECT_EQ(main.getArgAttrOfType<mlir::IntegerAttr>(0, "nn.position").getInt(), 1);
    EXPECT_EQ(llvm::cast<mlir::RankedTensorType>(main.getResultTypes()[0]).getShape(), llvm::ArrayRef<int64_t>({3, 2}));
    options.constants["t1"] =
        value.bitcast(mlir::IntegerType::get(&importing.context, 32, mlir::IntegerType::Unsigned));
    EXPECT_FALSE(importing.import(reshapeModel(), options).module);
    options.constants = {{"t2", value}};
    EXPECT_TRUE(importing.import(reshapeModel(), options).wrongOptions);
}

TEST(TFLiteImport, NotATFLiteFile)
{
    EXPECT_NE(messagesOf("").find("is not a TFLite model"), std::string::npos);
    EXPECT_NE(messagesOf(std::string(64, 'x')).find("is not a TFLite model"), std::string::npos);
    EXPECT_NE(messagesOf(std::string(4, '\0') + "TFL3" + std::string(64, '\xff')).find("does not verify"),
              std::string::npos);
}

// ---- Damage

std::string convolutionModel()
{
    ModelBuilder m;
    const Quantization q{{0.5f}, {3}};
    const int x = m.tensor(TensorType_UINT8, {1, 4, 4, 2}, {{0.5f}, {131}});
    const int w =
        m.constant<int8_t>(TensorType_INT8, {2, 2, 2, 2}, std::vector<int8_t>(16, 3), {{0.5f, 0.25f}, {0, 0}, 0});
    const int bias = m.constant<int32_t>(TensorType_INT32, {2}, {1, 2}, {{0.25f, 0.125f}, {0, 0}, 0});
    const int bytes = m.tensor(TensorType_INT8, {1, 4, 4, 2}, q), conv = m.tensor(TensorType_INT8, {1, 4, 4, 2}, q);
    m.op(BuiltinOperator_QUANTIZE, {x}, {bytes});
    m.op(BuiltinOperator_CONV_2D, {bytes, w, bias}, {conv}, BuiltinOptions_Conv2DOptions,
         CreateConv2DOptions(m.fbb, Padding_SAME, 1, 1, ActivationFunctionType_RELU).Union());
    const int pool = m.tensor(TensorType_INT8, {1, 2, 2, 2}, q);
    m.op(BuiltinOperator_AVERAGE_POOL_2D, {conv}, {pool}, BuiltinOptions_Pool2DOptions,
         CreatePool2DOptions(m.fbb, Padding_VALID, 2, 2, 2, 2).Union());
    const int flat = m.tensor(TensorType_INT8, {1, 8}, q), sum = m.tensor(TensorType_INT8, {1, 8}, q);
    m.op(BuiltinOperator_RESHAPE, {pool, m.ints({1, -1})}, {flat});
    m.op(BuiltinOperator_ADD, {flat, flat}, {sum}, BuiltinOptions_AddOptions, CreateAddOptions(m.fbb).Union());
    const int result = m.tensor(TensorType_INT8, {1, 8}, {{1.0f / 256}, {-128}});
    m.op(BuiltinOperator_SOFTMAX, {sum}, {result}, BuiltinOptions_SoftmaxOptions,
         CreateSoftmaxOptions(m.fbb, 1).Union());
    return m.finish({x}, {result});
}

std::string shapesModel()
{
    ModelBuilder m;
    const int x = m.floats({2, 3, 4}, std::vector<float>(24, 1.5f)), input = m.tensor(TensorType_FLOAT32, {2, 3, 4});
    const int turned = m.tensor(TensorType_FLOAT32, {4, 3, 2}), padded = m.tensor(TensorType_FLOAT32, {5, 3, 2});
    m.op(BuiltinOperator_TRANSPOSE, {x, m.ints({2, 1, 0})}, {turned});
    m.op(BuiltinOperator_PAD, {turned, m.ints({3, 2}, {0, 1, 0, 0, 0, 0})}, {padded});
    const int part = m.tensor(TensorType_FLOAT32, {3, 2}), tiled = m.tensor(TensorType_FLOAT32, {6, 4});
    m.op(BuiltinOperator_STRIDED_SLICE, {padded, m.ints({1, 0, 0}), m.ints({2, 3, 2}), m.ints({1, 1, 1})}, {part},
         BuiltinOptions_StridedSliceOptions, CreateStridedSliceOptions(m.fbb, 0, 0, 0, 0, 1).Union());
    m.op(BuiltinOperator_TILE, {part, m.ints({2, 2})}, {tiled});
    const int row = m.tensor(TensorType_FLOAT32, {2, 4}), a = m.tensor(TensorType_FLOAT32, {1, 4}),
              b = m.tensor(TensorType_FLOAT32, {1, 4});
    m.op(BuiltinOperator_GATHER, {tiled, m.ints({0, 5})}, {row}, BuiltinOptions_GatherOptions,
         CreateGatherOptions(m.fbb, 0).Union());
    m.op(BuiltinOperator_SPLIT, {m.ints({}, {0}), row}, {a, b}, BuiltinOptions_SplitOptions,
         CreateSplitOptions(m.fbb, 2).Union());
    const int joined = m.tensor(TensorType_FLOAT32, {1, 8}), sum = m.tensor(TensorType_FLOAT32, {1}),
              result = m.tensor(TensorType_FLOAT32, {2, 3, 4});
    m.op(BuiltinOperator_CONCATENATION, {a, b}, {joined}, BuiltinOptions_ConcatenationOptions,
         CreateConcatenationOptions(m.fbb, 1).Union());
    m.op(BuiltinOperator_SUM, {joined, m.ints({1})}, {sum}, BuiltinOptions_ReducerOptions,
         CreateReducerOptions(m.fbb).Union());
    m.op(BuiltinOperator_MUL, {input, sum}, {result}, BuiltinOptions_MulOptions, CreateMulOptions(m.fbb).Union());
    return m.finish({input}, {result});
}

std::string hybridModel()
{
    ModelBuilder m;
    auto &fbb = m.fbb;
    const auto segments = CreateUint8Vector(fbb, fbb.CreateVector(std::vector<uint8_t>{0, 1, 2})).Union();
    const auto indices = CreateUint8Vector(fbb, fbb.CreateVector(std::vector<uint8_t>{0, 2})).Union();
    std::vector<flatbuffers::Offset<DimensionMetadata>> levels{
        CreateDimensionMetadata(fbb, DimensionType_DENSE, 2),
        CreateDimensionMetadata(fbb, DimensionType_SPARSE_CSR, 0, SparseIndexVector_Uint8Vector, segments,
                                SparseIndexVector_Uint8Vector, indices)};
    const auto sparsity =
        CreateSparsityParameters(fbb, fbb.CreateVector(std::vector<int32_t>{0, 1}), 0, fbb.CreateVector(levels));
    const int w = m.constant<int8_t>(TensorType_INT8, {2, 3}, {4, 5}, {{0.5f}, {0}}, sparsity);
    const int x = m.tensor(TensorType_FLOAT32, {2, 3}), y = m.tensor(TensorType_FLOAT32, {2, 2});
    m.op(BuiltinOperator_FULLY_CONNECTED, {x, w, -1}, {y}, BuiltinOptions_FullyConnectedOptions,
         CreateFullyConnectedOptions(fbb).Union());
    const int image = m.tensor(TensorType_FLOAT32, {1, 2, 2, 1}), large = m.tensor(TensorType_FLOAT32, {1, 4, 4, 1});
    m.op(BuiltinOperator_RESHAPE, {y, m.ints({1, 2, 2, 1})}, {image});
    m.op(BuiltinOperator_RESIZE_BILINEAR, {image, m.ints({4, 4})}, {large}, BuiltinOptions_ResizeBilinearOptions,
         CreateResizeBilinearOptions(fbb, false, true).Union());
    return m.finish({x}, {large});
}

class Damage : public testing::TestWithParam<std::string (*)()> {};

/// One context for all: making one takes longer than importing a small model.
void importQuietly(Importing &importing, const std::string &bytes)
{
    importing.messages.clear();
    ImportedModel model = importing.import(bytes);
    EXPECT_EQ(bool(model.module), importing.messages.empty());
}

TEST_P(Damage, CutAnywhere)
{
    const std::string model = GetParam()();
    Importing importing;
    for (size_t length = 0; length < model.size(); length += 3)
        importQuietly(importing, model.substr(0, length));
}

TEST_P(Damage, AnyByteChanged)
{
    const std::string model = GetParam()();
    Importing importing;
    for (size_t i = 0; i < model.size(); ++i) {
        for (const unsigned char mask : {0x01, 0x10, 0x80, 0xff}) {
            std::string damaged = model;
            damaged[i] = char(damaged[i] ^ mask);
            importQuietly(importing, damaged);
        }
    }
}

TEST_P(Damage, Whole)
{
    Importing importing;
    EXPECT_TRUE(importing.import(GetParam()()).module) << importing.messages;
}

INSTANTIATE_TEST_SUITE_P(TFLiteImport, Damage, testing::Values(convolutionModel, shapesModel, hybridModel),
                         [](const auto &info) {
                             return info.param == convolutionModel ? "Convolution"
                                    : info.param == shapesModel    ? "Shapes"
                                                                   : "Hybrid";
                         });

} // namespace
} // namespace barecc::tflite_test
