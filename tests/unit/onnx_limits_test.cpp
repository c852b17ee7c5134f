// Little files that ask for much: each ends in one error, or is compiled without what it asks for.
#include "tests/unit/onnx_model.h"

#include "gtest/gtest.h"

#include <cmath>

namespace barecc::test {
namespace {

/// Function i of a model, which runs its callees one after another.
void addFunction(onnx::ModelProto &model, int i, std::vector<int> callees)
{
    onnx::FunctionProto &function = *model.add_functions();
    function.set_domain("f");
    function.set_name("f" + std::to_string(i));
    function.add_input("x");
    for (const char *domain : {"", "f"}) {
        function.add_opset_import()->set_domain(domain);
        function.mutable_opset_import(function.opset_import_size() - 1)->set_version(17);
    }
    std::string value = "x";
    auto add = [&](const std::string &op, const char *domain) {
        onnx::NodeProto &node = *function.add_node();
        node.set_op_type(op);
        node.set_domain(domain);
        node.add_input(value);
        node.add_output(value += "y");
    };
    for (int callee : callees)
        add("f" + std::to_string(callee), "f");
    if (callees.empty())
        add("Relu", "");
    function.add_output(value);
}

onnx::ModelProto modelOfFunctions(int count, int callsEach)
{
    onnx::ModelProto model = emptyModel(17);
    model.add_opset_import()->set_domain("f");
    model.mutable_opset_import(1)->set_version(17);
    addInput(*model.mutable_graph(), "x", onnx::TensorProto::FLOAT, {2});
    addNode(*model.mutable_graph(), "f0", {"x"}, {"y"}).set_domain("f");
    addOutput(*model.mutable_graph(), "y");
    for (int i = 0; i < count; ++i)
        addFunction(model, i, i + 1 < count ? std::vector<int>(size_t(callsEach), i + 1) : std::vector<int>());
    return model;
}

/// One error, which is this.
void expectOneError(const Outcome &outcome, const std::string &part)
{
    expectError(outcome, part);
    EXPECT_EQ(llvm::StringRef(outcome.errors).count('\n'), 1u) << outcome.errors;
}

TEST(OnnxLimits, FunctionsInsideEachOther)
{
    EXPECT_TRUE(import(modelOfFunctions(150, 1)).imported);
    onnx::ModelProto deep = modelOfFunctions(10000, 1);
    for (onnx::FunctionProto &function : *deep.mutable_functions())
        function.mutable_node(0)->set_name(function.node(0).op_type());
    expectOneError(import(deep), "f200(f200): the model has more than 200 functions or subgraphs inside each other; "
                                 "simplify the model, or raise the limit with --limit nesting=N");
    ImportOptions more;
    more.limits[Limit::Nesting] = 500;
    EXPECT_TRUE(import(modelOfFunctions(400, 1), more).imported);
}

/// A file of branches inside each other, as protobuf reads it.
TEST(OnnxLimits, BranchesInsideEachOther)
{
    auto nested = [](int depth) {
        onnx::GraphProto inner;
        addNode(inner, "Neg", {"x"}, {"r"});
        addOutput(inner, "r");
        for (int i = 0; i < depth; ++i) {
            onnx::GraphProto outer;
            onnx::NodeProto &branch = addNode(outer, "If", {"c"}, {"r"});
            onnx::GraphProto other;
            addNode(other, "Abs", {"x"}, {"r"});
            addOutput(other, "r");
            auto give = [&](const char *name, const onnx::GraphProto &graph) {
                onnx::AttributeProto &attribute = *branch.add_attribute();
                attribute.set_name(name);
                attribute.set_type(onnx::AttributeProto::GRAPH);
                *attribute.mutable_g() = graph;
            };
            give("then_branch", inner);
            give("else_branch", other);
            addOutput(outer, "r");
            inner = outer;
        }
        onnx::ModelProto model = emptyModel(17);
        *model.mutable_graph() = inner;
        addInput(*model.mutable_graph(), "x", onnx::TensorProto::FLOAT, {2});
        addInput(*model.mutable_graph(), "c", onnx::TensorProto::BOOL, {});
        return model;
    };
    EXPECT_TRUE(import(nested(100)).imported);
    expectOneError(import(nested(201)), "the model has more than 200 functions or subgraphs inside each other");
}

TEST(OnnxLimits, FunctionsThatMultiply)
{
    EXPECT_TRUE(import(modelOfFunctions(10, 2)).imported);
    expectOneError(import(modelOfFunctions(30, 2)), "nodes, with functions, subgraphs and unrolled loops in place; "
                                                    "simplify the model, or raise the limit with --limit nodes=N");
    ImportOptions fewer;
    fewer.limits[Limit::Nodes] = 100;
    expectOneError(import(modelOfFunctions(10, 2), fewer), "the model has more than 100 nodes, ");
}

/// A loop whose number of iterations makes shapes, so that it is written out, around another of them.
TEST(OnnxLimits, LoopsThatAreWrittenOut)
{
    onnx::GraphProto inner;
    for (int depth = 0; depth < 3; ++depth) {
        onnx::GraphProto body;
        addInput(body, "i", onnx::TensorProto::INT64, {});
        addInput(body, "c", onnx::TensorProto::BOOL, {});
        addInput(body, "v", onnx::TensorProto::FLOAT, {1});
        addOutput(body, "c");
        addOutput(body, "w");
        if (depth > 0) {
            onnx::NodeProto &loop = addNode(body, "Loop", {"n", "", "v"}, {"u"});
            onnx::AttributeProto &attribute = *loop.add_attribute();
            attribute.set_name("body");
            attribute.set_type(onnx::AttributeProto::GRAPH);
            *attribute.mutable_g() = inner;
        } else {
            addNode(body, "Identity", {"v"}, {"u"});
        }
        addNode(body, "Concat", {"u", "u"}, {"d"}, {integer("axis", 0)});
        addNode(body, "Shape", {"d"}, {"s"});
        addNode(body, "Reshape", {"d", "s"}, {"w"});
        inner = body;
    }
    onnx::ModelProto model = emptyModel(17);
    onnx::GraphProto &graph = *model.mutable_graph();
    addInput(graph, "x", onnx::TensorProto::FLOAT, {1});
    *graph.add_initializer() = tensorProto("n", int64s({}, {1000}));
    onnx::NodeProto &loop = addNode(graph, "Loop", {"n", "", "x"}, {"y"});
    onnx::AttributeProto &attribute = *loop.add_attribute();
    attribute.set_name("body");
    attribute.set_type(onnx::AttributeProto::GRAPH);
    *attribute.mutable_g() = inner;
    addOutput(graph, "y");
    const Outcome outcome = import(model);
    EXPECT_FALSE(outcome.imported);
    EXPECT_EQ(llvm::StringRef(outcome.errors).count('\n'), 1u) << outcome.errors;
}

TEST(OnnxLimits, SequencesOfAllElements)
{
    onnx::ModelProto model = emptyModel(17);
    onnx::GraphProto &graph = *model.mutable_graph();
    addInput(graph, "x", onnx::TensorProto::FLOAT, {1 << 20});
    addNode(graph, "SplitToSequence", {"x"}, {"s"});
    addNode(graph, "SequenceLength", {"s"}, {"y"});
    addOutput(graph, "y");
    expectOneError(import(model), "(SplitToSequence): the model has more than ");
}

constexpr int64_t huge = int64_t(1) << 29;

/// One node after ConstantOfShape, or after a range of its shape.
Outcome importHuge(const std::string &op, std::vector<std::string> inputs, std::vector<Attribute> attributes = {})
{
    onnx::ModelProto model = emptyModel(17);
    onnx::GraphProto &graph = *model.mutable_graph();
    addInput(graph, "x", onnx::TensorProto::FLOAT, {4});
    *graph.add_initializer() = tensorProto("flat", int64s({1}, {huge}));
    *graph.add_initializer() = tensorProto("square", int64s({2}, {1 << 14, 1 << 15}));
    *graph.add_initializer() = tensorProto("four", floats({4}, {1, 2, 3, 4}));
    *graph.add_initializer() = tensorProto("repeats", int64s({1}, {huge / 4}));
    *graph.add_initializer() = tensorProto("pads", int64s({2}, {0, huge - 4}));
    addNode(graph, "ConstantOfShape", {"flat"}, {"zeros"});
    addNode(graph, "ConstantOfShape", {"square"}, {"matrix"});
    addNode(graph, op, inputs, {"y"}, attributes);
    addOutput(graph, "y");
    return import(model);
}

/// What would be gigabytes of constants is left to the device.
TEST(OnnxLimits, ConstantsThatComeOfNothing)
{
    for (const Outcome &outcome :
         {importHuge("Cast", {"zeros"}, {integer("to", onnx::TensorProto::DOUBLE)}), importHuge("EyeLike", {"matrix"}),
          importHuge("Tile", {"four", "repeats"}), importHuge("Pad", {"four", "pads"}),
          importHuge("Transpose", {"matrix"}), importHuge("Concat", {"zeros"}, {integer("axis", 0)})}) {
        EXPECT_TRUE(outcome.imported) << outcome.errors;
        EXPECT_FALSE(outcome.results.at(0).has_value());
    }
}

/// Where the value has to be known, the limit is what is said.
TEST(OnnxLimits, ShapesThatTakeTooMuchToCompute)
{
    onnx::ModelProto model = emptyModel(17);
    onnx::GraphProto &graph = *model.mutable_graph();
    addInput(graph, "x", onnx::TensorProto::FLOAT, {4});
    *graph.add_initializer() = tensorProto("a", int64s({2}, {3, 4}));
    addNode(graph, "Add", {"a", "a"}, {"s"});
    addNode(graph, "Expand", {"x", "s"}, {"y"});
    addOutput(graph, "y");
    ImportOptions few;
    few.limits[Limit::FoldedPoints] = 1;
    expectOneError(import(model, few), "(Expand): the shape has to be known at compile time, but with it the model has "
                                       "more than 1 elements computed at compile time; simplify the model, or raise "
                                       "the limit with --limit folded-points=N");
}

/// Weights of equal elements, as in files that stand for a network's topology; and more of them than any has.
TEST(OnnxLimits, WeightsOfEqualElements)
{
    for (int count : {2, 5}) {
        onnx::ModelProto model = emptyModel(17);
        onnx::GraphProto &graph = *model.mutable_graph();
        addInput(graph, "x", onnx::TensorProto::FLOAT, {1, 1 << 13});
        for (int i = 0; i < count; ++i) {
            const std::string n = std::to_string(i); // 2^26 numbers each, and no two shapes alike
            *graph.add_initializer() = tensorProto("s" + n, int64s({2}, {1 << 13, double((1 << 13) - i)}));
            addNode(graph, "ConstantOfShape", {"s" + n}, {"w" + n});
            addNode(graph, "MatMul", {"x", "w" + n}, {"y" + n});
            addOutput(graph, "y" + n);
        }
        if (count == 2)
            EXPECT_TRUE(import(model).imported);
        else
            expectOneError(import(model), "bytes of constants; simplify the model, or raise the limit with --limit "
                                          "weight-bytes=N");
    }
}

TEST(OnnxLimits, SparseTensorsOfFewValues)
{
    onnx::ModelProto model = emptyModel(17);
    onnx::GraphProto &graph = *model.mutable_graph();
    onnx::SparseTensorProto &sparse = *graph.add_sparse_initializer();
    *sparse.mutable_values() = tensorProto("w", floats({1}, {1}));
    *sparse.mutable_indices() = tensorProto("", int64s({1}, {0}));
    sparse.add_dims(huge);
    addNode(graph, "Neg", {"w"}, {"y"});
    addOutput(graph, "y");
    expectOneError(import(model), "tensor 'w' is sparse, and with it written out the model has more than ");
}

/// Tables that the importer makes: many together.
TEST(OnnxLimits, TablesOfManyNodes)
{
    onnx::ModelProto model = emptyModel(17);
    onnx::GraphProto &graph = *model.mutable_graph();
    *graph.add_initializer() = tensorProto("n", int64s({}, {1 << 16}));
    for (int i = 0; i < 4; ++i) {
        const std::string name = "y" + std::to_string(i);
        addNode(graph, "HannWindow", {"n"}, {name});
        addOutput(graph, name);
    }
    EXPECT_TRUE(import(model).imported);
    ImportOptions few; // a window takes 2^19 bytes as doubles and 2^18 as floats
    few.limits[Limit::ConstantBytes] = 1 << 20;
    expectOneError(import(model, few), "y1(HannWindow): the model has more than 1048576 bytes of constants computed");
}

/// One node whose first input is the model's, of this shape; the others are constants, or inputs where they have no values.
Outcome importOf(const std::string &op, int type, const Shape &shape, std::vector<std::optional<Array>> others = {},
                 std::vector<Attribute> attributes = {}, int opset = 17, const std::string &domain = "")
{
    onnx::ModelProto model = emptyModel(opset, domain);
    onnx::GraphProto &graph = *model.mutable_graph();
    addInput(graph, "x", type, shape);
    std::vector<std::string> inputs{"x"};
    for (auto [i, other] : llvm::enumerate(others)) {
        inputs.push_back(other ? "i" + std::to_string(i) : "");
        if (other && other->values.empty())
            addInput(graph, inputs.back(), other->type, other->shape);
        else if (other)
            *graph.add_initializer() = tensorProto(inputs.back(), *other);
    }
    addNode(graph, op, inputs, {"y"}, attributes).set_domain(domain);
    addOutput(graph, "y");
    return import(model);
}

constexpr int f32 = onnx::TensorProto::FLOAT, f64 = onnx::TensorProto::DOUBLE, i8 = onnx::TensorProto::INT8,
              u8 = onnx::TensorProto::UINT8;

/// Results of more elements than there can be, and extents that an empty tensor hides.
TEST(OnnxLimits, ResultsThatNoDeviceHolds)
{
    const Array none{f32, {1, 1 << 12, 1 << 12}, {}};
    std::vector<float> supports(1 << 10, 1.0f);
    for (const Outcome &outcome :
         {importOf("DepthToSpace", f32, {1, 0, 1 << 14, 1 << 14}, {}, {integer("blocksize", 65536)}),
          importOf("SpaceToDepth", f32, {1, 1 << 20, 0, 0}, {}, {integer("blocksize", 65536)}),
          importOf("Tile", f32, {0, 1}, {int64s({2}, {huge, huge})}),
          importOf("Resize", f32, {16, 1 << 20}, {std::nullopt, std::nullopt, int64s({2}, {1 << 20, 16})},
                   {text("mode", "linear")}),
          importOf("RNN", f32, {1 << 20, 1, 1}, {Array{f32, {1, 1 << 12, 1}, {}}, none}),
          importOf("SVMRegressor", f32, {1 << 20, 1}, {},
                   {integer("n_supports", 1 << 10),
                    {"support_vectors", supports},
                    {"coefficients", supports},
                    {"rho", std::vector<float>{0}}},
                   1, "ai.onnx.ml"),
          importOf("TfIdfVectorizer", onnx::TensorProto::INT32, {1 << 14, 1 << 14}, {},
                   {text("mode", "TF"), list("ngram_counts", {0}), list("pool_int64s", Shape(1 << 16, 1)),
                    list("ngram_indexes", Shape(1 << 16, 0))},
                   9)})
        expectOneError(outcome, "which no device can hold");
    expectOneError(importOf("Unsqueeze", f32, {2}, {int64s({64}, std::vector<double>(64, -1))}), "is named twice");
    std::vector<double> axes(64);
    for (size_t i = 0; i < axes.size(); ++i)
        axes[i] = double(i);
    expectOneError(importOf("Unsqueeze", f32, {2}, {int64s({64}, axes)}),
                   "1x1x... of 65 axes, which no device can hold");
    expectOneError(importOf("Reshape", f32, {1}, {int64s({65}, std::vector<double>(65, 1))}),
                   "1x1x... of 65 axes, which no device can hold");
    expectError(importOf("Relu", f32, Shape(65, 1)), "excessive shape");
}

/// Tables that would take gigabytes, for what is not even known.
TEST(OnnxLimits, TablesOfLongAxes)
{
    expectOneError(importOf("AveragePool", f64, {1, 1, 1 << 25}, {}, {list("kernel_shape", {1})}),
                   "has an excessive extent");
    expectOneError(importOf("DequantizeLinear", i8, {1 << 25}, {floats({2}, {1, 2})},
                            {integer("axis", 0), integer("block_size", 1 << 24)}, 21),
                   "an axis of 33554432 elements is too long for scales of blocks");

    onnx::ModelProto model = emptyModel(17);
    onnx::GraphProto &graph = *model.mutable_graph();
    *graph.add_initializer() = tensorProto("long", int64s({1}, {1 << 25}));
    *graph.add_initializer() = tensorProto("place", int64s({1}, {5}));
    *graph.add_initializer() = tensorProto("update", floats({1}, {1}));
    addNode(graph, "ConstantOfShape", {"long"}, {"zeros"});
    addNode(graph, "ScatterElements", {"zeros", "place", "update"}, {"y"});
    addOutput(graph, "y");
    const Outcome scattered = import(model);
    EXPECT_TRUE(scattered.imported) << scattered.errors;
}

TEST(OnnxLimits, PlacesInASequence)
{
    for (const Array &place : {floats({}, {-0.5}), floats({}, {NAN}), arrayOf(f64, {}, {1e300})}) {
        onnx::ModelProto model = emptyModel(17);
        onnx::GraphProto &graph = *model.mutable_graph();
        addInput(graph, "x", f32, {2});
        *graph.add_initializer() = tensorProto("i", place);
        addNode(graph, "SequenceConstruct", {"x"}, {"s"});
        addNode(graph, "SequenceAt", {"s", "i"}, {"y"});
        addOutput(graph, "y");
        expectOneError(import(model), "the position in the sequence should be integers");
        graph.mutable_node(1)->set_op_type("SequenceErase");
        expectOneError(import(model), "the position in the sequence should be integers");
        *graph.mutable_node(1) = onnx::NodeProto();
        graph.mutable_node(1)->set_op_type("SequenceInsert");
        for (const char *input : {"s", "x", "i"})
            graph.mutable_node(1)->add_input(input);
        graph.mutable_node(1)->add_output("y");
        expectOneError(import(model), "the position in the sequence should be integers");
        graph.mutable_node(1)->set_op_type("SplitToSequence");
        graph.mutable_node(1)->clear_input();
        for (const char *input : {"x", "i"})
            graph.mutable_node(1)->add_input(input);
        expectOneError(import(model), "the size of the parts should be integers");
        *graph.mutable_initializer(0) = tensorProto("i", int64s({}, {9e18}));
        addNode(graph, "SequenceLength", {"y"}, {"n"});
        addOutput(graph, "n");
        graph.mutable_output()->DeleteSubrange(0, 1);
        expectResult(import(model), int64s({}, {1}));
    }
}

/// Each place of a long sequence through a body of nothing but outputs.
TEST(OnnxLimits, SequencesOfManyOutputs)
{
    onnx::GraphProto body;
    body.add_input()->set_name("element");
    onnx::ModelProto model = emptyModel(17);
    onnx::GraphProto &graph = *model.mutable_graph();
    addInput(graph, "x", f32, {8000});
    addNode(graph, "SplitToSequence", {"x"}, {"s"});
    onnx::NodeProto &map = addNode(graph, "SequenceMap", {"s"}, {"mapped"});
    for (int i = 0; i < 100; ++i) {
        addOutput(body, "element");
        if (i > 0)
            map.add_output("mapped" + std::to_string(i));
    }
    onnx::AttributeProto &attribute = *map.add_attribute();
    attribute.set_name("body");
    attribute.set_type(onnx::AttributeProto::GRAPH);
    *attribute.mutable_g() = body;
    addNode(graph, "SequenceLength", {"mapped"}, {"y"});
    addOutput(graph, "y");
    expectOneError(import(model), "(SequenceMap): the model has more than ");
}

TEST(OnnxLimits, NumbersOfAnySize)
{
    const std::string microsoft = "com.microsoft";
    auto grams = [](Shape indexes) {
        return run("TfIdfVectorizer", {arrayOf(onnx::TensorProto::INT32, {2}, {1, 2})},
                   {text("mode", "TF"), list("ngram_counts", {0}), list("pool_int64s", {1, 2}),
                    list("ngram_indexes", indexes)},
                   9);
    };
    expectOneError(grams({0, INT64_MAX}), "index 9223372036854775807 of an n-gram is negative or excessive");
    expectOneError(grams({INT64_MIN, -1}), "index -1 of an n-gram is negative or excessive");
    expectOneError(run("STFT", {floats({1, 4, 0}, {}), int64s({}, {1})}, {integer("onesided", 0)}),
                   "the signal should be real, or complex");
    expectOneError(run("ReverseSequence", {floats({2, 1}, {1, 2}), floats({1}, {NAN})}),
                   "sequence lengths should be integers");
    expectOneError(run("RoiAlign", {floats({0, 1, 2, 2}, {}), floats({1, 4}, {0, 0, 1, 1}), int64s({1}, {0})}),
                   "regions are taken of the image 0x1x2x2, which has no elements");
    expectOneError(
        run("SkipLayerNormalization", {floats({}, {1}), floats({}, {1}), floats({}, {1})}, {}, 17, 1, microsoft),
        "should have at least 1 axes");
    // A bias without axes has none for the scales of the columns.
    const Array scale = floats({}, {0.5}), zero = arrayOf(u8, {}, {0}), scales = floats({2}, {0.5, 0.25}),
                zeros = arrayOf(u8, {2}, {0, 0});
    expectOneError(run("QGemm",
                       {arrayOf(u8, {1, 2}, {1, 2}), scale, zero, arrayOf(u8, {2, 2}, {1, 2, 3, 4}), scales, zeros,
                        int32s({}, {1})},
                       {}, 17, 1, microsoft),
                   "scale or zero point is 2 for a tensor of scalar");
    const Array half = arrayOf(onnx::TensorProto::FLOAT16, {}, {0.5}), x = arrayOf(u8, {2}, {1, 2});
    for (const char *op : {"QLinearAdd", "QLinearMul"})
        expectOneError(run(op, {x, scale, zero, x, half, zero, scale, zero}, {}, 17, 1, microsoft),
                       "inputs 1 and 4 should have one element type, but are float and float16");
    expectOneError(
        run("QLinearWhere", {bools({2}, {0, 1}), x, scale, zero, x, half, zero, scale, zero}, {}, 17, 1, microsoft),
        "inputs 2 and 5 should have one element type");
    // The opset in an attribute of 64 bits.
    auto softmax = [&](int64_t opset) {
        return importOf("QLinearSoftmax", u8, {2, 3}, {scale, zero, scale, zero},
                        {integer("axis", 0), integer("opset", opset)}, 1, "com.microsoft")
            .ir;
    };
    EXPECT_NE(softmax(12), softmax(13));
    EXPECT_EQ(softmax((int64_t(1) << 32) + 12), softmax(13));
    EXPECT_EQ(softmax(INT64_MIN), softmax(12));
    // A type of floats without a zero: the nearest is 2^-127.
    constexpr int float8e8m0 = 24;
    expectResult(run("Pad", {arrayOf(float8e8m0, {1}, {127}), int64s({2}, {1, 0})}, {}, 24),
                 arrayOf(float8e8m0, {2}, {0, 127}));
}

} // namespace
} // namespace barecc::test
