#include "bench/nets/Net.h"

#include <cmath>

namespace bench {

Net::Net(const std::string &name, uint64_t seed, int64_t channels, int64_t side)
    : graph(model.mutable_graph()), inputTensor{"input", {1, channels, side, side}}, state(seed)
{
    model.set_ir_version(8);
    model.set_producer_name("barecc bench");
    onnx::OperatorSetIdProto *opset = model.add_opset_import();
    opset->set_domain("");
    opset->set_version(17);
    graph->set_name(name);
    onnx::ValueInfoProto *info = graph->add_input();
    info->set_name(inputTensor.name);
    onnx::TypeProto_Tensor *type = info->mutable_type()->mutable_tensor_type();
    type->set_elem_type(onnx::TensorProto::FLOAT);
    for (int64_t size : inputTensor.shape)
        type->mutable_shape()->add_dim()->set_dim_value(size);
}

/// In [-1, 1), by SplitMix64 (Steele, Lea, Flood 2014).
float Net::uniform()
{
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return static_cast<float>(static_cast<int64_t>(z >> 40) - (1 << 23)) / static_cast<float>(1 << 23);
}

std::string Net::weights(const std::string &name, const std::vector<int64_t> &shape, float bound)
{
    onnx::TensorProto *tensor = graph->add_initializer();
    tensor->set_name(name);
    tensor->set_data_type(onnx::TensorProto::FLOAT);
    int64_t count = 1;
    for (int64_t size : shape) {
        tensor->add_dims(size);
        count *= size;
    }
    std::vector<float> values(static_cast<size_t>(count));
    for (float &value : values)
        value = bound * uniform();
    tensor->set_raw_data(values.data(), values.size() * sizeof(float));
    return name;
}

std::string Net::scalar(const std::string &name, float value)
{
    onnx::TensorProto *tensor = graph->add_initializer();
    tensor->set_name(name);
    tensor->set_data_type(onnx::TensorProto::FLOAT);
    tensor->set_raw_data(&value, sizeof value);
    return name;
}

Tensor Net::node(const char *op, const std::vector<std::string> &inputs, std::vector<int64_t> shape)
{
    last = graph->add_node();
    last->set_op_type(op);
    last->set_name(op + std::string("_") + std::to_string(graph->node_size()));
    for (const std::string &input : inputs)
        last->add_input(input);
    last->add_output(last->name() + "_out");
    return {last->output(0), std::move(shape)};
}

void Net::attribute(const char *name, int64_t value)
{
    onnx::AttributeProto *attribute = last->add_attribute();
    attribute->set_name(name);
    attribute->set_type(onnx::AttributeProto::INT);
    attribute->set_i(value);
}

void Net::attribute(const char *name, const std::vector<int64_t> &values)
{
    onnx::AttributeProto *attribute = last->add_attribute();
    attribute->set_name(name);
    attribute->set_type(onnx::AttributeProto::INTS);
    for (int64_t value : values)
        attribute->add_ints(value);
}

Tensor Net::activate(Tensor x, Activation activation)
{
    if (activation == Activation::None)
        return x;
    if (activation == Activation::Relu)
        return node("Relu", {x.name}, x.shape);
    if (!hasSix) {
        scalar("zero", 0.0f);
        scalar("six", 6.0f);
        hasSix = true;
    }
    return node("Clip", {x.name, "zero", "six"}, x.shape);
}

Tensor Net::conv(const Tensor &x, int64_t channels, Window window, Activation activation, float gain)
{
    const int64_t groupChannels = x.shape[1] / window.groups;
    const std::string base = "conv" + std::to_string(graph->node_size());
    // Variance of the uniform distribution on [-b, b] is b^2 / 3; a rectifier halves the second moment.
    const float variance = (activation == Activation::None ? 1.0f : 2.0f) * gain /
                           static_cast<float>(groupChannels * window.size * window.size);
    const std::string filter =
        weights(base + ".weight", {channels, groupChannels, window.size, window.size}, std::sqrt(3.0f * variance));
    const std::string bias = weights(base + ".bias", {channels}, 0.1f);
    auto sizeOf = [&](int64_t in) { return (in + 2 * window.pad - window.size) / window.stride + 1; };
    Tensor y = node("Conv", {x.name, filter, bias}, {1, channels, sizeOf(x.shape[2]), sizeOf(x.shape[3])});
    attribute("kernel_shape", {window.size, window.size});
    attribute("strides", {window.stride, window.stride});
    attribute("pads", {window.pad, window.pad, window.pad, window.pad});
    attribute("group", window.groups);
    return activate(y, activation);
}

Tensor Net::depthwise(const Tensor &x, int64_t size, int64_t stride, Activation activation)
{
    return conv(x, x.shape[1], {size, stride, (size - 1) / 2, x.shape[1]}, activation);
}

Tensor Net::maxPool(const Tensor &x, int64_t size, int64_t stride, int64_t pad, bool ceil)
{
    auto sizeOf = [&](int64_t in) { return (in + 2 * pad - size + (ceil ? stride - 1 : 0)) / stride + 1; };
    Tensor y = node("MaxPool", {x.name}, {1, x.shape[1], sizeOf(x.shape[2]), sizeOf(x.shape[3])});
    attribute("kernel_shape", {size, size});
    attribute("strides", {stride, stride});
    attribute("pads", {pad, pad, pad, pad});
    attribute("ceil_mode", ceil ? 1 : 0);
    return y;
}

Tensor Net::globalAveragePool(const Tensor &x) { return node("GlobalAveragePool", {x.name}, {1, x.shape[1], 1, 1}); }

Tensor Net::flatten(const Tensor &x)
{
    int64_t count = 1;
    for (int64_t size : x.shape)
        count *= size;
    return node("Flatten", {x.name}, {1, count});
}

Tensor Net::fullyConnected(const Tensor &x, int64_t units)
{
    const std::string base = "fc" + std::to_string(graph->node_size());
    const std::string filter =
        weights(base + ".weight", {units, x.shape[1]}, std::sqrt(3.0f / static_cast<float>(x.shape[1])));
    const std::string bias = weights(base + ".bias", {units}, 0.1f);
    Tensor y = node("Gemm", {x.name, filter, bias}, {1, units});
    attribute("transB", 1);
    return y;
}

Tensor Net::add(const Tensor &a, const Tensor &b, Activation activation)
{
    return activate(node("Add", {a.name, b.name}, a.shape), activation);
}

Tensor Net::concat(const std::vector<Tensor> &parts)
{
    std::vector<std::string> names;
    std::vector<int64_t> shape = parts.front().shape;
    shape[1] = 0;
    for (const Tensor &part : parts) {
        names.push_back(part.name);
        shape[1] += part.shape[1];
    }
    Tensor y = node("Concat", names, shape);
    attribute("axis", 1);
    return y;
}

Tensor Net::softmax(const Tensor &x)
{
    Tensor y = node("Softmax", {x.name}, x.shape);
    attribute("axis", -1);
    return y;
}

onnx::ModelProto Net::finish(const Tensor &x)
{
    for (onnx::NodeProto &each : *graph->mutable_node())
        if (each.output(0) == x.name)
            each.set_output(0, "output");
    onnx::ValueInfoProto *info = graph->add_output();
    info->set_name("output");
    onnx::TypeProto_Tensor *type = info->mutable_type()->mutable_tensor_type();
    type->set_elem_type(onnx::TensorProto::FLOAT);
    for (int64_t size : x.shape)
        type->mutable_shape()->add_dim()->set_dim_value(size);
    return std::move(model);
}

} // namespace bench
