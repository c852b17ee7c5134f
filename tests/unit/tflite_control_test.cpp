// WHILE and IF, from the file to what the C does.
#include "tests/unit/compiled_sequence.h"

namespace barecc::tflite_test {
namespace {

using namespace tflite;

struct Controlled : ModelBuilder {
    int input(std::vector<int32_t> shape) { return tensor(TensorType_FLOAT32, std::move(shape)); }
    int binary(BuiltinOperator code, int a, int b, TensorType type, std::vector<int32_t> shape,
               BuiltinOptions optionsType = BuiltinOptions_NONE, flatbuffers::Offset<void> options = 0)
    {
        const int result = tensor(type, std::move(shape));
        op(code, {a, b}, {result}, optionsType, options);
        return result;
    }
    int add(int a, int b, std::vector<int32_t> shape)
    {
        return binary(BuiltinOperator_ADD, a, b, TensorType_FLOAT32, std::move(shape), BuiltinOptions_AddOptions,
                      CreateAddOptions(fbb).Union());
    }
    int less(int a, int b)
    {
        return binary(BuiltinOperator_LESS, a, b, TensorType_BOOL, {}, BuiltinOptions_LessOptions,
                      CreateLessOptions(fbb).Union());
    }
    void composite(std::vector<int32_t> inputs, std::vector<int32_t> outputs, int subgraph)
    {
        const auto name = fbb.CreateString("odml.something");
        op(BuiltinOperator_STABLEHLO_COMPOSITE, std::move(inputs), std::move(outputs),
           CreateStableHLOCompositeOptions(fbb, name, subgraph));
    }
    /// WHILE with subgraph 1 as condition and 2 as body.
    void loop(std::vector<int32_t> inputs, std::vector<int32_t> outputs)
    {
        op(BuiltinOperator_WHILE, std::move(inputs), std::move(outputs), BuiltinOptions_WhileOptions,
           CreateWhileOptions(fbb, 1, 2).Union());
    }
};

TEST(TFLiteWhile, RunsUntilTheConditionFails)
{
    // while (n < 10) { n = n + step; sum = sum + n }
    Controlled m;
    const int n = m.input({}), step = m.input({}), sum = m.input({});
    const int n1 = m.input({}), step1 = m.input({}), sum1 = m.input({});
    m.loop({n, step, sum}, {n1, step1, sum1});
    m.endSubgraph({n, step, sum}, {n1, sum1});
    const int cn = m.input({}), cstep = m.input({}), csum = m.input({});
    const int goesOn = m.less(cn, m.floats({}, {10}));
    m.endSubgraph({cn, cstep, csum}, {goesOn});
    const int bn = m.input({}), bstep = m.input({}), bsum = m.input({});
    const int next = m.add(bn, bstep, {}), total = m.add(bsum, next, {});
    const std::string model = m.finish({bn, bstep, bsum}, {next, bstep, total});
    EXPECT_EQ(runOnce(model, {{0}, {4}, {0}}), (std::vector<Numbers>{{12}, {24}}));
    EXPECT_EQ(runOnce(model, {{9}, {1}, {5}}), (std::vector<Numbers>{{10}, {15}}));
    EXPECT_EQ(runOnce(model, {{10}, {1}, {5}}), (std::vector<Numbers>{{10}, {5}}));
}

TEST(TFLiteIf, OneBranchRuns)
{
    Controlled m;
    const int a = m.input({2}), b = m.input({2}), zero = m.floats({}, {0});
    const int first = m.tensor(TensorType_FLOAT32, {});
    m.op(BuiltinOperator_REDUCE_MAX, {a, m.ints({0})}, {first}, BuiltinOptions_ReducerOptions,
         CreateReducerOptions(m.fbb, false).Union());
    const int condition = m.less(zero, first), y = m.input({2});
    m.op(BuiltinOperator_IF, {condition, a, b}, {y}, BuiltinOptions_IfOptions, CreateIfOptions(m.fbb, 1, 2).Union());
    m.endSubgraph({a, b}, {y});
    const int ta = m.input({2}), tb = m.input({2}), tsum = m.add(ta, tb, {2});
    m.endSubgraph({ta, tb}, {tsum});
    const int ea = m.input({2}), eb = m.input({2});
    const std::string model = m.finish({ea, eb}, {eb});
    EXPECT_EQ(runOnce(model, {{1, -1}, {5, 6}}), (std::vector<Numbers>{{6, 5}}));
    EXPECT_EQ(runOnce(model, {{-1, -1}, {5, 6}}), (std::vector<Numbers>{{5, 6}}));
}

TEST(TFLiteComposite, RunsItsSubgraph)
{
    auto model = [](int subgraph) {
        Controlled m;
        const int a = m.input({2}), b = m.input({2}), y = m.input({2});
        m.composite({a, b}, {y}, subgraph);
        m.endSubgraph({a, b}, {y});
        const int c = m.input({2}), d = m.input({2}), sum = m.add(c, d, {2});
        return m.finish({c, d}, {sum});
    };
    EXPECT_EQ(runOnce(model(1), {{1, -1}, {5, 6}}), (std::vector<Numbers>{{6, 5}}));
    Importing importing;
    EXPECT_FALSE(importing.import(model(0)).module);
    EXPECT_NE(importing.messages.find("runs subgraph 0 inside itself"), std::string::npos) << importing.messages;
    Importing another;
    EXPECT_FALSE(another.import(model(2)).module);
    EXPECT_NE(another.messages.find("runs subgraph 2, which is not there"), std::string::npos) << another.messages;
}

TEST(TFLiteComposite, AnInputOfStringsIsReported)
{
    Controlled m;
    const int x = m.input({2}), y = m.input({2});
    m.composite({x}, {y}, 1);
    m.endSubgraph({x}, {y});
    const int strings = m.tensor(TensorType_STRING, {2}), one = m.floats({2}, {1, 1});
    Importing importing;
    EXPECT_FALSE(importing.import(m.finish({strings}, {one})).module);
    EXPECT_NE(importing.messages.find("an input of another type than barecc takes: STRING"), std::string::npos)
        << importing.messages;
}

/// A subgraph that says nothing of scales is called with bytes that have one, and gives them to a tensor that has one.
TEST(TFLiteComposite, BytesStayWhatTheyAre)
{
    Controlled m;
    const Quantization q{{0.5f}, {3}};
    const int x = m.constant<uint8_t>(TensorType_UINT8, {2}, {7, 200}, q), y = m.tensor(TensorType_UINT8, {2}, q);
    m.composite({x}, {y}, 1);
    m.endSubgraph({}, {y});
    const int inner = m.tensor(TensorType_UINT8, {2}), turned = m.tensor(TensorType_UINT8, {2});
    m.op(BuiltinOperator_REVERSE_V2, {inner, m.ints({0})}, {turned});
    EXPECT_EQ(Importing().fold(m.finish({inner}, {turned})), (std::vector<Numbers>{{200 - 256, 7}}));
}

TEST(TFLiteWhile, DamageIsReported)
{
    auto messagesOf = [](int condition, int body) {
        Controlled m;
        const int x = m.input({}), y = m.input({});
        m.op(BuiltinOperator_WHILE, {x}, {y}, BuiltinOptions_WhileOptions,
             CreateWhileOptions(m.fbb, condition, body).Union());
        m.endSubgraph({x}, {y});
        const int inner = m.input({}), out = m.input({});
        m.op(BuiltinOperator_WHILE, {inner}, {out}, BuiltinOptions_WhileOptions,
             CreateWhileOptions(m.fbb, 1, 1).Union());
        Importing importing;
        EXPECT_FALSE(importing.import(m.finish({inner}, {out})).module);
        return importing.messages;
    };
    EXPECT_NE(messagesOf(7, 1).find("subgraph 7, which is not there"), std::string::npos);
    EXPECT_NE(messagesOf(0, 1).find("runs subgraph 0 inside itself"), std::string::npos);
    EXPECT_NE(messagesOf(1, 1).find("inside itself"), std::string::npos);
}

} // namespace
} // namespace barecc::tflite_test
