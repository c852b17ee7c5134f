// Damaged files: whatever the importer is given, it reports and returns. Run under the sanitizers, this is the test of
// its memory safety.
#include "tests/unit/onnx_model.h"

#include <gtest/gtest.h>

#include <random>

using namespace barecc::test;
using onnx::TensorProto;

/// A small network of operators that move and change elements.
static std::string elements()
{
    onnx::ModelProto model = emptyModel(17);
    onnx::GraphProto &graph = *model.mutable_graph();
    addInput(graph, "x", TensorProto::FLOAT, {1, 4, 4});
    addInput(graph, "bytes", TensorProto::UINT8, {4});
    auto constant = [&](const std::string &name, const Array &array) {
        *graph.add_initializer() = tensorProto(name, array);
    };
    constant("shape", int64s({2}, {2, -1}));
    constant("starts", int64s({1}, {3}));
    constant("ends", int64s({1}, {-9}));
    constant("axes", int64s({1}, {1}));
    constant("steps", int64s({1}, {-1}));
    constant("pads", int64s({4}, {0, 1, 0, 2}));
    constant("index", int64s({2}, {1, 0}));
    constant("low", floats({}, {-1}));
    constant("yes", bools({}, {1}));
    addNode(graph, "Relu", {"x"}, {"a"});
    addNode(graph, "Reshape", {"a", "shape"}, {"b"});
    addNode(graph, "Slice", {"b", "starts", "ends", "axes", "steps"}, {"c"});
    addNode(graph, "Pad", {"c", "pads"}, {"d"}, {text("mode", "edge")});
    addNode(graph, "Gather", {"d", "index"}, {"e"}, {integer("axis", 1)});
    addNode(graph, "Clip", {"e", "low"}, {"f"});
    addNode(graph, "ReduceMean", {"f"}, {"g"}, {list("axes", {-1}), integer("keepdims", 0)});
    addNode(graph, "Concat", {"g", "g"}, {"h"}, {integer("axis", 0)});
    addNode(graph, "Split", {"h"}, {"i", "j"});
    addNode(graph, "Cast", {"i"}, {"k"}, {integer("to", TensorProto::INT64)});
    addNode(graph, "Shape", {"d"}, {"l"});
    addNode(graph, "ConstantOfShape", {"l"}, {"m"}, {{"value", floats({1}, {2})}});
    addNode(graph, "Add", {"m", "d"}, {"n"});
    addNode(graph, "Transpose", {"n"}, {"o"}, {list("perm", {1, 0})});
    addNode(graph, "CumSum", {"o", "starts0"}, {"p"});
    constant("starts0", int64s({}, {1}));
    addNode(graph, "Cast", {"bytes"}, {"q"}, {integer("to", TensorProto::FLOAT)});
    addNode(graph, "ArgMax", {"q"}, {"r"});
    onnx::NodeProto &choice = addNode(graph, "If", {"yes"}, {"s"});
    for (const char *name : {"then_branch", "else_branch"}) {
        onnx::AttributeProto &attribute = *choice.add_attribute();
        attribute.set_name(name);
        attribute.set_type(onnx::AttributeProto::GRAPH);
        addNode(*attribute.mutable_g(), "Tile", {"q", "axes"}, {"inner"});
        addOutput(*attribute.mutable_g(), "inner");
    }
    for (const char *output : {"j", "k", "p", "r", "s"})
        addOutput(graph, output);
    return model.SerializeAsString();
}

/// A small network of layers.
static std::string layers()
{
    onnx::ModelProto model = emptyModel(17);
    onnx::GraphProto &graph = *model.mutable_graph();
    addInput(graph, "x", TensorProto::FLOAT, {1, 2, 6, 6});
    auto constant = [&](const std::string &name, int type, Shape shape) {
        size_t count = 1;
        for (int64_t extent : shape)
            count *= size_t(extent);
        *graph.add_initializer() = tensorProto(name, {type, shape, std::vector<double>(count, 1)});
    };
    auto reals = [&](const std::string &name, Shape shape) { constant(name, TensorProto::FLOAT, shape); };
    reals("filter", {2, 2, 3, 3});
    reals("channel", {2});
    reals("row", {3});
    reals("matrix", {3, 3});
    reals("up", {4});
    reals("gates", {1, 8, 3});
    reals("recurrence", {1, 8, 2});
    reals("scale", {});
    constant("zero", TensorProto::UINT8, {});
    constant("bytes", TensorProto::INT8, {3, 3});
    constant("bytesZero", TensorProto::INT8, {});
    addNode(graph, "Conv", {"x", "filter", "channel"}, {"a"}, {list("pads", {1, 1, 1, 1}), list("strides", {1, 1})});
    addNode(graph, "BatchNormalization", {"a", "channel", "channel", "channel", "channel"}, {"b"});
    addNode(graph, "MaxPool", {"b"}, {"c"}, {list("kernel_shape", {2, 2}), list("strides", {2, 2})});
    addNode(graph, "ConvTranspose", {"c", "filter"}, {"d"}, {list("strides", {2, 2}), list("output_padding", {1, 1})});
    addNode(graph, "AveragePool", {"d"}, {"e"}, {list("kernel_shape", {3, 3}), integer("ceil_mode", 1)});
    addNode(graph, "Resize", {"c", "", "up"}, {"f"}, {text("mode", "linear")});
    addNode(graph, "LRN", {"f"}, {"g"}, {integer("size", 3)});
    addNode(graph, "MatMul", {"g", "matrix"}, {"h"});
    addNode(graph, "LayerNormalization", {"h", "row", "row"}, {"i"}, {integer("axis", -1)});
    addNode(graph, "Softmax", {"i"}, {"j"}, {integer("axis", 1)});
    addNode(graph, "Flatten", {"j"}, {"k"}, {integer("axis", 3)});
    addNode(graph, "Gemm", {"k", "matrix", "row"}, {"l"}, {integer("transB", 1), real("alpha", 0.5f)});
    addNode(graph, "Reshape", {"l", "sequence"}, {"m"});
    *graph.add_initializer() = tensorProto("sequence", int64s({3}, {-1, 1, 3}));
    addNode(graph, "LSTM", {"m", "gates", "recurrence"}, {"n"}, {integer("hidden_size", 2)});
    addNode(graph, "QuantizeLinear", {"l", "scale", "zero"}, {"o"});
    addNode(graph, "DequantizeLinear", {"o", "scale", "zero"}, {"p"});
    addNode(graph, "QLinearMatMul", {"o", "scale", "zero", "bytes", "scale", "bytesZero", "scale", "zero"}, {"q"});
    addNode(graph, "MatMulInteger", {"o", "bytes", "zero"}, {"r"});
    addNode(graph, "Einsum", {"p", "matrix"}, {"s"}, {text("equation", "ij,jk->ki")});
    addNode(graph, "GlobalAveragePool", {"e"}, {"t"});
    for (const char *output : {"n", "q", "r", "s", "t"})
        addOutput(graph, output);
    return model.SerializeAsString();
}

class OnnxRobustness : public ::testing::TestWithParam<std::string (*)()> {
protected:
    std::string sample() const { return GetParam()(); }
};
INSTANTIATE_TEST_SUITE_P(Models, OnnxRobustness, ::testing::Values(elements, layers),
                         [](const auto &info) { return info.param == elements ? "Elements" : "Layers"; });

TEST_P(OnnxRobustness, TheSampleItselfImports)
{
    const Outcome outcome = importBytes(sample());
    EXPECT_TRUE(outcome.imported) << outcome.errors;
}

/// Either a module, or errors that say why not.
static void expectClean(const std::string &bytes)
{
    const Outcome outcome = importBytes(bytes);
    EXPECT_NE(outcome.imported, !outcome.errors.empty()) << outcome.errors;
}

TEST_P(OnnxRobustness, Truncated)
{
    const std::string whole = sample();
    for (size_t length = 0; length < whole.size(); ++length)
        expectClean(whole.substr(0, length));
}

TEST_P(OnnxRobustness, FlippedBits)
{
    const std::string whole = sample();
    std::mt19937 random(1);
    for (size_t i = 0; i < whole.size(); ++i) {
        std::string bytes = whole;
        bytes[i] = char(bytes[i] ^ (1 << random() % 8));
        expectClean(bytes);
    }
}

TEST_P(OnnxRobustness, ReplacedBytes)
{
    const std::string whole = sample();
    std::mt19937 random(2);
    const char extremes[] = {'\0', '\x01', '\x7f', '\x80', '\xff'};
    for (int round = 0; round < 1000; ++round) {
        std::string bytes = whole;
        for (int k = 0; k < 1 + round % 4; ++k)
            bytes[random() % bytes.size()] = round % 2 ? extremes[random() % 5] : char(random());
        expectClean(bytes);
    }
}

/// Attributes and constants that say extreme things in a file that is well-formed.
TEST_P(OnnxRobustness, ExtremeNumbers)
{
    onnx::ModelProto model;
    ASSERT_TRUE(model.ParseFromString(sample()));
    std::mt19937 random(3);
    const int64_t extremes[] = {0, 1, -1, 2, -2, 7, 1000000, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN, INT64_MIN + 1};
    auto pick = [&] { return extremes[random() % std::size(extremes)]; };
    for (int round = 0; round < 1000; ++round) {
        onnx::ModelProto damaged = model;
        onnx::GraphProto &graph = *damaged.mutable_graph();
        if (round % 3 == 0) {
            onnx::TensorProto &tensor = *graph.mutable_initializer(int(random() % unsigned(graph.initializer_size())));
            if (tensor.int64_data_size() > 0)
                tensor.set_int64_data(int(random() % unsigned(tensor.int64_data_size())), pick());
        } else if (round % 3 == 1) {
            onnx::NodeProto &node = *graph.mutable_node(int(random() % unsigned(graph.node_size())));
            for (onnx::AttributeProto &attribute : *node.mutable_attribute()) {
                if (attribute.has_i())
                    attribute.set_i(pick());
                for (int64_t &value : *attribute.mutable_ints())
                    value = pick();
            }
        } else {
            onnx::TensorProto &tensor = *graph.mutable_initializer(int(random() % unsigned(graph.initializer_size())));
            if (tensor.dims_size() > 0)
                tensor.set_dims(int(random() % unsigned(tensor.dims_size())), pick());
            else
                tensor.set_data_type(int(random() % 24));
        }
        expectClean(damaged.SerializeAsString());
    }
}
