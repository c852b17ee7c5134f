// DeformConv: a convolution whose taps each output pixel moves by offsets of its own. The moved taps are sampled into
// columns, and what is left is a convolution of one tap over them, which is a matrix product with tuned kernels.
#include "compiler/import/onnx/Convolution.h"
#include "compiler/import/onnx/Layout.h"
#include "compiler/import/onnx/Sampling.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

namespace {

struct Deformation {
    Window window;
    int64_t groups = 1, offsetGroups = 1, taps = 1, channels = 0, outputs = 0, batch = 0;
    Type sum; // that is calculated in

    int64_t spatial() const { return int64_t(window.kernel.size()); }
};

FailureOr<Deformation> readDeformation(const Node &node)
{
    const ArrayRef<int64_t> image = node.shape(0), filter = node.shape(1);
    if (image.size() < 3 || filter.size() != image.size())
        return node.error("the input " + shapeText(image) + " and the filter " + shapeText(filter) +
                          " have to be N x C x D1 x ... and M x C / group x k1 x ...");
    if (image.size() > 5)
        return node.error("the input has " + Twine(image.size() - 2) + " spatial axes; up to three are supported");
    if (llvm::is_contained(image.drop_front(), 0))
        return node.error("the input " + shapeText(image) + " has no pixels to sample");
    if (failed(node.checkShape(image)) || failed(node.checkShape(filter)))
        return failure();
    for (unsigned i = 1; i < node.inputCount(); ++i)
        if (node.hasInput(i) && failed(node.checkSameType(0, i)))
            return failure();
    if (std::optional<Shape> kernel = node.integers("kernel_shape");
        kernel && ArrayRef(*kernel) != filter.drop_front(2))
        return node.error("kernel_shape is " + shapeText(*kernel) + " but the filter is " + shapeText(filter));
    Deformation d;
    d.groups = node.integer("group", 1);
    d.offsetGroups = node.integer("offset_group", 1);
    d.batch = image[0];
    d.channels = image[1];
    d.outputs = filter[0];
    d.sum = accumulatorOf(node.element(0));
    if (d.groups < 1 || d.channels % d.groups != 0 || d.outputs % d.groups != 0 || filter[1] != d.channels / d.groups)
        return node.error("the filter " + shapeText(filter) + " does not fit " + Twine(d.channels) +
                          " input channels in " + Twine(d.groups) + " groups");
    if (d.offsetGroups < 1 || d.channels % d.offsetGroups != 0)
        return node.error("offset_group is " + Twine(d.offsetGroups) + "; it has to divide the " + Twine(d.channels) +
                          " input channels");
    FailureOr<Window> window = readWindow(node, image.drop_front(2), filter.drop_front(2));
    if (failed(window))
        return failure();
    d.window = *window;
    d.taps = ShapedType::getNumElements(d.window.kernel);
    return d;
}

/// Whether input i is N x channels x output, as offsets and mask have to be.
LogicalResult checkMap(const Node &node, const Deformation &d, unsigned i, StringRef what, int64_t channels)
{
    Shape expected{d.batch, channels};
    llvm::append_range(expected, d.window.output);
    if (node.shape(i) == ArrayRef(expected))
        return success();
    return node.error("the " + what + " " + shapeText(node.shape(i)) + " has to be " + shapeText(expected));
}

/// The samples that the output pixels are made of: [N, pixels, group, tap, channel of the group].
Value sampleColumns(Node &node, const Deformation &d)
{
    GraphBuilder &g = node.g;
    const Window &w = d.window;
    const int64_t pixels = ShapedType::getNumElements(w.output), axes = d.spatial();
    const int64_t groupChannels = d.channels / d.groups, offsetChannels = d.channels / d.offsetGroups;
    Value image = toChannelsLast(g, node.input(0));
    const Shape from(GraphBuilder::shapeOf(image));
    // One axis for all pixels, and the maps' channels split.
    Value offset = g.reshape(node.input(2), {d.batch, d.offsetGroups, d.taps, axes, pixels});
    Value mask = node.input(4);
    if (mask)
        mask = g.reshape(mask, {d.batch, d.offsetGroups, d.taps, pixels});
    const Sampling sampling; // linear, zeros outside
    auto type = RankedTensorType::get({d.batch, pixels, d.groups, d.taps, groupChannels}, d.sum);
    return g.generate(type, [&](OpBuilder &b, Location loc, ValueRange index) {
        const ScalarMath m{b, loc};
        auto number = [&](int64_t value) { return GraphBuilder::scalar(b, loc, b.getIndexType(), value); };
        Value batch = index[0], pixel = index[1], tap = index[3];
        Value channel = m.add(m.multiply(index[2], number(groupChannels)), index[4]);
        // Taps that all channels of a group share are worked out once for them.
        Value offsetGroup = offsetChannels % groupChannels == 0
                                ? m.divide(index[2], number(offsetChannels / groupChannels))
                                : m.divide(channel, number(offsetChannels));
        SmallVector<SampleTaps> taps(axes);
        Value pixelLeft = pixel, tapLeft = tap; // the outer axes of what is already taken apart
        for (size_t a = size_t(axes); a-- > 0;) {
            Value output = m.remainder(pixelLeft, number(w.output[a])), k = m.remainder(tapLeft, number(w.kernel[a]));
            pixelLeft = m.divide(pixelLeft, number(w.output[a]));
            tapLeft = m.divide(tapLeft, number(w.kernel[a]));
            Value origin =
                m.subtract(m.add(m.multiply(output, number(w.strides[a])), m.multiply(k, number(w.dilations[a]))),
                           number(w.low[a]));
            Value moved = GraphBuilder::at(b, loc, offset, {batch, offsetGroup, tap, number(int64_t(a)), pixel});
            Value coordinate = m.add(GraphBuilder::castScalar(b, loc, origin, d.sum), m.widen(moved));
            taps[a] = sampling.taps(m, coordinate, from[a + 1]);
        }
        Value sample = sampled(m, taps, [&](ValueRange at) {
            SmallVector<Value> position{batch};
            llvm::append_range(position, at);
            position.push_back(channel);
            return m.widen(GraphBuilder::at(b, loc, image, position));
        });
        if (mask)
            sample = m.multiply(sample, m.widen(GraphBuilder::at(b, loc, mask, {batch, offsetGroup, tap, pixel})));
        return sample;
    });
}

} // namespace

Outputs importDeformConv(Node &node)
{
    GraphBuilder &g = node.g;
    FailureOr<Deformation> deformation = readDeformation(node);
    if (failed(deformation))
        return failure();
    const Deformation &d = *deformation;
    Shape output{d.batch};
    llvm::append_range(output, d.window.output);
    output.push_back(d.outputs);
    if (failed(node.checkShape(output)) ||
        failed(checkMap(node, d, 2, "offset", d.offsetGroups * d.taps * d.spatial())) ||
        (node.hasInput(4) && failed(checkMap(node, d, 4, "mask", d.offsetGroups * d.taps))))
        return failure();
    const int64_t pixels = ShapedType::getNumElements(d.window.output), depth = d.taps * (d.channels / d.groups);
    if (failed(node.checkShape({d.batch, pixels, d.groups, depth})))
        return failure();
    if (node.hasInput(3) && node.shape(3) != ArrayRef<int64_t>{d.outputs})
        return node.error("the bias " + shapeText(node.shape(3)) + " has to have one element for each of the " +
                          Twine(d.outputs) + " output channels");

    // [M, C / group, kernel...] as [M, kernel..., C / group], the order of the columns.
    Shape order{0};
    for (int64_t a = 0; a < d.spatial(); ++a)
        order.push_back(a + 2);
    order.push_back(1);
    Value filter = g.cast(arrangeFilter(g, node.input(1), order, {d.outputs, 1, 1, depth}), d.sum);
    Value columns = g.reshape(sampleColumns(node, d), {d.batch, 1, pixels, d.groups * depth});
    Value bias = node.input(3);
    if (bias)
        bias = g.cast(bias, d.sum);
    Value result = convolvePixels(g, columns, filter, bias, d.groups);
    return SmallVector<Value>{toChannelsFirst(g, g.cast(g.reshape(result, output), node.element(0)))};
}

} // namespace barecc::onnx_import
