// Layers of half floats on a processor with half precision are calls of its kernels; others stay as they were.
#include "compiler/driver/Compile.h"
#include "compiler/driver/Target.h"
#include "tests/unit/onnx_model.h"

#include "llvm/Support/FileSystem.h"

#include <gtest/gtest.h>

#include <map>

using namespace barecc;
using namespace barecc::test;

namespace {

constexpr int f16 = onnx::TensorProto::FLOAT16;

int64_t elementsOf(const Shape &shape)
{
    int64_t elements = 1;
    for (int64_t extent : shape)
        elements *= extent;
    return elements;
}

class Network {
public:
    Network() : model(emptyModel(17)) { addInput(*model.mutable_graph(), "x", f16, {1, 16, 12, 12}); }

    /// A node of the last one's result, of that name, with constants behind it.
    void add(const char *op, const char *name, std::vector<Shape> constants, std::vector<Attribute> attributes = {})
    {
        onnx::GraphProto &graph = *model.mutable_graph();
        std::vector<std::string> inputs{last};
        for (const Shape &shape : constants) {
            inputs.push_back(std::string(name) + "." + std::to_string(inputs.size()));
            const Array values{f16, shape, std::vector<double>(size_t(elementsOf(shape)), 0.1)};
            *graph.add_initializer() = tensorProto(inputs.back(), values);
        }
        addNode(graph, op, inputs, {name}, attributes).set_name(name);
        last = name;
    }

    /// The kernels with weights, by the names of their nodes.
    std::map<std::string, std::string> kernels(const char *target)
    {
        addOutput(*model.mutable_graph(), last);
        llvm::SmallString<64> path;
        int descriptor;
        EXPECT_FALSE(llvm::sys::fs::createTemporaryFile("model", "onnx", descriptor, path));
        {
            llvm::raw_fd_ostream file(descriptor, /*shouldClose=*/true);
            file << model.SerializeAsString();
        }
        CompileOptions options;
        options.name = "model";
        options.target = llvm::cantFail(findTarget(target));
        llvm::Expected<CompiledModel> compiled = compile(path, options);
        llvm::sys::fs::remove(path);
        std::map<std::string, std::string> found;
        if (!compiled) {
            ADD_FAILURE() << llvm::toString(compiled.takeError());
            return found;
        }
        for (const LayerInfo &layer : compiled->layers)
            if (!llvm::StringRef(layer.kernel).contains("_loop"))
                found[layer.name] = layer.kernel;
        return found;
    }

private:
    onnx::ModelProto model;
    std::string last = "x";
};

Network layers()
{
    Network network;
    network.add("Conv", "dense", {{16, 16, 3, 3}, {16}}, {list("pads", {1, 1, 1, 1})});
    network.add("Relu", "relu", {});
    network.add("Conv", "depthwise", {{16, 1, 3, 3}}, {integer("group", 16)});
    network.add("Conv", "pointwise", {{8, 16, 1, 1}, {8}});
    network.add("Conv", "grouped", {{8, 4, 3, 3}}, {integer("group", 2)});
    network.add("Flatten", "flat", {});
    network.add("Gemm", "gemm", {{512, 10}, {10}});
    return network;
}

TEST(HalfKernels, OnProcessorsWithHalfPrecision)
{
    const std::map<std::string, std::string> kernels = layers().kernels("arm64-dot");
    EXPECT_EQ(kernels.at("dense"), "conv2d_f16_neon");
    EXPECT_EQ(kernels.at("depthwise"), "depthwise_conv2d_f16_neon");
    EXPECT_EQ(kernels.at("pointwise"), "fully_connected_f16_neon");
    EXPECT_EQ(kernels.at("grouped"), "conv2d_f32");
    EXPECT_EQ(kernels.at("gemm"), "fully_connected_f16_neon");
    EXPECT_EQ(kernels.count("relu"), 0u) << "the convolution clamps";
}

TEST(HalfKernels, OthersComputeInSinglePrecision)
{
    for (const auto &[layer, kernel] : layers().kernels("generic"))
        EXPECT_EQ(kernel.substr(kernel.size() - 3), "f32") << layer;
}

} // namespace
