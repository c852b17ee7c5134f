// Computing in bands of rows changes where a tensor lies, never a number: random models give the same bits, whether the
// kernel and the loops behind it are one call, or two because somebody else wants to see what is between them.
#include "compiler/driver/TensorProto.h"
#include "compiler/driver/Toolchain.h"
#include "tests/unit/onnx_model.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"

#include <gtest/gtest.h>
#include <random>

using namespace barecc;
using namespace barecc::test;

namespace {

struct Built {
    std::vector<Tensor> outputs;
    bool inBands = false, inPlace = false;
};

/// A convolution t, and r of the same shape, which an elementwise operation takes together.
class RandomModel {
public:
    RandomModel(unsigned seed, bool showBetween) : random(seed)
    {
        onnx::GraphProto &graph = *model.mutable_graph();
        images = below(4) == 0 ? 4 : 1;
        height = 4 + below(5), width = 3 + below(5), channels = 2 + below(4);
        const int64_t inputChannels = 1 + below(4);
        addTensor("x", inputChannels);

        convolve("wide", "x", inputChannels, 2 * channels);
        if (below(4) == 0) { // every other channel of it, on which nothing lies
            constant("begin", int64s({1}, {0}));
            constant("end", int64s({1}, {double(2 * channels)}));
            constant("axis", int64s({1}, {1}));
            constant("step", int64s({1}, {2}));
            addNode(graph, "Slice", {"wide", "begin", "end", "axis", "step"}, {"r"});
        } else {
            convolve("r", "wide", 2 * channels, channels);
        }
        convolve("t", "x", inputChannels, channels);
        constant("least", floats({channels, 1, 1}, numbers(channels))); // the same for all rows
        addNode(graph, "Max", {"t", "least"}, {"cut"});
        addNode(graph, below(2) ? "Mul" : "Min", {"cut", "r"}, {"m"});
        const bool joins = below(3) == 0;
        if (joins) { // rows go into a wider tensor
            convolve("beside", "x", inputChannels, 3);
            addNode(graph, "Concat", {"m", "beside"}, {"joined"}, {integer("axis", 1)});
        }
        convolve("y", joins ? "joined" : "m", joins ? channels + 3 : channels, 2);
        addOutput(graph, "y");
        if (showBetween)
            addOutput(graph, "t");
    }

    Built build(Optimize optimize)
    {
        llvm::SmallString<64> path;
        int descriptor = 0;
        EXPECT_FALSE(llvm::sys::fs::createTemporaryFile("model", "onnx", descriptor, path));
        llvm::raw_fd_ostream(descriptor, /*shouldClose=*/true) << model.SerializeAsString();
        CompileOptions options;
        options.name = "model";
        options.target = llvm::cantFail(findTarget("generic"));
        options.optimize = optimize;
        CompiledModel compiled = llvm::cantFail(compile(path, options));
        llvm::sys::fs::remove(path);
        const Program program = llvm::cantFail(Program::build(compiled, options.target, optimize));
        Built built{llvm::cantFail(program.run({&inputs, false, 1, 0})).outputs};
        for (const LayerInfo &layer : compiled.layers)
            built.inBands |= llvm::StringRef(layer.kernel).contains("_rows");
        for (const GeneratedFile &file : compiled.files)
            built.inPlace |= llvm::StringRef(file.contents).contains("set_aside(aside, ");
        return built;
    }

private:
    int64_t below(int64_t n) { return int64_t(random() % uint64_t(n)); }

    std::vector<double> numbers(int64_t count)
    {
        std::vector<double> values;
        for (int64_t i = 0; i < count; ++i)
            values.push_back(double(below(2001) - 1000) / 512);
        return values;
    }

    void constant(const char *name, const Array &array)
    {
        *model.mutable_graph()->add_initializer() = tensorProto(name, array);
    }

    void addTensor(const char *name, int64_t depth)
    {
        const Shape shape{images, depth, height, width};
        addInput(*model.mutable_graph(), name, onnx::TensorProto::FLOAT, shape);
        const Array array = floats(shape, numbers(images * depth * height * width));
        inputs.push_back(llvm::cantFail(parseTensorProto(tensorProto(name, array).SerializeAsString())));
    }

    /// 3x3, or 1x1, which is a product of matrices.
    void convolve(const std::string &to, const std::string &from, int64_t depth, int64_t outputs)
    {
        const int64_t size = below(2) ? 1 : 3, pad = size / 2;
        const std::string weights = to + "_w";
        constant(weights.c_str(), floats({outputs, depth, size, size}, numbers(outputs * depth * size * size)));
        addNode(*model.mutable_graph(), "Conv", {from, weights}, {to}, {list("pads", {pad, pad, pad, pad})});
    }

    std::mt19937 random;
    onnx::ModelProto model = emptyModel(17);
    std::vector<Tensor> inputs;
    int64_t images = 1, height = 1, width = 1, channels = 1;
};

TEST(FuseRows, TheSameBits)
{
    int inBands = 0, inPlace = 0;
    for (unsigned seed = 0; seed < 10; ++seed) {
        const Optimize optimize = seed % 2 ? Optimize::Size : Optimize::Speed;
        const Built fused = RandomModel(seed, false).build(optimize), apart = RandomModel(seed, true).build(optimize);
        EXPECT_FALSE(apart.inBands);
        EXPECT_TRUE(fused.outputs[0].bytes == apart.outputs[0].bytes) << "seed " << seed;
        inBands += fused.inBands;
        inPlace += fused.inPlace;
    }
    EXPECT_GE(inBands, 5);
    EXPECT_GE(inPlace, 3);
}

} // namespace
