// Little files that ask for much, and files with something out of place: each ends in one error.
#include "tests/unit/tflite_model.h"

namespace barecc::tflite_test {
namespace {

using namespace tflite;

/// Subgraphs that each run the next one in both branches of an IF, or in one, the other being the last subgraph.
std::string modelOfBranches(int count, bool inBoth)
{
    ModelBuilder m;
    for (int i = 0; i < count; ++i) {
        const int condition = m.tensor(TensorType_BOOL, {}), value = m.tensor(TensorType_FLOAT32, {2});
        const int result = m.tensor(TensorType_FLOAT32, {2});
        if (i + 1 < count)
            m.op(BuiltinOperator_IF, {condition, condition, value}, {result}, BuiltinOptions_IfOptions,
                 CreateIfOptions(m.fbb, i + 1, inBoth ? i + 1 : count - 1).Union());
        else
            m.op(BuiltinOperator_ABS, {value}, {result});
        if (i + 1 == count)
            return m.finish({condition, value}, {result});
        m.endSubgraph({condition, value}, {result});
    }
    return {};
}

struct Limited : Importing {
    /// The messages of an import that fails.
    std::string errorOf(const std::string &model, const ImportOptions &options = {})
    {
        messages.clear();
        EXPECT_FALSE(import(model, options).module);
        return messages;
    }
};

TEST(TFLiteLimits, SubgraphsInsideEachOther)
{
    Limited limited;
    EXPECT_TRUE(limited.import(modelOfBranches(100, false)).module) << limited.messages;
    EXPECT_EQ(limited.errorOf(modelOfBranches(20000, false)),
              "IF: the model has more than 200 functions or subgraphs inside each other; simplify the model, or raise "
              "the limit with --limit nesting=N\n");
}

TEST(TFLiteLimits, SubgraphsThatMultiply)
{
    Limited limited;
    EXPECT_TRUE(limited.import(modelOfBranches(8, true)).module) << limited.messages;
    const std::string errors = limited.errorOf(modelOfBranches(40, true));
    EXPECT_NE(errors.find("IF: the model has more than "), std::string::npos) << errors;
    EXPECT_NE(errors.find(" nodes, with functions, subgraphs and unrolled loops in place; simplify the model, or "
                          "raise the limit with --limit nodes=N\n"),
              std::string::npos);
    EXPECT_EQ(llvm::StringRef(errors).count('\n'), 1u);
    ImportOptions fewer;
    fewer.limits[Limit::Nodes] = 10;
    EXPECT_NE(limited.errorOf(modelOfBranches(8, true), fewer).find("more than 10 nodes"), std::string::npos);
}

/// Softmax of bytes to floats, which no kernel computes and no exporter writes.
TEST(TFLiteLimits, TypesThatDoNotGoTogether)
{
    ModelBuilder m;
    const int input = m.tensor(TensorType_FLOAT32, {4, 20});
    const int output = m.tensor(TensorType_INT8, {4, 20}, {{1.0f / 256}, {-128}});
    m.op(BuiltinOperator_SOFTMAX, {input}, {output}, BuiltinOptions_SoftmaxOptions,
         CreateSoftmaxOptions(m.fbb, 1.0f).Union());
    Limited limited;
    const std::string error = limited.errorOf(m.finish({input}, {output}));
    EXPECT_NE(error.find("inputs of types FLOAT32 and outputs of types INT8, which do not go together"),
              std::string::npos)
        << error;
}

/// Operators that scale integers say which tensor lacks a scale, where they would give other numbers without one.
TEST(TFLiteLimits, IntegersThatLackAScale)
{
    const Quantization scaled{{0.5f}, {3}}, none{};
    auto errorOf = [&](BuiltinOperator code, const std::vector<Quantization> &inputs, const Quantization &output) {
        ModelBuilder m;
        std::vector<int> operands;
        for (const Quantization &input : inputs)
            operands.push_back(m.tensor(TensorType_INT8, {4}, input));
        const std::vector<int> given = operands;
        if (code == BuiltinOperator_MEAN || code == BuiltinOperator_SUM)
            operands.push_back(m.ints({0}));
        const int result = m.tensor(TensorType_INT8, {4}, output);
        m.op(code, operands, {result});
        return Limited().errorOf(m.finish(given, {result}));
    };
    auto lacks = [](int input) {
        return "has input " + std::to_string(input) +
               " of type INT8 without a scale, which TensorFlow Lite takes for 0; quantise the model again";
    };
    for (const BuiltinOperator code :
         {BuiltinOperator_TANH, BuiltinOperator_ABS, BuiltinOperator_MEAN, BuiltinOperator_SUM})
        EXPECT_NE(errorOf(code, {none}, scaled).find(lacks(0)), std::string::npos) << EnumNameBuiltinOperator(code);
    for (const BuiltinOperator code : {BuiltinOperator_MUL, BuiltinOperator_ADD, BuiltinOperator_DIV}) {
        EXPECT_NE(errorOf(code, {none, none}, scaled).find(lacks(0)), std::string::npos);
        EXPECT_NE(errorOf(code, {scaled, none}, scaled).find(lacks(1)), std::string::npos);
        EXPECT_NE(errorOf(code, {scaled, scaled}, none).find("has output 0 without one scale"), std::string::npos);
    }
}

/// Half floats as weights of a layer are refused by their type, and no verifier speaks of operations.
TEST(TFLiteLimits, RecurrentWeightsOfHalfFloats)
{
    for (int half = 1; half < 5; ++half) {
        ModelBuilder m;
        const int input = m.tensor(TensorType_FLOAT32, {2, 3}), output = m.tensor(TensorType_FLOAT32, {2, 4});
        auto zeros = [&](int number, std::vector<int32_t> shape, size_t count) {
            return number == half ? m.constant(TensorType_FLOAT16, shape, std::vector<uint16_t>(count))
                                  : m.floats(shape, std::vector<float>(count));
        };
        const int weights = zeros(1, {4, 3}, 12), recurrent = zeros(2, {4, 4}, 16), bias = zeros(3, {4}, 4);
        const int state = m.variable(half == 4 ? TensorType_FLOAT16 : TensorType_FLOAT32, {2, 4});
        m.op(BuiltinOperator_RNN, {input, weights, recurrent, bias, state}, {output}, BuiltinOptions_RNNOptions,
             CreateRNNOptions(m.fbb, ActivationFunctionType_TANH).Union());
        const std::string error = Limited().errorOf(m.finish({input}, {output}));
        EXPECT_NE(error.find("RNN: has an input of type FLOAT16, which barecc does not implement for this operator"),
                  std::string::npos)
            << half << error;
    }
}

/// Zero points have 8 bytes each, and FlatBuffers' verifier does not look where they lie.
TEST(TFLiteLimits, ZeroPointsThatAreNotAligned)
{
    ModelBuilder m;
    const Quantization quantised{{0.5f}, {3}};
    const int input = m.tensor(TensorType_INT8, {4}, quantised), output = m.tensor(TensorType_INT8, {4}, quantised);
    m.op(BuiltinOperator_RELU, {input}, {output});
    const std::string model = m.finish({input}, {output});
    Limited limited;
    ASSERT_TRUE(limited.import(model).module) << limited.messages;

    // The offset to the vector, a field of the table before it, now leads to a copy behind everything, whose elements
    // follow four bytes of length.
    const auto *parameters = GetModel(model.data())->subgraphs()->Get(0)->tensors()->Get(0)->quantization();
    auto placeOf = [&](const void *part) { return size_t(static_cast<const char *>(part) - model.data()); };
    const size_t vector = placeOf(parameters->zero_point());
    size_t field = placeOf(parameters) + sizeof(flatbuffers::soffset_t);
    while (field + flatbuffers::ReadScalar<flatbuffers::uoffset_t>(model.data() + field) != vector)
        field += sizeof(flatbuffers::uoffset_t);
    std::string moved = model;
    moved.resize(llvm::alignTo(model.size(), sizeof(int64_t)));
    flatbuffers::WriteScalar(moved.data() + field, flatbuffers::uoffset_t(moved.size() - field));
    moved += model.substr(vector, sizeof(flatbuffers::uoffset_t) + sizeof(int64_t));
    EXPECT_EQ(limited.errorOf(moved), ": tensor 't0' has zero points that are not aligned; the file is damaged\n");
}

} // namespace
} // namespace barecc::tflite_test
