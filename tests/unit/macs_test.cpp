// Multiply-accumulates in the report, against counts from the shapes of the model.
#include "compiler/driver/Compile.h"
#include "tests/unit/onnx_model.h"

#include "llvm/Support/FileSystem.h"

#include <gtest/gtest.h>
#include <numeric>

using namespace barecc;
using namespace barecc::test;

namespace {

/// Counts of a model's layers, and their sum.
struct Counted {
    std::vector<int64_t> layers; // those that multiply and accumulate
    int64_t total = 0;
};

Counted count(const onnx::ModelProto &model)
{
    llvm::SmallString<64> path;
    int descriptor = 0;
    EXPECT_FALSE(llvm::sys::fs::createTemporaryFile("model", "onnx", descriptor, path));
    llvm::raw_fd_ostream(descriptor, /*shouldClose=*/true) << model.SerializeAsString();
    CompileOptions options;
    options.name = "model";
    options.target = llvm::cantFail(findTarget("generic"));
    const CompiledModel compiled = llvm::cantFail(compile(path, options));
    llvm::sys::fs::remove(path);
    Counted counted;
    for (const LayerInfo &layer : compiled.layers)
        if (layer.macs > 0)
            counted.layers.push_back(layer.macs);
    EXPECT_EQ(std::accumulate(counted.layers.begin(), counted.layers.end(), int64_t(0)), compiled.macs);
    counted.total = compiled.macs;
    return counted;
}

Array ramp(Shape shape)
{
    Array array = floats(shape, {});
    const int64_t elements = std::accumulate(shape.begin(), shape.end(), int64_t(1), std::multiplies<>());
    for (int64_t i = 0; i < elements; ++i)
        array.values.push_back(double(i % 7) / 8);
    return array;
}

TEST(Macs, WeightsAndActivations)
{
    onnx::ModelProto model = emptyModel(17);
    onnx::GraphProto &graph = *model.mutable_graph();
    addInput(graph, "x", onnx::TensorProto::FLOAT, {1, 2, 8, 8});
    *graph.add_initializer() = tensorProto("w", ramp({4, 2, 3, 3}));
    addNode(graph, "Conv", {"x", "w"}, {"image"}, {list("pads", {1, 1, 1, 1})});
    addNode(graph, "MaxPool", {"image"}, {"pooled"}, {list("kernel_shape", {2, 2}), list("strides", {2, 2})});
    // Two products of activations with a softmax between them, as in attention, over 4 heads.
    addNode(graph, "Transpose", {"pooled"}, {"turned"}, {list("perm", {0, 1, 3, 2})});
    addNode(graph, "MatMul", {"pooled", "turned"}, {"scores"});
    addNode(graph, "Softmax", {"scores"}, {"weights"}, {integer("axis", -1)});
    addNode(graph, "MatMul", {"weights", "pooled"}, {"mixed"});
    addNode(graph, "Flatten", {"mixed"}, {"flat"});
    *graph.add_initializer() = tensorProto("v", ramp({64, 5}));
    addNode(graph, "Gemm", {"flat", "v"}, {"y"});
    addOutput(graph, "y");

    const int64_t convolution = 8 * 8 * 4 * (2 * 3 * 3), product = 4 * (4 * 4 * 4), gemm = 64 * 5;
    const Counted counted = count(model);
    EXPECT_EQ(counted.layers, (std::vector<int64_t>{convolution, product, product, gemm}));
    EXPECT_EQ(counted.total, convolution + 2 * product + gemm);
}

TEST(Macs, StepsOfALoop)
{
    constexpr int64_t steps = 5, inputs = 3, hidden = 2;
    onnx::ModelProto model = emptyModel(17);
    onnx::GraphProto &graph = *model.mutable_graph();
    addInput(graph, "x", onnx::TensorProto::FLOAT, {steps, 1, inputs});
    *graph.add_initializer() = tensorProto("w", ramp({1, 4 * hidden, inputs}));
    *graph.add_initializer() = tensorProto("r", ramp({1, 4 * hidden, hidden}));
    addNode(graph, "LSTM", {"x", "w", "r"}, {"y"}, {integer("hidden_size", hidden)});
    addOutput(graph, "y");
    EXPECT_EQ(count(model).total, steps * 4 * hidden * (inputs + hidden));
}

} // namespace
