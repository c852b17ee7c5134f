#include "bench/nets/Networks.h"

#include "bench/nets/Net.h"

namespace bench {
namespace {

constexpr Activation none = Activation::None, relu = Activation::Relu, relu6 = Activation::Relu6;

Tensor classify(Net &net, const Tensor &x) { return net.fullyConnected(net.flatten(net.globalAveragePool(x)), 1000); }

/// Howard et al. 2017, width 1.0. Ends in a softmax.
onnx::ModelProto mobilenetV1()
{
    Net net("mobilenet_v1", 1, 3, 224);
    Tensor x = net.conv(net.input(), 32, {3, 2, 1}, relu);
    struct {
        int64_t channels, stride;
    } blocks[] = {{64, 1},  {128, 2}, {128, 1}, {256, 2}, {256, 1},  {512, 2}, {512, 1},
                  {512, 1}, {512, 1}, {512, 1}, {512, 1}, {1024, 2}, {1024, 1}};
    for (auto [channels, stride] : blocks)
        x = net.conv(net.depthwise(x, 3, stride, relu), channels, {}, relu);
    return net.finish(net.softmax(classify(net, x)));
}

/// Sandler et al. 2018, width 1.0.
onnx::ModelProto mobilenetV2()
{
    Net net("mobilenet_v2", 2, 3, 224);
    Tensor x = net.conv(net.input(), 32, {3, 2, 1}, relu6);
    struct {
        int64_t expansion, channels, repeats, stride;
    } stages[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                  {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
    for (auto [expansion, channels, repeats, firstStride] : stages)
        for (int64_t i = 0; i < repeats; ++i) {
            const int64_t stride = i == 0 ? firstStride : 1;
            Tensor y = x;
            if (expansion != 1)
                y = net.conv(y, x.shape[1] * expansion, {}, relu6);
            y = net.depthwise(y, 3, stride, relu6);
            const bool sum = stride == 1 && x.shape[1] == channels;
            y = net.conv(y, channels, {}, none, sum ? 0.5f : 1.0f);
            x = sum ? net.add(x, y, none) : y;
        }
    return net.finish(classify(net, net.conv(x, 1280, {}, relu6)));
}

/// Iandola et al. 2016, version 1.1.
onnx::ModelProto squeezenet()
{
    Net net("squeezenet1_1", 3, 3, 224);
    auto fire = [&](const Tensor &x, int64_t squeeze, int64_t expand) {
        const Tensor narrow = net.conv(x, squeeze, {}, relu);
        const Tensor pixels = net.conv(narrow, expand, {}, relu);
        return net.concat({pixels, net.conv(narrow, expand, {3, 1, 1}, relu)});
    };
    Tensor x = net.maxPool(net.conv(net.input(), 64, {3, 2, 0}, relu), 3, 2, 0, true);
    x = net.maxPool(fire(fire(x, 16, 64), 16, 64), 3, 2, 0, true);
    x = net.maxPool(fire(fire(x, 32, 128), 32, 128), 3, 2, 0, true);
    x = fire(fire(fire(fire(x, 48, 192), 48, 192), 64, 256), 64, 256);
    return net.finish(net.flatten(net.globalAveragePool(net.conv(x, 1000, {}, relu))));
}

/// He et al. 2016: stages of `repeats` blocks; a bottleneck's strided convolution is the 3x3 one (version 1.5).
onnx::ModelProto resnet(const char *name, uint64_t seed, std::vector<int64_t> repeats, bool bottleneck)
{
    Net net(name, seed, 3, 224);
    Tensor x = net.maxPool(net.conv(net.input(), 64, {7, 2, 3}, relu), 3, 2, 1, false);
    for (size_t stage = 0; stage < repeats.size(); ++stage)
        for (int64_t i = 0; i < repeats[stage]; ++i) {
            const int64_t narrow = int64_t(64) << stage, wide = bottleneck ? 4 * narrow : narrow;
            const int64_t stride = i == 0 && stage > 0 ? 2 : 1;
            Tensor y;
            if (bottleneck) {
                y = net.conv(net.conv(x, narrow, {}, relu), narrow, {3, stride, 1}, relu);
                y = net.conv(y, wide, {}, none, 0.3f);
            } else {
                y = net.conv(x, narrow, {3, stride, 1}, relu);
                y = net.conv(y, narrow, {3, 1, 1}, none, 0.3f);
            }
            if (stride != 1 || x.shape[1] != wide)
                x = net.conv(x, wide, {1, stride, 0}, none);
            x = net.add(y, x, relu);
        }
    return net.finish(classify(net, x));
}

onnx::ModelProto resnet18() { return resnet("resnet18", 4, {2, 2, 2, 2}, false); }
onnx::ModelProto resnet50() { return resnet("resnet50", 5, {3, 4, 6, 3}, true); }

} // namespace

const std::vector<Network> &allNetworks()
{
    static const std::vector<Network> networks = {{"mobilenet_v1", mobilenetV1},
                                                  {"mobilenet_v2", mobilenetV2},
                                                  {"squeezenet1_1", squeezenet},
                                                  {"resnet18", resnet18},
                                                  {"resnet50", resnet50}};
    return networks;
}

} // namespace bench
