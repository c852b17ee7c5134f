// Conv and ConvTranspose, and the table of everything with a window.
#include "compiler/import/onnx/Convolution.h"

#include "compiler/import/onnx/Activation.h"
#include "compiler/import/onnx/Arithmetic.h"
#include "compiler/import/onnx/Layout.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

/// Checks operands that convolutions have in common and gives the number of groups. The filter's axis `inputAxis`
/// holds the input channels, of which the convolution divides each group's part from the others.
static FailureOr<int64_t> checkOperands(const Node &node, Value input, Value filter, Value bias)
{
    const ArrayRef<int64_t> image = GraphBuilder::shapeOf(input), weights = GraphBuilder::shapeOf(filter);
    const Type element = GraphBuilder::elementOf(input);
    const bool mixed = GraphBuilder::elementOf(filter) != element || (bias && GraphBuilder::elementOf(bias) != element);
    if (isa<FloatType>(element) ? mixed : isa<FloatType>(GraphBuilder::elementOf(filter)))
        return node.error("input, filter and bias have different element types");
    if (image.size() < 3)
        return node.error("the input " + shapeText(image) + " has no spatial axis; it has to be N x C x D1 x ...");
    if (weights.size() != image.size())
        return node.error("the filter " + shapeText(weights) + " has another rank than the input " + shapeText(image));
    if (failed(node.checkShape(image)) || failed(node.checkShape(weights)))
        return failure();
    const int64_t groups = node.integer("group", 1);
    if (groups < 1 || groups > std::max<int64_t>(image[1], 1) || image[1] % groups != 0)
        return node.error("group is " + Twine(groups) + "; it has to divide the " + Twine(image[1]) +
                          " input channels");
    if (std::optional<Shape> kernel = node.integers("kernel_shape");
        kernel && ArrayRef(*kernel) != weights.drop_front(2))
        return node.error("kernel_shape is " + shapeText(*kernel) + " but the filter is " + shapeText(weights));
    if (bias && GraphBuilder::typeOf(bias).getRank() != 1)
        return node.error("the bias " + shapeText(GraphBuilder::shapeOf(bias)) + " has to have one axis");
    return groups;
}

/// Two-dimensional lists from one- or two-dimensional ones: the first axis has extent 1 where it is missing.
static Shape twoAxes(ArrayRef<int64_t> values, int64_t missing)
{
    return values.size() == 1 ? Shape{missing, values[0]} : Shape(values);
}

/// top, left, bottom, right.
static Shape twoAxesPadding(const Window &w)
{
    Shape padding = twoAxes(w.low, 0);
    llvm::append_range(padding, twoAxes(w.high, 0));
    return padding;
}

static Shape imageShape(int64_t batch, ArrayRef<int64_t> spatial, int64_t channels)
{
    Shape shape{batch};
    llvm::append_range(shape, spatial);
    shape.push_back(channels);
    return shape;
}

/// nn operations take 32-bit floats over one or two spatial axes.
static bool isKernelCase(Value input)
{
    return GraphBuilder::elementOf(input).isF32() && GraphBuilder::typeOf(input).getRank() <= 4;
}

static Value addBias(GraphBuilder &g, Value output, Value bias)
{
    return bias ? add(g, output, g.cast(bias, GraphBuilder::elementOf(output))) : output;
}

/// A convolution of f32 images [N, H, W, C], or [N, W, C] over one axis, on a kernel. The filter is ONNX's; bias and
/// residual, which has the shape of the result [N, H, W, M], may be null.
static Value convolveOnKernel(GraphBuilder &g, Value image, Value filter, Value bias, Value residual, const Window &w,
                              int64_t groups)
{
    const Shape weights(GraphBuilder::shapeOf(filter)), from(GraphBuilder::shapeOf(image));
    const int64_t batch = from.front(), channels = from.back(), outputs = weights[0];
    Value flat = g.reshape(image, imageShape(batch, twoAxes(ArrayRef(from).slice(1, w.kernel.size()), 1), channels));
    auto type = GraphBuilder::typeOf(image).clone(imageShape(batch, twoAxes(w.output, 1), outputs));
    const Shape strides = twoAxes(w.strides, 1), dilations = twoAxes(w.dilations, 1), padding = twoAxesPadding(w);
    Shape order;
    for (size_t d = 2; d < weights.size(); ++d)
        order.push_back(int64_t(d));
    if (groups == channels && groups > 1) {
        order.insert(order.begin(), 1);
        order.push_back(0);
        Shape shape = twoAxes(w.kernel, 1);
        shape.push_back(outputs);
        Value taps = arrangeFilter(g, filter, order, shape);
        return nn::DepthwiseConv2DOp::create(g.b, g.loc, type, flat, taps, bias, residual, strides, padding, dilations,
                                             FloatAttr(), FloatAttr());
    }
    order.insert(order.begin(), 0);
    order.push_back(1);
    Value taps = arrangeFilter(g, filter, order, imageShape(outputs, twoAxes(w.kernel, 1), weights[1]));
    return nn::Conv2DOp::create(g.b, g.loc, type, flat, taps, bias, residual, strides, padding, dilations, groups,
                                FloatAttr(), FloatAttr());
}

/// Filters with more planes than this are left to the general loops; it keeps the number of operations in bounds.
static constexpr int64_t maxPlanes = 32;

/// Over three axes: for each tap along the first, a convolution of planes, and their sum.
static Value convolveVolume(GraphBuilder &g, Value image, Value filter, Value bias, const Window &w, int64_t groups)
{
    auto rest = [](const Shape &list) { return Shape(ArrayRef(list).drop_front()); };
    const Window plane{rest(w.kernel), rest(w.strides), rest(w.dilations), rest(w.low), rest(w.high), rest(w.output)};
    const Type element = GraphBuilder::elementOf(image);
    Value padded =
        g.pad(image, {0, w.low[0], 0, 0, 0}, {0, w.high[0], 0, 0, 0}, GraphBuilder::scalarAttr(element, 0.0));
    Shape planes(GraphBuilder::shapeOf(padded)), taps(GraphBuilder::shapeOf(filter));
    planes[1] = w.output[0];
    taps[2] = 1;
    const Shape joined{planes[0] * planes[1], planes[2], planes[3], planes[4]};
    const Shape kernel{taps[0], taps[1], taps[3], taps[4]};
    Value sum;
    for (int64_t k = 0; k < w.kernel[0]; ++k) {
        Value images = g.slice(padded, {0, k * w.dilations[0], 0, 0, 0}, planes, {1, w.strides[0], 1, 1, 1});
        Value tap = g.slice(filter, {0, 0, k, 0, 0}, taps, Shape(5, 1));
        sum = convolveOnKernel(g, g.reshape(images, joined), g.reshape(tap, kernel), sum ? Value() : bias, sum, plane,
                               groups);
    }
    return sum;
}

FailureOr<Value> convolution(const Node &node, Value input, Value filter, Value bias, IntegerForm integers)
{
    GraphBuilder &g = node.g;
    FailureOr<int64_t> groups = checkOperands(node, input, filter, bias);
    if (failed(groups))
        return failure();
    const Shape weights(GraphBuilder::shapeOf(filter));
    const int64_t channels = GraphBuilder::shapeOf(input)[1], outputs = weights[0];
    if (weights[1] != channels / *groups || outputs % *groups != 0)
        return node.error("the filter " + shapeText(weights) + " does not fit " + Twine(channels) +
                          " input channels in " + Twine(*groups) + " groups");
    if (bias && GraphBuilder::shapeOf(bias)[0] != outputs)
        return node.error("the bias has " + Twine(GraphBuilder::shapeOf(bias)[0]) + " elements for " + Twine(outputs) +
                          " output channels");
    FailureOr<Window> window =
        readWindow(node, GraphBuilder::shapeOf(input).drop_front(2), ArrayRef(weights).drop_front(2));
    if (failed(window))
        return failure();
    const Window &w = *window;
    const Type element = GraphBuilder::elementOf(input);
    for (Value *operand : {&input, &filter, &bias})
        *operand = widened(g, *operand);
    Value image = toChannelsLast(g, input);
    if (failed(checkWindow(node, w, GraphBuilder::shapeOf(image), outputs)))
        return failure();

    Value result;
    if (isKernelCase(input)) {
        result = convolveOnKernel(g, image, filter, bias, Value(), w, *groups);
    } else if (GraphBuilder::elementOf(input).isF32() && w.kernel.size() == 3 && w.kernel[0] <= maxPlanes) {
        result = convolveVolume(g, image, filter, bias, w, *groups);
    } else {
        Shape channelsLast{0};
        for (size_t d = 2; d < weights.size(); ++d)
            channelsLast.push_back(int64_t(d));
        channelsLast.push_back(1);
        const Type sum = accumulatorOf(GraphBuilder::elementOf(input));
        Value arranged = g.transpose(filter, channelsLast);
        Value sums = addBias(g, convolve(g, image, arranged, w, *groups, sum, integers), bias);
        return toChannelsFirst(g, isa<FloatType>(element) ? g.cast(sums, element) : sums);
    }
    result = g.reshape(result, imageShape(GraphBuilder::shapeOf(image)[0], w.output, outputs));
    return toChannelsFirst(g, g.cast(result, element));
}

Value convolvePixels(GraphBuilder &g, Value image, Value filter, Value bias, int64_t groups)
{
    const Type element = GraphBuilder::elementOf(image);
    Shape shape(GraphBuilder::shapeOf(image));
    const Shape ones(2, 1), zeros(2, 0);
    if (!element.isF32()) {
        const Window window{ones, ones, ones, zeros, zeros, {shape[1], shape[2]}};
        return addBias(g, convolve(g, image, filter, window, groups, element), bias);
    }
    shape.back() = GraphBuilder::shapeOf(filter).front();
    return nn::Conv2DOp::create(g.b, g.loc, RankedTensorType::get(shape, element), image, filter, bias, Value(), ones,
                                Shape(4, 0), ones, groups, FloatAttr(), FloatAttr());
}

/// What the com.microsoft forms of Conv have behind it: the residual of input 3 and the attribute activation.
static Outputs fused(const Node &node, Value sums)
{
    if (Value residual = node.input(3)) {
        if (residual.getType() != sums.getType())
            return node.error("the tensor Z has to have the output's shape");
        sums = add(node.g, sums, residual);
    }
    const std::string name = node.text("activation", "");
    if (name.empty())
        return SmallVector<Value>{sums};
    FailureOr<Activation> activation = activationNamed(node, name);
    if (failed(activation))
        return failure();
    if (const onnx::AttributeProto *parameters = node.attribute("activation_params")) {
        if (parameters->floats_size() > 0)
            activation->alpha = parameters->floats(0);
        if (parameters->floats_size() > 1)
            activation->beta = parameters->floats(1);
    }
    return SmallVector<Value>{
        node.g.elementwise(sums, GraphBuilder::elementOf(sums), [&](OpBuilder &b, Location loc, ValueRange operands) {
            return activation->apply(b, loc, operands[0]);
        })};
}

static Outputs importConv(Node &node)
{
    FailureOr<Value> result = convolution(node, node.input(0), node.input(1), node.input(2));
    if (failed(result))
        return failure();
    return SmallVector<Value>{*result};
}

/// com.microsoft FusedConv: a residual and an activation function behind the convolution.
static Outputs importFusedConv(Node &node)
{
    FailureOr<Value> result = convolution(node, node.input(0), node.input(1), node.input(2));
    if (failed(result))
        return failure();
    return fused(node, *result);
}

/// com.microsoft NhwcConv and NhwcFusedConv: images, the residual among them, are [N, spatial..., C]; the filter is as
/// Conv has it.
template <bool isFused> static Outputs importNhwcConv(Node &node)
{
    if (node.rank(0) < 3)
        return node.error("the input " + shapeText(node.shape(0)) + " has no spatial axis");
    FailureOr<Value> result = convolution(node, toChannelsFirst(node.g, node.input(0)), node.input(1), node.input(2));
    if (failed(result))
        return failure();
    Value image = toChannelsLast(node.g, *result);
    return isFused ? fused(node, image) : Outputs(SmallVector<Value>{image});
}

// ---- Transposed convolution --------------------------------------------------------------------------------

/// Geometry of a transposed convolution: `low` and `high` are what is cut from the full result; high may be negative,
/// where the output reaches beyond it.
static FailureOr<Window> readTransposedWindow(const Node &node, ArrayRef<int64_t> image, ArrayRef<int64_t> kernel)
{
    const size_t rank = image.size();
    Window w;
    w.kernel.assign(kernel.begin(), kernel.end());
    if (failed(checkKernel(node, kernel)))
        return failure();
    FailureOr<Shape> strides = windowAttribute(node, "strides", rank, 1, 1);
    FailureOr<Shape> dilations = windowAttribute(node, "dilations", rank, 1, 1);
    FailureOr<Shape> pads = windowAttribute(node, "pads", 2 * rank, 0, 0);
    FailureOr<Shape> extra = windowAttribute(node, "output_padding", rank, 0, 0);
    FailureOr<Shape> output = windowAttribute(node, "output_shape", rank, 0, 1);
    if (failed(strides) || failed(dilations) || failed(pads) || failed(extra) || failed(output))
        return failure();
    w.strides = *strides;
    w.dilations = *dilations;
    const std::string mode = node.text("auto_pad", "NOTSET");
    for (size_t d = 0; d < rank; ++d) {
        int64_t wanted = (*output)[d];
        if (image[d] == 0 && wanted > 0)
            return node.error("an image without pixels does not give " + Twine(wanted) +
                              " of them; check output_shape");
        if (image[d] == 0) {
            for (Shape *none : {&w.low, &w.high, &w.output})
                none->push_back(0);
            continue;
        }
        const int64_t full = (image[d] - 1) * w.strides[d] + w.extent(d) + (*extra)[d];
        if (wanted == 0 && (mode == "SAME_UPPER" || mode == "SAME_LOWER"))
            wanted = image[d] * w.strides[d];
        int64_t low, high;
        if (wanted > 0) {
            const int64_t total = std::max<int64_t>(0, full - wanted);
            low = mode == "SAME_UPPER" ? total / 2 : total - total / 2;
            high = total - low;
        } else {
            low = mode == "NOTSET" ? (*pads)[d] : 0;
            high = mode == "NOTSET" ? (*pads)[d + rank] : 0;
            wanted = full - low - high;
        }
        if (wanted < 1)
            return node.error("pads cut away the whole output; check pads, output_padding and output_shape");
        w.low.push_back(low);
        w.high.push_back((image[d] - 1) * w.strides[d] + w.extent(d) - low - wanted);
        w.output.push_back(wanted);
    }
    return w;
}

static Outputs importConvTranspose(Node &node)
{
    GraphBuilder &g = node.g;
    Value input = node.input(0), filter = node.input(1), bias = node.input(2);
    FailureOr<int64_t> groups = checkOperands(node, input, filter, bias);
    if (failed(groups))
        return failure();
    const Shape weights(GraphBuilder::shapeOf(filter));
    const int64_t channels = GraphBuilder::shapeOf(input)[1];
    if (weights[0] != channels)
        return node.error("the filter " + shapeText(weights) + " does not fit " + Twine(channels) + " input channels");
    const int64_t outputs = weights[1] * *groups;
    if (bias && GraphBuilder::shapeOf(bias)[0] != outputs)
        return node.error("the bias has " + Twine(GraphBuilder::shapeOf(bias)[0]) + " elements for " + Twine(outputs) +
                          " output channels");
    FailureOr<Window> window =
        readTransposedWindow(node, GraphBuilder::shapeOf(input).drop_front(2), ArrayRef(weights).drop_front(2));
    if (failed(window))
        return failure();
    const Window &w = *window;
    const Type element = GraphBuilder::elementOf(input);
    Shape resultShape{GraphBuilder::shapeOf(input)[0], outputs};
    llvm::append_range(resultShape, w.output);
    if (failed(node.checkShape(resultShape)))
        return failure();
    if (ShapedType::getNumElements(resultShape) == 0)
        return SmallVector<Value>{g.nothing(GraphBuilder::typeOf(input).clone(resultShape))};
    for (Value *operand : {&input, &filter, &bias})
        *operand = widened(g, *operand);
    Value image = toChannelsLast(g, input);
    Shape spreadShape(GraphBuilder::shapeOf(image)), outputShape = imageShape(spreadShape[0], w.output, outputs);
    for (size_t d = 0; d < w.kernel.size(); ++d)
        spreadShape[d + 1] = std::max((spreadShape[d + 1] - 1) * w.strides[d] + 1, w.output[d] + w.extent(d) - 1);
    if (failed(node.checkShape(spreadShape)) || failed(node.checkShape(outputShape)))
        return failure();

    // [C, M / G, kernel...] to [M, kernel..., C / G].
    Value arranged;
    const Shape kernel2 = twoAxes(w.kernel, 1);
    const Shape shape = imageShape(outputs, isKernelCase(input) ? kernel2 : w.kernel, channels / *groups);
    Shape order;
    if (*groups == 1) {
        for (size_t d = 1; d < weights.size(); ++d)
            order.push_back(int64_t(d));
        order.push_back(0);
        arranged = arrangeFilter(g, filter, order, shape);
    } else {
        Shape split(weights);
        split[0] /= *groups;
        split.insert(split.begin(), *groups);
        order = {0, 2};
        for (size_t d = 3; d < split.size(); ++d)
            order.push_back(int64_t(d));
        order.push_back(1);
        arranged = g.reshape(g.transpose(g.reshape(filter, split), order), shape);
    }
    if (!isKernelCase(input)) {
        Value sums = addBias(g, convolveTransposed(g, image, arranged, w, *groups, accumulatorOf(element)), bias);
        return SmallVector<Value>{toChannelsFirst(g, g.cast(sums, element))};
    }
    auto type = GraphBuilder::typeOf(image).clone(imageShape(outputShape[0], twoAxes(w.output, 1), outputs));
    Value flat =
        g.reshape(image, imageShape(outputShape[0], twoAxes(GraphBuilder::shapeOf(image).slice(1, w.kernel.size()), 1),
                                    channels));
    Value result =
        nn::ConvTranspose2DOp::create(g.b, g.loc, type, flat, arranged, bias, Value(), twoAxes(w.strides, 1),
                                      twoAxesPadding(w), twoAxes(w.dilations, 1), *groups, FloatAttr(), FloatAttr());
    return SmallVector<Value>{toChannelsFirst(g, g.cast(g.reshape(result, outputShape), element))};
}

ArrayRef<Entry> convolutionOperators()
{
    static const Entry entries[] = {
        {"", "Conv", 1, importConv, floatTypes, 2},
        {"", "ConvTranspose", 1, importConvTranspose, floatTypes, 2},
        {"", "DeformConv", 19, importDeformConv, floatTypes, 3},
        {"", "Col2Im", 18, importCol2Im, numberTypes, 3},
        {"", "MaxUnpool", 9, importMaxUnpool, floatTypes, 2},
        {"", "MaxPool", 1, importMaxPool, "bfloat16, float16, float, double, int8, uint8"},
        {"", "AveragePool", 1, importAveragePool, floatTypes},
        {"", "LpPool", 1, importLpPool, floatTypes},
        {"", "GlobalAveragePool", 1, importGlobalAveragePool, floatTypes},
        {"", "GlobalMaxPool", 1, importGlobalMaxPool, floatTypes},
        {"", "GlobalLpPool", 1, importGlobalLpPool, floatTypes},
        {"com.microsoft", "FusedConv", 1, importFusedConv, floatTypes, 2},
        {"com.microsoft", "NhwcConv", 1, importNhwcConv<false>, floatTypes, 2},
        {"com.microsoft", "NhwcFusedConv", 1, importNhwcConv<true>, floatTypes, 2},
    };
    return entries;
}

} // namespace barecc::onnx_import
