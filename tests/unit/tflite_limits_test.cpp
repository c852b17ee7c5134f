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
