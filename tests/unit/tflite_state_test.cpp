// Resource variables, from the file to what the C does over several runs.
#include "tests/unit/compiled_sequence.h"

namespace barecc::tflite_test {
namespace {

using namespace tflite;

struct Stateful : ModelBuilder {
    /// A handle of the variable of this name.
    int handle(const char *name, std::vector<int32_t> shape = {})
    {
        const int result = tensor(TensorType_RESOURCE, std::move(shape));
        const auto options = CreateVarHandleOptions(fbb, fbb.CreateString(""), fbb.CreateString(name));
        op(BuiltinOperator_VAR_HANDLE, {}, {result}, BuiltinOptions_VarHandleOptions, options.Union());
        return result;
    }
    int read(const char *name, std::vector<int32_t> shape)
    {
        const int result = tensor(TensorType_FLOAT32, std::move(shape));
        op(BuiltinOperator_READ_VARIABLE, {handle(name)}, {result});
        return result;
    }
    void assign(const char *name, int value) { op(BuiltinOperator_ASSIGN_VARIABLE, {handle(name), value}, {}); }
    void callOnce(int subgraph)
    {
        op(BuiltinOperator_CALL_ONCE, {}, {}, BuiltinOptions_CallOnceOptions,
           CreateCallOnceOptions(fbb, subgraph).Union());
    }
    int add(int a, int b, std::vector<int32_t> shape)
    {
        const int result = tensor(TensorType_FLOAT32, std::move(shape));
        op(BuiltinOperator_ADD, {a, b}, {result}, BuiltinOptions_AddOptions, CreateAddOptions(fbb).Union());
        return result;
    }
    int concat(std::vector<int> parts, std::vector<int32_t> shape)
    {
        const int result = tensor(TensorType_FLOAT32, std::move(shape));
        op(BuiltinOperator_CONCATENATION, {parts.begin(), parts.end()}, {result}, BuiltinOptions_ConcatenationOptions,
           CreateConcatenationOptions(fbb, 0).Union());
        return result;
    }
    int slice(int value, int begin, int size)
    {
        const int result = tensor(TensorType_FLOAT32, {size});
        op(BuiltinOperator_SLICE, {value, ints({begin}), ints({size})}, {result});
        return result;
    }
    int input(int size) { return tensor(TensorType_FLOAT32, {size}); }
};

/// Found by a fuzzer: the message looks for the inputs behind a state, which is none of them.
TEST(TFLiteState, HandlesThatAreNoneAreReported)
{
    auto messagesOf = [](auto build) {
        Stateful m;
        const int x = m.input(1);
        m.op(BuiltinOperator_ASSIGN_VARIABLE, {build(m), x}, {});
        Importing importing;
        EXPECT_FALSE(importing.import(m.finish({x}, {x})).module);
        return importing.messages;
    };
    const std::string ofState = messagesOf([](Stateful &m) { return m.read("other", {1}); });
    EXPECT_NE(ofState.find("the variable"), std::string::npos) << ofState;
    const std::string ofTwo = messagesOf([](Stateful &m) { return m.handle("two", {2}); });
    EXPECT_NE(ofTwo.find("a handle that is not one number"), std::string::npos) << ofTwo;
}

TEST(TFLiteState, VariableIsKeptBetweenRunsAndResetStartsAnew)
{
    Stateful m;
    const int x = m.input(2);
    const int sum = m.add(m.read("sum", {2}), x, {2});
    m.assign("sum", sum);
    const std::string model = m.finish({x}, {sum});
    EXPECT_EQ(runSteps(model, {{1, 10}, {2, 20}, {3, 30}}),
              (std::vector<Numbers>{{1, 10}, {3, 30}, {6, 60}, {1, 10}, {3, 30}, {6, 60}}));
    EXPECT_NE(generatedText(model, ".h").find("#define MODEL_STATE_BYTES"), std::string::npos);
}

TEST(TFLiteState, SubgraphCalledOnceGivesTheInitialValues)
{
    Stateful m;
    const int x = m.input(2);
    m.callOnce(1);
    const int sum = m.add(m.read("sum", {2}), x, {2});
    m.assign("sum", sum);
    m.endSubgraph({x}, {sum});
    m.assign("sum", m.floats({2}, {100, 200}));
    EXPECT_EQ(runSteps(m.finish({}, {}), {{1, 2}, {1, 2}}),
              (std::vector<Numbers>{{101, 202}, {102, 204}, {101, 202}, {102, 204}}));
}

TEST(TFLiteState, TwoVariablesChangePlaces)
{
    Stateful m;
    const int x = m.input(1);
    const int a = m.read("a", {1}), b = m.read("b", {1});
    m.assign("a", m.add(b, x, {1}));
    m.assign("b", a);
    const int y = m.concat({a, b}, {2});
    EXPECT_EQ(runSteps(m.finish({x}, {y}), {{1}, {2}, {3}, {4}}),
              (std::vector<Numbers>{{0, 0}, {1, 0}, {2, 1}, {4, 2}, {0, 0}, {1, 0}, {2, 1}, {4, 2}}));
}

TEST(TFLiteState, VariableIsAssignedAPartOfItself)
{
    Stateful m;
    const int x = m.input(1);
    const int ring = m.read("ring", {3});
    const int next = m.concat({m.slice(ring, 1, 2), x}, {3});
    m.assign("ring", next);
    const int y = m.concat({ring, next}, {6});
    EXPECT_EQ(runSteps(m.finish({x}, {y}), {{1}, {2}, {3}, {4}}), (std::vector<Numbers>{{0, 0, 0, 0, 0, 1},
                                                                                        {0, 0, 1, 0, 1, 2},
                                                                                        {0, 1, 2, 1, 2, 3},
                                                                                        {1, 2, 3, 2, 3, 4},
                                                                                        {0, 0, 0, 0, 0, 1},
                                                                                        {0, 0, 1, 0, 1, 2},
                                                                                        {0, 1, 2, 1, 2, 3},
                                                                                        {1, 2, 3, 2, 3, 4}}));
}

TEST(TFLiteState, OldValueIsReadAfterTheNewOneIsComputed)
{
    Stateful m;
    const int x = m.input(1);
    const int old = m.read("v", {1});
    const int now = m.add(old, x, {1});
    m.assign("v", now);
    const int again = m.read("v", {1}); // the new value
    const int y = m.concat({m.add(old, now, {1}), again}, {2});
    EXPECT_EQ(runSteps(m.finish({x}, {y}), {{1}, {2}, {3}}),
              (std::vector<Numbers>{{1, 1}, {4, 3}, {9, 6}, {1, 1}, {4, 3}, {9, 6}}));
}

TEST(TFLiteState, AssignedButNeverReadIsNoState)
{
    Stateful m;
    const int x = m.input(1);
    m.assign("v", x);
    const int y = m.add(m.read("v", {1}), x, {1});
    const std::string model = m.finish({x}, {y});
    EXPECT_EQ(runSteps(model, {{1}, {2}}), (std::vector<Numbers>{{2}, {4}, {2}, {4}}));
    EXPECT_EQ(generatedText(model, ".h").find("STATE"), std::string::npos);
}

TEST(TFLiteState, ReadButNeverAssignedIsAConstant)
{
    Stateful m;
    const int x = m.input(1);
    m.callOnce(1);
    const int v = m.read("v", {1});
    const int y = m.add(v, x, {1});
    m.assign("w", v);
    const int z = m.add(y, m.read("w", {1}), {1});
    m.endSubgraph({x}, {z});
    m.assign("v", m.floats({1}, {7}));
    const std::string model = m.finish({}, {});
    EXPECT_EQ(runSteps(model, {{1}, {2}}), (std::vector<Numbers>{{15}, {16}, {15}, {16}}));
    EXPECT_EQ(generatedText(model, ".h").find("STATE"), std::string::npos);
}

TEST(TFLiteState, SumIsFormedInPlace)
{
    Stateful m;
    const int x = m.input(1);
    const int sum = m.add(m.read("sum", {1}), x, {1});
    m.assign("sum", sum);
    const int y = m.concat({sum, x}, {2});
    EXPECT_NE(generatedText(m.finish({x}, {y}), ".c").find("_loop(t0, (float *)(void *)(state + state_1));"),
              std::string::npos);
}

// Two filters of two steps: features of a step and of the step before, weighted and summed for the one unit.
TEST(TFLiteState, SvdfMovesItsMemoryOnInPlace)
{
    Stateful m;
    const int x = m.tensor(TensorType_FLOAT32, {1, 1}), y = m.tensor(TensorType_FLOAT32, {1, 1});
    const int memory = m.variable(TensorType_FLOAT32, {1, 4});
    m.op(BuiltinOperator_SVDF,
         {x, m.floats({2, 1}, {1, 10}), m.floats({2, 2}, {0.5, 2, 0.25, 1}), m.floats({1}, {100}), memory}, {y},
         BuiltinOptions_SVDFOptions, CreateSVDFOptions(m.fbb, /*rank=*/2).Union());
    const std::string model = m.finish({x}, {y});
    // 100 + 0.5 x' + 2 x + 2.5 x' + 10 x
    EXPECT_EQ(runSteps(model, {{1}, {2}, {4}}), (std::vector<Numbers>{{112}, {127}, {154}, {112}, {127}, {154}}));
    EXPECT_EQ(generatedText(model, ".c").find("copy_loop"), std::string::npos);
    EXPECT_NE(generatedText(model, ".c").find(", (float *)(void *)(state + state_1));"), std::string::npos);
}

TEST(TFLiteState, RefusesWhatIsWrong)
{
    {
        Stateful m;
        const int x = m.input(2);
        m.assign("v", m.read("v", {3}));
        m.assign("v", x);
        EXPECT_NE(compileError(m.finish({x}, {x})).find("another type or shape"), std::string::npos);
    }
    {
        Stateful m;
        const int x = m.tensor(TensorType_FLOAT32, {1, 1}), y = m.tensor(TensorType_FLOAT32, {1, 1});
        const int memory = m.variable(TensorType_FLOAT32, {1, 3});
        m.op(BuiltinOperator_SVDF, {x, m.floats({2, 1}, {1, 1}), m.floats({2, 2}, {1, 1, 1, 1}), -1, memory}, {y},
             BuiltinOptions_SVDFOptions, CreateSVDFOptions(m.fbb, /*rank=*/2).Union());
        EXPECT_NE(compileError(m.finish({x}, {y})).find("needs input 4 to have 4 elements"), std::string::npos);
    }
    {
        Stateful m;
        const int x = m.input(1);
        m.callOnce(5);
        EXPECT_NE(compileError(m.finish({x}, {x})).find("runs subgraph 5, which is not there"), std::string::npos);
    }
    {
        Stateful m;
        const int x = m.input(1);
        m.callOnce(1);
        m.endSubgraph({x}, {x});
        m.callOnce(1);
        EXPECT_NE(compileError(m.finish({}, {})).find("runs subgraph 1 inside itself"), std::string::npos);
    }
    {
        Stateful m;
        const int x = m.input(1);
        const int y = m.input(1);
        m.op(BuiltinOperator_READ_VARIABLE, {m.ints({7})}, {y});
        EXPECT_NE(compileError(m.finish({x}, {y})).find("names a variable that there is not"), std::string::npos);
    }
}

} // namespace
} // namespace barecc::tflite_test
