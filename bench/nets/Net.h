// Builds a feed-forward network as an ONNX model: NCHW, batch 1, float32, batch norm already part of the convolutions.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <string>
#include <vector>

namespace bench {

/// A tensor of the network: its name in the graph and its shape, {1, C, H, W} or {1, C}.
struct Tensor {
    std::string name;
    std::vector<int64_t> shape;
};

enum class Activation { None, Relu, Relu6 };

/// Parameters of a convolution with a square window and the same padding on all sides.
struct Window {
    int64_t size = 1, stride = 1, pad = 0, groups = 1;
};

/// Weights are uniform with the variance that keeps activations at their scale (He et al. 2015), from a generator that
/// gives the same numbers on every machine.
class Net {
public:
    /// One input, "input", of 1 x channels x side x side.
    Net(const std::string &name, uint64_t seed, int64_t channels, int64_t side);

    const Tensor &input() const { return inputTensor; }

    /// `gain` scales the variance of the weights: below 1 on branches that are summed, so that sums stay in range.
    Tensor conv(const Tensor &x, int64_t channels, Window window, Activation activation, float gain = 1.0f);
    /// A square depthwise window with as many zeros around as keep the size at stride 1.
    Tensor depthwise(const Tensor &x, int64_t size, int64_t stride, Activation activation);
    Tensor maxPool(const Tensor &x, int64_t size, int64_t stride, int64_t pad, bool ceil);
    Tensor globalAveragePool(const Tensor &x);
    Tensor flatten(const Tensor &x);
    Tensor fullyConnected(const Tensor &x, int64_t units);
    Tensor add(const Tensor &a, const Tensor &b, Activation activation);
    /// Along the channels.
    Tensor concat(const std::vector<Tensor> &parts);
    Tensor softmax(const Tensor &x);

    /// Declares `x` the output, renamed "output", and hands the model out. The net is used up.
    onnx::ModelProto finish(const Tensor &x);

private:
    Tensor node(const char *op, const std::vector<std::string> &inputs, std::vector<int64_t> shape);
    Tensor activate(Tensor x, Activation activation);
    std::string weights(const std::string &name, const std::vector<int64_t> &shape, float bound);
    std::string scalar(const std::string &name, float value);
    void attribute(const char *name, int64_t value);
    void attribute(const char *name, const std::vector<int64_t> &values);
    float uniform();

    onnx::ModelProto model;
    onnx::GraphProto *graph;
    onnx::NodeProto *last = nullptr; // the node that attribute() adds to
    Tensor inputTensor;
    uint64_t state;
    bool hasSix = false;
};

} // namespace bench
