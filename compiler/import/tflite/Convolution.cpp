// Convolutions, and what they share with other operators that have weights.
#include "compiler/import/tflite/Window.h"

using namespace mlir;

namespace barecc::tflite_import {

// ---- Shared ------------------------------------------------------------------------------------------------

FailureOr<Placed> place(const Node &node, std::array<int64_t, 2> image, const Window &window, tflite::Padding padding)
{
    Placed placed{};
    for (int d = 0; d < 2; ++d) {
        const int64_t stride = window.strides[d], dilation = window.dilations[d], kernel = window.kernel[d];
        if (stride < 1 || dilation < 1 || kernel < 1 || stride > INT16_MAX || dilation > INT16_MAX)
            return node.error("has an impossible window; the file is damaged");
        if (image[d] == 0)
            continue; // a result of no rows or columns, and no padding
        const int64_t extent = (kernel - 1) * dilation + 1;
        int64_t total = 0;
        if (padding == tflite::Padding_SAME) {
            placed.size[d] = (image[d] + stride - 1) / stride;
            total = std::max<int64_t>((placed.size[d] - 1) * stride + extent - image[d], 0);
        } else {
            placed.size[d] = image[d] < extent ? 0 : (image[d] - extent) / stride + 1;
        }
        if (placed.size[d] < 1)
            return node.error("has a window of " + Twine(extent) + " over an image of " + Twine(image[d]) +
                              "; fix the input's shape with --shape");
        placed.padding[d] = total / 2;
        placed.padding[d + 2] = total - total / 2;
    }
    return placed;
}

FailureOr<ClampAttributes> clampAttributes(const Node &node, tflite::ActivationFunctionType activation)
{
    FailureOr<Interval> interval = activationInterval(node, activation);
    if (failed(interval))
        return failure();
    ClampAttributes attributes;
    if (interval->low)
        attributes.min = node.g.b.getF32FloatAttr(*interval->low);
    if (interval->high)
        attributes.max = node.g.b.getF32FloatAttr(*interval->high);
    return attributes;
}

FailureOr<Value> biasOf(const Node &node, unsigned i, int64_t count)
{
    if (!node.input(i))
        return Value();
    const Type element = node.element(i);
    const Type storage = Node::storageElement(node.outputElement());
    if (storage.isInteger(16) && element.isInteger(32))
        return node.error("has a bias of 32 bits beside 16-bit activations, which barecc does not take; quantise the "
                          "model with the default of 64");
    const bool fits =
        storage == node.outputElement() ? element.isF32() : element.isInteger(storage.isInteger(16) ? 64 : 32);
    if (!fits || node.g.typeOf(node.input(i)).getNumElements() != count)
        return node.error("has a bias of another type or size than its result; the file is damaged");
    return node.g.reshape(node.storage(i), count);
}

FailureOr<Arithmetic> arithmeticOf(const Node &node, unsigned input, unsigned weights, int64_t channels)
{
    const quant::QuantizedType filter = node.quantization(weights);
    auto perAxis = dyn_cast_or_null<quant::UniformQuantizedPerAxisType>(filter);
    if (perAxis && perAxis.getQuantizedDimension() != channels)
        return node.error(
            "has weights scaled along another dimension than that of its channels; quantise the model again");
    if (filter && !filter.getStorageType().isInteger(8))
        return node.unsupportedType(weights);
    if (node.quantization(input)) {
        if (!filter || failed(node.requirePerTensor(input)) || failed(node.requireQuantizedOutput()))
            return node.unsupportedType(weights);
        return Arithmetic::Integer;
    }
    if (!node.element(input).isF32() || !node.outputElement().isF32())
        return node.unsupportedType(input);
    if (filter)
        return Arithmetic::Hybrid;
    if (!node.element(weights).isF32())
        return node.unsupportedType(weights);
    return Arithmetic::Float;
}

// ---- Operators ---------------------------------------------------------------------------------------------

namespace {

/// What convolutions share: how the filter moves over the image, and what is done with its sums.
struct Convolution {
    Arithmetic arithmetic;
    Window window;
    Placed placed;
    SmallVector<int64_t> result; // shape
    Value bias;                  // may be null
    ClampAttributes clamp;
    tflite::ActivationFunctionType activation;
};

} // namespace

/// The output channels are dimension `channels` of the filter.
template <typename Options> static FailureOr<Convolution> convolutionOf(const Node &node, int64_t channels)
{
    FailureOr<const Options *> options = node.options<Options>();
    if (failed(options) || failed(node.requireRank(0, 4)) || failed(node.requireRank(1, 4)))
        return failure();
    const ArrayRef<int64_t> image = node.shape(0), filter = node.shape(1);
    FailureOr<Arithmetic> arithmetic = arithmeticOf(node, 0, 1, channels);
    if (failed(arithmetic))
        return failure();
    Convolution convolution{*arithmetic, {}, {}, {}, {}, {}, (*options)->fused_activation_function()};
    convolution.window = {{filter[1], filter[2]},
                          {(*options)->stride_h(), (*options)->stride_w()},
                          {(*options)->dilation_h_factor(), (*options)->dilation_w_factor()}};
    FailureOr<Placed> placed = place(node, {image[1], image[2]}, convolution.window, (*options)->padding());
    FailureOr<Value> bias = biasOf(node, 2, filter[channels]);
    FailureOr<ClampAttributes> clamp = clampAttributes(node, convolution.activation);
    if (failed(placed) || failed(bias) || failed(clamp))
        return failure();
    convolution.placed = *placed;
    convolution.bias = *bias;
    convolution.clamp = *clamp;
    convolution.result = {image[0], placed->size[0], placed->size[1], filter[channels]};
    if (failed(node.requireSize(convolution.result)))
        return failure();
    return convolution;
}

static LogicalResult misfit(const Node &node)
{
    return node.error("has a filter for " + Twine(node.shape(1)[3]) + " channels and an input of " +
                      Twine(node.shape(0)[3]) + "; the file is damaged");
}

/// TensorFlow Lite's kernels of unsigned bytes scale sums in another way than those of signed ones.
static nn::Precision scaleProduct(const Node &node)
{
    return node.inputTensor(1).type == tflite::TensorType_UINT8 ? nn::Precision::Single : nn::Precision::Double;
}

static Outputs conv2d(Node &node)
{
    FailureOr<Convolution> c = convolutionOf<tflite::Conv2DOptions>(node, 0);
    if (failed(c))
        return failure();
    const int64_t channels = node.shape(0)[3], outputs = node.shape(1)[0], depth = node.shape(1)[3];
    // Fewer channels in the filter than in the image make groups.
    const int64_t groups = depth > 0 ? channels / depth : 1;
    if (groups < 1 || groups * depth != channels || outputs % groups != 0)
        return misfit(node);
    if (c->arithmetic == Arithmetic::Hybrid)
        return one(hybridConvolution(node, c->window, c->placed, groups, c->activation));
    return one(nn::Conv2DOp::create(node.g.b, node.g.loc, RankedTensorType::get(c->result, node.outputElement()),
                                    node.input(0), node.input(1), c->bias, Value(), c->window.strides,
                                    c->placed.padding, c->window.dilations, groups, c->clamp.min, c->clamp.max,
                                    scaleProduct(node)));
}

/// The filter [1, rows, columns, channels] without its first dimension, per-channel scales moved along with it.
static Value depthwiseFilter(const Node &node)
{
    const ArrayRef<int64_t> shape = node.shape(1).drop_front();
    Value taps = node.g.reshape(node.storage(1), shape);
    Type element = node.g.elementOf(node.input(1));
    if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(element))
        element = quant::UniformQuantizedPerAxisType::get(
            perAxis.getFlags(), perAxis.getStorageType(), perAxis.getExpressedType(), perAxis.getScales(),
            perAxis.getZeroPoints(), 2, perAxis.getStorageTypeMin(), perAxis.getStorageTypeMax());
    return node.g.quantized(taps, RankedTensorType::get(shape, element));
}

static Outputs depthwiseConv2d(Node &node)
{
    FailureOr<Convolution> c = convolutionOf<tflite::DepthwiseConv2DOptions>(node, 3);
    if (failed(c))
        return failure();
    const int64_t channels = node.shape(0)[3], outputs = node.shape(1)[3];
    if (node.shape(1)[0] != 1 || (channels > 0 ? outputs % channels : outputs) != 0)
        return misfit(node);
    if (outputs == 0)
        return one(node.g.nothing(RankedTensorType::get(c->result, node.outputElement())));
    if (c->arithmetic == Arithmetic::Hybrid)
        return one(hybridDepthwiseConvolution(node, c->window, c->placed, c->activation));
    return one(nn::DepthwiseConv2DOp::create(
        node.g.b, node.g.loc, RankedTensorType::get(c->result, node.outputElement()), node.input(0),
        depthwiseFilter(node), c->bias, Value(), c->window.strides, c->placed.padding, c->window.dilations,
        c->clamp.min, c->clamp.max, scaleProduct(node)));
}

/// The output's shape: input 0, or what the file declares where that is computed.
static FailureOr<SmallVector<int64_t>> transposedShape(const Node &node)
{
    const Tensor &output = node.outputTensor();
    const bool declared = output.shape.size() == 4 && llvm::all_of(output.shape, [](int64_t d) { return d > 0; });
    if (!barecc::constantOf(node.input(0)) && declared)
        return output.shape;
    return node.constantIntegers(0, "the output's shape");
}

static Outputs transposeConv(Node &node)
{
    auto found = node.options<tflite::TransposeConvOptions>();
    FailureOr<SmallVector<int64_t>> size = transposedShape(node);
    if (failed(found) || failed(size) || failed(node.requireRank(1, 4)) || failed(node.requireRank(2, 4)))
        return failure();
    const tflite::TransposeConvOptions &options = **found;
    FailureOr<Arithmetic> arithmetic = arithmeticOf(node, 2, 1, 0);
    if (failed(arithmetic))
        return failure();
    if (*arithmetic == Arithmetic::Hybrid)
        return node.unsupportedType(1);
    const ArrayRef<int64_t> image = node.shape(2), filter = node.shape(1);
    const std::array<int64_t, 2> strides{options.stride_h(), options.stride_w()}, dilations{1, 1};
    if (size->size() != 4 || (*size)[0] != image[0] || (*size)[3] != filter[0] || filter[3] != image[3])
        return node.error("has an output, filter and input that do not fit each other; the file is damaged");
    if (failed(node.requireSize(*size)))
        return failure();
    if (ShapedType::getNumElements(*size) == 0)
        return one(node.g.nothing(RankedTensorType::get(*size, node.outputElement())));
    std::array<int64_t, 4> padding{};
    for (int d = 0; d < 2; ++d) {
        if (strides[d] < 1 || strides[d] > INT16_MAX || image[d + 1] < 1 || filter[d + 1] < 1)
            return node.error("has an impossible window; the file is damaged");
        const int64_t out = (*size)[d + 1], full = (image[d + 1] - 1) * strides[d] + filter[d + 1];
        // As TFLite places a window of the output over it. What lies behind the full result is the bias alone.
        const int64_t steps = (out + strides[d] - 1) / strides[d];
        const int64_t total = std::max<int64_t>((steps - 1) * strides[d] + filter[d + 1] - out, 0);
        padding[d] = options.padding() == tflite::Padding_SAME ? total / 2 : 0;
        padding[d + 2] = std::max<int64_t>(full - out - padding[d], 0);
    }
    FailureOr<Value> bias = biasOf(node, 3, filter[0]);
    FailureOr<ClampAttributes> clamp = clampAttributes(node, options.fused_activation_function());
    if (failed(bias) || failed(clamp))
        return failure();
    return one(nn::ConvTranspose2DOp::create(node.g.b, node.g.loc, RankedTensorType::get(*size, node.outputElement()),
                                             node.input(2), node.input(1), *bias, Value(), strides, padding, dilations,
                                             1, clamp->min, clamp->max)
                   .getResult());
}

/// Images [batch, depth, rows, columns, channels], filter [depth, rows, columns, inputs, outputs], as loops.
static Outputs conv3d(Node &node)
{
    auto options = node.options<tflite::Conv3DOptions>();
    if (failed(options) || failed(node.requireRank(0, 5)) || failed(node.requireRank(1, 5)))
        return failure();
    if (failed(node.requireFloat(0)) || failed(node.requireFloat(1)))
        return failure();
    const ArrayRef<int64_t> image = node.shape(0), filter = node.shape(1);
    const std::array<int64_t, 3> strides{(*options)->stride_d(), (*options)->stride_h(), (*options)->stride_w()};
    const std::array<int64_t, 3> dilations{(*options)->dilation_d_factor(), (*options)->dilation_h_factor(),
                                           (*options)->dilation_w_factor()};
    if (filter[3] != image[4])
        return node.error("has a filter for " + Twine(filter[3]) + " channels and an input of " + Twine(image[4]) +
                          "; the file is damaged");
    SmallVector<int64_t> result{image[0]}, low{0}, high{0};
    MLIRContext *context = node.g.b.getContext();
    AffineExpr n, z, y, x, o, kz, ky, kx, c;
    bindDims(context, n, z, y, x, o, kz, ky, kx, c);
    const AffineExpr out[] = {z, y, x}, tap[] = {kz, ky, kx};
    SmallVector<AffineExpr> read{n};
    for (int d = 0; d < 3; ++d) {
        FailureOr<Placed> placed =
            place(node, {image[d + 1], 1}, {{filter[d], 1}, {strides[d], 1}, {dilations[d], 1}}, (*options)->padding());
        if (failed(placed))
            return failure();
        result.push_back(placed->size[0]);
        low.push_back(placed->padding[0]);
        high.push_back(placed->padding[2]);
        read.push_back(out[d] * strides[d] + tap[d] * dilations[d]);
    }
    read.push_back(c);
    result.push_back(filter[4]);
    low.push_back(0);
    high.push_back(0);
    FailureOr<Value> bias = biasOf(node, 2, filter[4]);
    if (failed(bias) || failed(node.requireSize(result)))
        return failure();
    FailureOr<Value> padded = node.padded(node.input(0), low, high, node.g.b.getF32FloatAttr(0));
    if (failed(padded))
        return failure();
    using utils::IteratorType;
    SmallVector<IteratorType> loops(5, IteratorType::parallel);
    loops.append(4, IteratorType::reduction);
    Value sums =
        node.g.contract(RankedTensorType::get(result, node.element(0)), {*padded, node.input(1)},
                        {AffineMap::get(9, 0, read, context), AffineMap::get(9, 0, {kz, ky, kx, c, o}, context),
                         AffineMap::get(9, 0, {n, z, y, x, o}, context)},
                        loops, node.g.b.getF32FloatAttr(0), [](OpBuilder &b, Location loc, ValueRange in) {
                            const Scalar s{b, loc};
                            return s.add(in[2], s.mul(in[0], in[1]));
                        });
    if (*bias)
        sums = node.map({sums, *bias}, node.element(0), [](Scalar s, ValueRange in) { return s.add(in[0], in[1]); });
    return one(applyActivation(node, sums, (*options)->fused_activation_function()));
}

ArrayRef<Entry> convolutionOperators()
{
    static const Entry entries[] = {
        {tflite::BuiltinOperator_CONV_2D, conv2d, 2, "float32, int8, uint8, int16, float32 with int8 weights"},
        {tflite::BuiltinOperator_CONV_3D, conv3d, 2, "float32"},
        {tflite::BuiltinOperator_DEPTHWISE_CONV_2D, depthwiseConv2d, 2,
         "float32, int8, uint8, int16, float32 with int8 weights"},
        {tflite::BuiltinOperator_TRANSPOSE_CONV, transposeConv, 3, "float32, int8, uint8, int16"},
    };
    return entries;
}

} // namespace barecc::tflite_import
