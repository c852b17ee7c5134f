#include "plan_networks.h"

using namespace barecc::plan;
using namespace barecc::plan::testing;

BufferId Net::buffer(int64_t bytes, std::string name)
{
    if (name.empty())
        name = "t" + std::to_string(problem.buffers.size());
    problem.buffers.push_back({std::move(name), bytes, alignment, false, false});
    return static_cast<BufferId>(problem.buffers.size() - 1);
}

BufferId Net::input(int64_t bytes)
{
    BufferId id = buffer(bytes);
    problem.buffers[id].isInput = true;
    return id;
}

StepId Net::step(std::vector<BufferId> reads, std::vector<BufferId> writes, int64_t workspace)
{
    std::string name = "step" + std::to_string(problem.steps.size());
    problem.steps.push_back({std::move(name), std::move(reads), std::move(writes), workspace, alignment, {}});
    return static_cast<StepId>(problem.steps.size() - 1);
}

BufferId Net::call(std::vector<BufferId> reads, int64_t bytes, int64_t workspace)
{
    BufferId out = buffer(bytes);
    step(std::move(reads), {out}, workspace);
    return out;
}

BufferId Net::inPlace(std::vector<BufferId> reads, int64_t bytes)
{
    BufferId out = call(reads, bytes);
    for (BufferId in : reads)
        problem.steps.back().mayAlias.push_back({out, in});
    return out;
}

namespace {

/// A feature map: a buffer and its shape.
struct Map {
    BufferId id;
    int64_t side;
    int64_t channels;
};

/// A Net in terms of feature maps.
class MapNet : public Net {
public:
    MapNet() : Net(16) {}

    Map image(int64_t side, int64_t channels) { return {input(side * side * channels), side, channels}; }

    Map conv(Map in, int64_t channels, int64_t stride = 1, int64_t workspace = 0)
    {
        int64_t side = (in.side + stride - 1) / stride;
        return {call({in.id}, side * side * channels, workspace), side, channels};
    }
    Map depthwise(Map in, int64_t stride = 1)
    {
        if (stride != 1)
            return conv(in, in.channels, stride);
        return {inPlace({in.id}, bytesOf(in.id)), in.side, in.channels};
    }
    Map add(Map a, Map b) { return {inPlace({a.id, b.id}, bytesOf(a.id)), a.side, a.channels}; }
    Map upsample(Map in) { return {call({in.id}, 4 * bytesOf(in.id)), 2 * in.side, in.channels}; }
    /// A conv into its channels of a buffer that others write too.
    void convInto(Map in, BufferId target) { step({in.id}, {target}); }
    Map join(std::vector<Map> parts)
    {
        std::vector<BufferId> ids;
        int64_t channels = 0;
        for (Map part : parts) {
            ids.push_back(part.id);
            channels += part.channels;
        }
        int64_t side = parts[0].side;
        return {call(ids, side * side * channels), side, channels};
    }
    Map newMap(int64_t side, int64_t channels) { return {buffer(side * side * channels), side, channels}; }

    NamedProblem finish(std::string name, std::vector<Map> outputs)
    {
        for (Map map : outputs)
            output(map.id);
        return {std::move(name), std::move(problem)};
    }
};

NamedProblem mobilenetV1()
{
    MapNet net;
    Map x = net.conv(net.image(224, 3), 32, 2);
    int64_t channels[] = {64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024};
    int64_t strides[] = {1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1};
    for (int i = 0; i < 13; ++i)
        x = net.conv(net.depthwise(x, strides[i]), channels[i]);
    return net.finish("mobilenet v1", {net.conv(x, 1000, 7)});
}

Map invertedResidual(MapNet &net, Map x, int64_t channels, int64_t stride, int64_t expansion = 6)
{
    Map y = net.conv(net.depthwise(net.conv(x, x.channels * expansion), stride), channels);
    return stride == 1 && channels == x.channels ? net.add(y, x) : y;
}

/// The maps of the last strides of a MobileNetV2-like backbone.
std::vector<Map> backbone(MapNet &net, int64_t side, int repeats)
{
    Map x = net.conv(net.image(side, 3), 32, 2);
    std::vector<Map> maps;
    for (int64_t channels : {24, 40, 112, 320}) {
        x = invertedResidual(net, x, channels, 2);
        for (int i = 1; i < repeats; ++i)
            x = invertedResidual(net, x, channels, 1);
        maps.push_back(x);
    }
    return maps;
}

NamedProblem resnet(std::string name, std::vector<int> blocks, bool bottleneck)
{
    MapNet net;
    Map x = net.conv(net.conv(net.image(224, 3), 64, 2), 64, 2);
    int64_t channels = 64;
    for (size_t stage = 0; stage < blocks.size(); ++stage, channels *= 2) {
        for (int block = 0; block < blocks[stage]; ++block) {
            int64_t stride = stage > 0 && block == 0 ? 2 : 1;
            int64_t out = bottleneck ? 4 * channels : channels;
            Map shortcut = out != x.channels ? net.conv(x, out, stride) : x;
            Map y = net.conv(x, channels, stride, 9 * 64);
            if (bottleneck)
                y = net.conv(y, channels);
            x = net.add(net.conv(y, out), shortcut);
        }
    }
    return net.finish(std::move(name), {x});
}

NamedProblem squeezenet()
{
    MapNet net;
    Map x = net.conv(net.conv(net.image(224, 3), 64, 2), 64, 2);
    for (int fire = 0; fire < 8; ++fire) {
        if (fire == 2 || fire == 4)
            x = net.conv(x, x.channels, 2);
        int64_t squeeze = 16 * (1 + fire / 2);
        Map s = net.conv(x, squeeze);
        x = net.newMap(s.side, 8 * squeeze);
        net.convInto(s, x.id);
        net.convInto(s, x.id);
    }
    return net.finish("squeezenet", {x});
}

NamedProblem densenet(bool directly)
{
    MapNet net;
    Map x = net.conv(net.conv(net.image(224, 3), 64, 2), 64, 2);
    for (int layers : {6, 12, 24, 16}) {
        int64_t inChannels = x.channels;
        if (directly) {
            // One buffer a block; each layer reads what is there and writes its own channels.
            Map block = net.newMap(x.side, inChannels + 32 * layers);
            net.convInto(x, block.id);
            for (int layer = 0; layer < layers; ++layer) {
                Map normed = net.conv(block, inChannels + 32 * layer);
                net.convInto(net.conv(normed, 128), block.id);
            }
            x = block;
        } else {
            for (int layer = 0; layer < layers; ++layer)
                x = net.join({x, net.conv(net.conv(net.conv(x, x.channels), 128), 32)});
        }
        x = net.conv(net.conv(x, x.channels / 2), x.channels / 2, 2);
    }
    return net.finish(directly ? "densenet, concat in place" : "densenet, concat copies", {x});
}

NamedProblem inception()
{
    MapNet net;
    Map x = net.conv(net.conv(net.image(299, 3), 64, 2), 192, 4);
    for (int module = 0; module < 9; ++module) {
        int64_t stride = module == 3 || module == 7 ? 2 : 1;
        Map a = net.conv(net.conv(x, 96), 128 + 16 * module, stride);
        Map b = net.conv(net.conv(net.conv(x, 16 + 8 * module), 48), 64, stride);
        Map c = net.conv(net.conv(x, x.channels, stride), 64);
        Map d = net.conv(x, 64, stride);
        x = net.join({a, b, c, d});
    }
    return net.finish("inception", {x});
}

NamedProblem unet(bool directly)
{
    MapNet net;
    Map x = net.conv(net.image(256, 3), 16);
    std::vector<Map> skips;
    for (int64_t channels = 16; channels <= 256; channels *= 2) {
        x = net.conv(net.conv(x, channels), channels);
        if (directly) {
            // Half of the buffer that the decoder completes.
            Map joined = net.newMap(x.side, 2 * channels);
            net.convInto(x, joined.id);
            skips.push_back(joined);
        } else {
            skips.push_back(x);
        }
        x = net.conv(x, channels, 2);
    }
    while (!skips.empty()) {
        Map skip = skips.back();
        skips.pop_back();
        int64_t channels = directly ? skip.channels / 2 : skip.channels;
        if (directly) {
            net.convInto(net.conv(x, channels), skip.id);
            x = skip;
        } else {
            x = net.join({net.upsample(net.conv(x, channels)), skip});
        }
        x = net.conv(net.conv(x, channels), channels);
    }
    return net.finish(directly ? "u-net, concat in place" : "u-net, concat copies", {x});
}

/// Single-shot detector: two heads at each of six scales, all written into two common outputs.
NamedProblem ssd(bool headsLast)
{
    MapNet net;
    std::vector<Map> maps = backbone(net, 304, 4);
    maps.erase(maps.begin(), maps.begin() + 2);
    for (int extra = 0; extra < 4; ++extra)
        maps.push_back(net.conv(net.conv(maps.back(), 128), 256, 2));
    int64_t anchors = 0;
    for (Map map : maps)
        anchors += map.side * map.side * 6;
    Map boxes{net.buffer(4 * anchors), 1, 0}, scores{net.buffer(91 * anchors), 1, 0};
    for (Map map : maps) {
        net.convInto(net.depthwise(headsLast ? map : net.conv(map, map.channels)), boxes.id);
        net.convInto(net.conv(map, map.channels), scores.id);
    }
    return net.finish(headsLast ? "ssd, heads in place" : "ssd", {boxes, scores});
}

/// Detector with a pyramid that is gone through up and down `rounds` times, and deep heads at every level.
NamedProblem pyramidDetector(std::string name, int repeats, int rounds, int headDepth)
{
    MapNet net;
    std::vector<Map> levels;
    for (Map map : backbone(net, 512, repeats))
        levels.push_back(net.conv(map, 64));
    for (int round = 0; round < rounds; ++round) {
        std::vector<Map> down = levels;
        for (size_t i = levels.size() - 1; i-- > 0;)
            down[i] = net.conv(net.depthwise(net.add(net.upsample(down[i + 1]), levels[i])), 64);
        for (size_t i = 1; i < levels.size(); ++i) {
            Map sum = net.add(net.add(net.conv(levels[i - 1], 64, 2), down[i]), levels[i]);
            levels[i] = net.conv(net.depthwise(sum), 64);
        }
        levels[0] = down[0];
    }
    std::vector<Map> outputs;
    for (Map level : levels) {
        for (int64_t channels : {36, 810}) {
            Map x = level;
            for (int i = 0; i < headDepth; ++i)
                x = net.conv(net.depthwise(x), 64);
            outputs.push_back(net.conv(x, channels));
        }
    }
    return net.finish(std::move(name), outputs);
}

NamedProblem transformer(int layers)
{
    MapNet net;
    int64_t tokens = 196, width = 192, heads = 3;
    Net &n = net;
    BufferId x = n.call({n.input(224 * 224 * 3)}, tokens * width);
    for (int layer = 0; layer < layers; ++layer) {
        BufferId normed = n.call({x}, tokens * width);
        BufferId q = n.call({normed}, tokens * width), k = n.call({normed}, tokens * width);
        BufferId v = n.call({normed}, tokens * width), kt = n.call({k}, tokens * width);
        BufferId weights = n.inPlace({n.inPlace({n.call({q, kt}, heads * tokens * tokens)}, heads * tokens * tokens)},
                                     heads * tokens * tokens);
        BufferId attended = n.call({n.call({weights, v}, tokens * width)}, tokens * width);
        x = n.inPlace({attended, x}, tokens * width);
        BufferId hidden = n.call({n.call({x}, tokens * width)}, 4 * tokens * width);
        x = n.inPlace({n.call({n.inPlace({hidden}, 4 * tokens * width)}, tokens * width), x}, tokens * width);
    }
    return net.finish("vision transformer", {{n.call({x}, 1000), 1, 1000}});
}

NamedProblem shufflenet()
{
    MapNet net;
    Map x = net.conv(net.conv(net.image(224, 3), 24, 2), 24, 2);
    for (int stage = 0; stage < 3; ++stage) {
        for (int unit = 0; unit < 4 + 4 * (stage == 1); ++unit) {
            int64_t stride = unit == 0 ? 2 : 1;
            int64_t channels = unit == 0 ? 116 << stage : x.channels / 2;
            Map left = stride == 2 ? net.conv(net.depthwise(x, 2), channels) : net.conv(x, channels);
            Map right = net.conv(net.depthwise(net.conv(x, channels), stride), channels);
            x = net.conv(net.join({left, right}), 2 * channels);
        }
    }
    return net.finish("shufflenet", {x});
}

} // namespace

std::vector<NamedProblem> barecc::plan::testing::networks()
{
    std::vector<NamedProblem> all;
    all.push_back(mobilenetV1());
    MapNet v2;
    std::vector<Map> maps = backbone(v2, 224, 4);
    all.push_back(v2.finish("mobilenet v2", {v2.conv(maps.back(), 1000, 7)}));
    all.push_back(resnet("resnet18", {2, 2, 2, 2}, false));
    all.push_back(resnet("resnet152", {3, 8, 36, 3}, true));
    all.push_back(squeezenet());
    all.push_back(densenet(false));
    all.push_back(densenet(true));
    all.push_back(inception());
    all.push_back(unet(false));
    all.push_back(unet(true));
    all.push_back(ssd(false));
    all.push_back(ssd(true));
    all.push_back(pyramidDetector("efficientdet-like", 4, 3, 3));
    all.push_back(pyramidDetector("large detector", 30, 16, 8));
    all.push_back(pyramidDetector("huge detector", 60, 25, 12));
    all.push_back(transformer(12));
    all.push_back(transformer(100));
    all.back().name += ", 100 layers";
    all.push_back(shufflenet());
    return all;
}

AllocationProblem barecc::plan::testing::randomProblem(std::mt19937 &random, uint32_t steps, uint32_t reach,
                                                       int64_t maxBytes, int64_t alignment)
{
    // std::uniform_int_distribution differs between libraries; the remainder does not.
    auto below = [&](uint32_t end) { return static_cast<uint32_t>(random() % end); };
    Net net(alignment);
    auto size = [&] { return static_cast<int64_t>(random() % static_cast<uint64_t>(maxBytes + 1)); };
    std::vector<BufferId> values = {net.input(size())};
    if (below(2))
        values.push_back(net.input(size()));
    for (uint32_t i = 0; i < steps; ++i) {
        std::vector<BufferId> reads;
        for (uint32_t count = 1 + below(3); count > 0; --count)
            reads.push_back(values[values.size() - 1 - below(std::min<uint32_t>(reach, values.size()))]);
        bool writesPart = below(8) == 0 && std::find(reads.begin(), reads.end(), values.back()) == reads.end();
        if (writesPart) {
            net.step(reads, {values.back()});
            continue;
        }
        std::vector<BufferId> writes = {net.buffer(size())};
        if (below(6) == 0)
            writes.push_back(net.buffer(size()));
        net.step(reads, writes, below(4) == 0 ? size() : 0);
        for (BufferId write : writes)
            for (BufferId read : reads)
                if (below(2))
                    net.problem.steps.back().mayAlias.push_back({write, read});
        values.insert(values.end(), writes.begin(), writes.end());
    }
    net.output(values.back());
    if (below(2))
        net.output(values[below(values.size())]);
    if (steps > 2 && below(3) == 0)
        net.problem.extraEdges.push_back({below(steps / 2), steps / 2 + below(steps / 2)});
    return std::move(net.problem);
}
