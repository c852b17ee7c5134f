// If, Loop and Scan: branches and bodies that run on the device, and those that are decided or written out at compile
// time.
#include "tests/unit/compiled_node.h"

#include <gtest/gtest.h>

using namespace barecc::test;

namespace {

constexpr int f32 = onnx::TensorProto::FLOAT, i64 = onnx::TensorProto::INT64, truth = onnx::TensorProto::BOOL;

onnx::GraphProto &subgraph(onnx::NodeProto &node, const char *attribute)
{
    onnx::AttributeProto &added = *node.add_attribute();
    added.set_name(attribute);
    added.set_type(onnx::AttributeProto::GRAPH);
    return *added.mutable_g();
}

Array flag(bool value) { return bools({}, {double(value)}); }
Array number(double value) { return int64s({}, {value}); }

/// y = c ? x + w : x * w, where w comes from outside and x from further outside.
onnx::ModelProto branches()
{
    onnx::ModelProto model = emptyModel(16);
    onnx::GraphProto &graph = *model.mutable_graph();
    addInput(graph, "c", truth, {});
    addInput(graph, "x", f32, {3});
    *graph.add_initializer() = tensorProto("w", floats({3}, {10, 20, 30}));
    onnx::NodeProto &choice = addNode(graph, "If", {"c"}, {"y"});
    onnx::GraphProto &yes = subgraph(choice, "then_branch");
    addNode(yes, "Add", {"x", "w"}, {"sum"});
    addOutput(yes, "sum");
    onnx::GraphProto &no = subgraph(choice, "else_branch");
    addNode(no, "Mul", {"x", "w"}, {"product"});
    addOutput(no, "product");
    addOutput(graph, "y");
    return model;
}

/// Loop(limit, condition, state) with: next = state + x, kept = next * i; goes on while next[0] < 10.
onnx::ModelProto sums(bool withLimit, bool withCondition, bool keeps)
{
    onnx::ModelProto model = emptyModel(16);
    onnx::GraphProto &graph = *model.mutable_graph();
    addInput(graph, "limit", i64, {});
    addInput(graph, "go", truth, {});
    addInput(graph, "start", f32, {2});
    addInput(graph, "x", f32, {2});
    std::vector<std::string> outputs{"last"};
    if (keeps)
        outputs.push_back("all");
    onnx::NodeProto &loop =
        addNode(graph, "Loop", {withLimit ? "limit" : "", withCondition ? "go" : "", "start"}, outputs);
    onnx::GraphProto &body = subgraph(loop, "body");
    addInput(body, "i", i64, {});
    addInput(body, "before", truth, {});
    addInput(body, "state", f32, {2});
    addNode(body, "Add", {"state", "x"}, {"next"});
    if (withCondition) {
        *body.add_initializer() = tensorProto("ten", floats({}, {10}));
        *body.add_initializer() = tensorProto("zero", int64s({}, {0}));
        addNode(body, "Gather", {"next", "zero"}, {"first"});
        addNode(body, "Less", {"first", "ten"}, {"after"});
    } else {
        addNode(body, "Identity", {"before"}, {"after"});
    }
    addOutput(body, "after");
    addOutput(body, "next");
    if (keeps) {
        addNode(body, "Cast", {"i"}, {"number"}, {integer("to", f32)});
        addNode(body, "Mul", {"next", "number"}, {"kept"});
        addOutput(body, "kept");
    }
    for (const std::string &output : outputs)
        addOutput(graph, output);
    return model;
}

} // namespace

TEST(OnnxIf, OneBranchRuns)
{
    const Array x = floats({3}, {1, 2, 3});
    expectResult(runCompiled(branches(), {flag(true), x}), floats({3}, {11, 22, 33}));
    expectResult(runCompiled(branches(), {flag(false), x}), floats({3}, {10, 40, 90}));
}

TEST(OnnxIf, BranchesHaveToAgree)
{
    onnx::ModelProto model = branches();
    onnx::GraphProto &no = *model.mutable_graph()->mutable_node(0)->mutable_attribute(1)->mutable_g();
    no.mutable_node(0)->set_op_type("Shape");
    no.mutable_node(0)->mutable_input()->RemoveLast();
    expectError(import(model),
                "the condition, which chooses between branches whose output 0 differs in type or shape, is "
                "computed from input 'c', but has to be known at compile time; give its value with "
                "--constant c=FILE.npy");
}

TEST(OnnxLoop, RunsWhileTheConditionHolds)
{
    const Array start = floats({2}, {0, 1}), x = floats({2}, {3, 1});
    expectResult(runCompiled(sums(true, false, false), {number(3), flag(true), start, x}), floats({2}, {9, 4}));
    expectResult(runCompiled(sums(true, false, false), {number(0), flag(true), start, x}), floats({2}, {0, 1}));
    expectResult(runCompiled(sums(true, false, false), {number(-1), flag(true), start, x}), floats({2}, {0, 1}));
    expectResult(runCompiled(sums(false, true, false), {number(0), flag(true), start, x}), floats({2}, {12, 5}));
    expectResult(runCompiled(sums(false, true, false), {number(0), flag(false), start, x}), floats({2}, {0, 1}));
    expectResult(runCompiled(sums(true, true, false), {number(2), flag(true), start, x}), floats({2}, {6, 3}));
    expectResult(runCompiled(sums(true, true, false), {number(9), flag(true), start, x}), floats({2}, {12, 5}));
}

TEST(OnnxLoop, KeepsWhatEachIterationGives)
{
    for (int64_t trips : {1, 2, 3}) { // the last result lands in its place for odd and even numbers
        onnx::ModelProto model = sums(true, false, true);
        onnx::GraphProto &graph = *model.mutable_graph();
        graph.mutable_input()->erase(graph.mutable_input()->begin());
        *graph.add_initializer() = tensorProto("limit", number(double(trips)));
        const Outcome outcome = runCompiled(model, {flag(true), floats({2}, {0, 1}), floats({2}, {3, 1})});
        Array all = floats({trips, 2}, {});
        for (int64_t i = 0; i < trips; ++i)
            all.values.insert(all.values.end(), {3.0 * double(i + 1) * double(i), double(i + 2) * double(i)});
        expectResult(outcome, floats({2}, {3.0 * double(trips), double(trips + 1)}), 1e-6, 0);
        expectResult(outcome, all, 1e-6, 1);
    }
}

TEST(OnnxLoop, GrowingStateIsWrittenOut)
{
    onnx::ModelProto model = emptyModel(16);
    onnx::GraphProto &graph = *model.mutable_graph();
    addInput(graph, "x", f32, {1});
    *graph.add_initializer() = tensorProto("three", number(3));
    onnx::NodeProto &loop = addNode(graph, "Loop", {"three", "", "x"}, {"y"});
    onnx::GraphProto &body = subgraph(loop, "body");
    addInput(body, "i", i64, {});
    addInput(body, "go", truth, {});
    addInput(body, "state", f32, {});
    addNode(body, "Concat", {"state", "x"}, {"next"}, {integer("axis", 0)});
    addOutput(body, "go");
    addOutput(body, "next");
    addOutput(graph, "y");
    expectResult(runCompiled(model, {floats({1}, {7})}), floats({4}, {7, 7, 7, 7}));
}

TEST(OnnxScan, AxesAndDirections)
{
    // y[t] = s[t] = s[t - 1] + x[:, t]; x is scanned along axis 1 from its end, y is stacked along axis 1 from its end.
    onnx::ModelProto model = emptyModel(16);
    onnx::GraphProto &graph = *model.mutable_graph();
    addInput(graph, "s", f32, {2});
    addInput(graph, "x", f32, {2, 3});
    onnx::NodeProto &scan =
        addNode(graph, "Scan", {"s", "x"}, {"last", "y"},
                {integer("num_scan_inputs", 1), list("scan_input_axes", {1}), list("scan_output_axes", {-1}),
                 list("scan_input_directions", {1}), list("scan_output_directions", {1})});
    onnx::GraphProto &body = subgraph(scan, "body");
    addInput(body, "state", f32, {2});
    addInput(body, "slice", f32, {2});
    addNode(body, "Add", {"state", "slice"}, {"next"});
    addNode(body, "Identity", {"next"}, {"out"});
    addOutput(body, "next");
    addOutput(body, "out");
    addOutput(graph, "last");
    addOutput(graph, "y");
    const Outcome outcome = runCompiled(model, {floats({2}, {0, 100}), floats({2, 3}, {1, 2, 3, 10, 20, 30})});
    expectResult(outcome, floats({2}, {6, 160}), 1e-6, 0);
    expectResult(outcome, floats({2, 3}, {6, 5, 3, 160, 150, 130}), 1e-6, 1);
}

TEST(OnnxScan, LoopInsideScan)
{
    // For each row of x: its sum over two iterations of an inner loop that also reads a value from outside both.
    onnx::ModelProto model = emptyModel(16);
    onnx::GraphProto &graph = *model.mutable_graph();
    addInput(graph, "x", f32, {3, 2});
    addInput(graph, "w", f32, {2});
    *graph.add_initializer() = tensorProto("two", number(2));
    onnx::NodeProto &scan = addNode(graph, "Scan", {"x"}, {"y"}, {integer("num_scan_inputs", 1)});
    onnx::GraphProto &body = subgraph(scan, "body");
    addInput(body, "row", f32, {2});
    onnx::NodeProto &loop = addNode(body, "Loop", {"two", "", "row"}, {"out"});
    addOutput(body, "out");
    onnx::GraphProto &inner = subgraph(loop, "body");
    addInput(inner, "i", i64, {});
    addInput(inner, "go", truth, {});
    addInput(inner, "state", f32, {2});
    addNode(inner, "Mul", {"state", "w"}, {"scaled"});
    addNode(inner, "Add", {"scaled", "row"}, {"next"});
    addOutput(inner, "go");
    addOutput(inner, "next");
    addOutput(graph, "y");
    // row * (w^2 + w + 1)
    expectResult(runCompiled(model, {floats({3, 2}, {1, 2, 3, 4, 5, 6}), floats({2}, {2, 10})}),
                 floats({3, 2}, {7, 222, 21, 444, 35, 666}));
}
