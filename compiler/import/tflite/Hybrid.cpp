// Dynamic-range models: weights are 8-bit integers, activations are floats that are made integers on the device, row by
// row, so that the products are integer ones; the sums go back to floats by the scales of both.
#include "compiler/import/tflite/Window.h"

using namespace mlir;

namespace barecc::tflite_import {

using utils::IteratorType;

static Value extremes(const Node &node, Value input, bool largest)
{
    SmallVector<int64_t> axes;
    for (int64_t d = 1; d < node.g.typeOf(input).getRank(); ++d)
        axes.push_back(d);
    // Starting from 0: the range always holds it.
    return node.g.reduce(input, axes, true, node.g.b.getF32FloatAttr(0),
                         [&](OpBuilder &b, Location loc, ValueRange in) {
                             const Scalar s{b, loc};
                             return largest ? s.max(in[1], in[0]) : s.min(in[1], in[0]);
                         });
}

static Value roundedTo(Scalar s, Value x, double low, double high)
{
    x = s.op<math::RoundOp>(x);
    x = s.op<arith::MaxNumFOp>({x, s.same(x, low)});
    return s.op<arith::MinNumFOp>({x, s.same(x, high)});
}

/// The integer that stands for 0 on a range of 255 steps: from the end that loses less precision.
static Value zeroPointOf(const Scalar &s, Value low, Value high)
{
    const Type f64 = s.b.getF64Type();
    Value least = s.convert(low, f64), most = s.convert(high, f64);
    Value scale = s.div(s.sub(most, least), s.number(f64, 255));
    Value fromLow = s.sub(s.number(f64, -128), s.div(least, scale)),
          fromHigh = s.sub(s.number(f64, 127), s.div(most, scale));
    Value lowError = s.sub(s.number(f64, 128), s.div(least, scale)),
          highError = s.add(s.number(f64, 127), s.div(most, scale));
    Value chosen = s.select(s.less(lowError, highError), fromLow, fromHigh);
    Value zeroPoint = s.convert(roundedTo(s, chosen, -128, 127), low.getType());
    return s.select(s.equal(low, high), s.same(low, 0), zeroPoint);
}

QuantizedRows quantizeRows(const Node &node, Value input, bool asymmetric)
{
    const Type f32 = node.g.b.getF32Type(), i16 = node.g.b.getIntegerType(16);
    Value low = extremes(node, input, false), high = extremes(node, input, true);
    QuantizedRows rows;
    rows.scales = node.map({low, high}, f32, [&](Scalar s, ValueRange in) {
        Value scale;
        if (asymmetric) {
            const Type f64 = s.b.getF64Type();
            Value range = s.sub(s.convert(in[1], f64), s.convert(in[0], f64));
            scale = s.convert(s.div(range, s.number(f64, 255)), f32);
        } else {
            scale = s.div(s.max(s.op<arith::NegFOp>(in[0]), in[1]), s.f32(127));
        }
        return s.select(s.equal(in[0], in[1]), s.f32(1), scale);
    });
    if (!asymmetric) {
        rows.centred = node.map({input, low, high}, i16, [&](Scalar s, ValueRange in) {
            Value range = s.max(s.op<arith::NegFOp>(in[1]), in[2]);
            Value inverse = s.select(s.equal(range, s.f32(0)), s.f32(0), s.div(s.f32(127), range));
            return s.convert(roundedTo(s, s.mul(in[0], inverse), -127, 127), i16);
        });
        return rows;
    }
    Value zeroPoints = node.map({low, high}, f32, [](Scalar s, ValueRange in) { return zeroPointOf(s, in[0], in[1]); });
    rows.centred = node.map({input, rows.scales, zeroPoints}, i16, [&](Scalar s, ValueRange in) {
        Value x = s.add(in[2], s.mul(in[0], s.div(s.f32(1), in[1])));
        return s.convert(s.sub(roundedTo(s, x, -128, 127), in[2]), i16);
    });
    return rows;
}

/// acc + x * w on 32 bits.
static Value multiplyAdd(OpBuilder &b, Location loc, ValueRange in)
{
    const Scalar s{b, loc};
    return s.add(in[2], s.mul(s.widen(in[0]), s.widen(in[1])));
}

/// The scale of the weights, input i, or one for each channel (the last dimension of the result).
static Value weightScales(const Node &node, unsigned i)
{
    const std::vector<float> scales = scalesOf(node.quantization(i));
    ArrayRef<char> bytes(reinterpret_cast<const char *>(scales.data()), scales.size() * sizeof(float));
    return node.g.constant(makeConstant(RankedTensorType::get({int64_t(scales.size())}, node.g.b.getF32Type()), bytes));
}

/// The integer sums of products with input `weights` as floats, plus a value that is broadcast, or null.
static Value scaled(const Node &node, Value sums, Value rowScales, unsigned weights, Value addend)
{
    const Type f32 = node.g.b.getF32Type();
    Value result = node.map({sums, rowScales, weightScales(node, weights)}, f32,
                            [&](Scalar s, ValueRange in) { return s.mul(s.convert(in[0], f32), s.mul(in[1], in[2])); });
    if (addend)
        result = node.map({result, addend}, f32, [](Scalar s, ValueRange in) { return s.add(in[0], in[1]); });
    return result;
}

/// The same with the node's bias and activation.
static FailureOr<Value> finish(const Node &node, Value sums, Value rowScales, tflite::ActivationFunctionType activation)
{
    const int64_t channels = node.g.shapeOf(sums).back();
    FailureOr<Value> bias = biasOf(node, 2, channels);
    if (failed(bias))
        return failure();
    return applyActivation(node, scaled(node, sums, rowScales, 1, *bias), activation);
}

/// All taps of symmetric weights count as they are: none of them has a zero point.
static LogicalResult requireSymmetric(const Node &node, unsigned weights = 1)
{
    const Tensor &tensor = node.inputTensor(weights);
    if (!node.element(weights).isInteger(8))
        return node.unsupportedType(weights);
    if (node.quantization(weights) && (tensor.type == tflite::TensorType_UINT8 ||
                                       llvm::all_of(tensor.zeroPoints, [](int64_t zero) { return zero == 0; })))
        return success();
    return node.error("has asymmetric weights beside float activations; quantise the model again");
}

Value hybridWeights(const Node &node, unsigned i)
{
    Value weights = node.storage(i);
    return node.inputTensor(i).type == tflite::TensorType_UINT8 ? moveBytes(node.g, weights) : weights;
}

/// The padded integers of the input; per-channel weights go with asymmetric activations.
static FailureOr<QuantizedRows> paddedRows(const Node &node, const Placed &placed)
{
    const bool perChannel = isa<quant::UniformQuantizedPerAxisType>(node.quantization(1));
    QuantizedRows rows = quantizeRows(node, node.input(0), perChannel);
    const auto &pad = placed.padding;
    FailureOr<Value> padded = node.padded(rows.centred, {0, pad[0], pad[1], 0}, {0, pad[2], pad[3], 0},
                                          GraphBuilder::scalarAttr(node.g.b.getIntegerType(16), 0));
    if (failed(padded))
        return failure();
    rows.centred = *padded;
    return rows;
}

/// Sums of products on 32 bits over the loops behind the first `parallel` ones, which are those of the result.
static Value sumProducts(const Node &node, ArrayRef<int64_t> shape, Value input, ArrayRef<AffineExpr> inputIndex,
                         Value taps, ArrayRef<AffineExpr> tapIndex, unsigned loopCount)
{
    MLIRContext *context = node.g.b.getContext();
    const auto parallel = unsigned(shape.size());
    SmallVector<IteratorType> loops(parallel, IteratorType::parallel);
    loops.append(loopCount - parallel, IteratorType::reduction);
    const Type i32 = node.g.b.getI32Type();
    const ArrayRef<AffineExpr> result = AffineMap::getMultiDimIdentityMap(parallel, context).getResults();
    return node.g.contract(RankedTensorType::get(shape, i32), {input, taps},
                           {AffineMap::get(loopCount, 0, inputIndex, context),
                            AffineMap::get(loopCount, 0, tapIndex, context),
                            AffineMap::get(loopCount, 0, result, context)},
                           loops, GraphBuilder::scalarAttr(i32, 0), multiplyAdd);
}

FailureOr<Value> hybridConvolution(const Node &node, const Window &window, const Placed &placed, int64_t groups,
                                   tflite::ActivationFunctionType activation)
{
    if (failed(requireSymmetric(node)))
        return failure();
    GraphBuilder &g = node.g;
    const ArrayRef<int64_t> filter = node.shape(1);
    const int64_t batch = node.shape(0)[0], depth = filter[3];
    const FailureOr<QuantizedRows> rows = paddedRows(node, placed);
    if (failed(rows))
        return failure();
    const ArrayRef<int64_t> padded = g.shapeOf(rows->centred);
    Value input = g.reshape(rows->centred, {batch, padded[1], padded[2], groups, depth});
    Value taps = g.reshape(hybridWeights(node), {groups, filter[0] / groups, filter[1], filter[2], depth});
    AffineExpr n, y, x, group, o, ky, kx, ci;
    bindDims(g.b.getContext(), n, y, x, group, o, ky, kx, ci);
    const AffineExpr row = y * window.strides[0] + ky * window.dilations[0];
    const AffineExpr column = x * window.strides[1] + kx * window.dilations[1];
    Value sums = sumProducts(node, {batch, placed.size[0], placed.size[1], groups, filter[0] / groups}, input,
                             {n, row, column, group, ci}, taps, {group, o, ky, kx, ci}, 8);
    return finish(node, g.reshape(sums, {batch, placed.size[0], placed.size[1], filter[0]}), rows->scales, activation);
}

FailureOr<Value> hybridDepthwiseConvolution(const Node &node, const Window &window, const Placed &placed,
                                            tflite::ActivationFunctionType activation)
{
    if (failed(requireSymmetric(node)))
        return failure();
    GraphBuilder &g = node.g;
    const int64_t batch = node.shape(0)[0], channels = node.shape(0)[3], outputs = node.shape(1)[3];
    const FailureOr<QuantizedRows> rows = paddedRows(node, placed);
    if (failed(rows))
        return failure();
    // Each channel has as many outputs, one beside the other.
    const int64_t multiplier = outputs / channels;
    Value taps = g.reshape(hybridWeights(node), {node.shape(1)[1], node.shape(1)[2], channels, multiplier});
    AffineExpr n, y, x, c, o, ky, kx;
    bindDims(g.b.getContext(), n, y, x, c, o, ky, kx);
    const AffineExpr row = y * window.strides[0] + ky * window.dilations[0];
    const AffineExpr column = x * window.strides[1] + kx * window.dilations[1];
    Value sums = sumProducts(node, {batch, placed.size[0], placed.size[1], channels, multiplier}, rows->centred,
                             {n, row, column, c}, taps, {ky, kx, c, o}, 7);
    return finish(node, g.reshape(sums, {batch, placed.size[0], placed.size[1], outputs}), rows->scales, activation);
}

FailureOr<Value> hybridProduct(const Node &node, Value input, Value weights, bool asymmetric,
                               tflite::ActivationFunctionType activation)
{
    if (failed(requireSymmetric(node)))
        return failure();
    GraphBuilder &g = node.g;
    const int64_t batch = g.shapeOf(input)[0], rowCount = g.shapeOf(input)[1], depth = g.shapeOf(input)[2];
    const int64_t columns = g.shapeOf(weights)[1];
    const QuantizedRows rows = quantizeRows(node, g.reshape(input, {batch * rowCount, depth}), asymmetric);
    Value centred = g.reshape(rows.centred, {batch, rowCount, depth});
    AffineExpr n, m, o, k;
    bindDims(g.b.getContext(), n, m, o, k);
    const AffineExpr matrix = g.shapeOf(weights)[0] == 1 ? getAffineConstantExpr(0, g.b.getContext()) : n;
    Value sums = sumProducts(node, {batch, rowCount, columns}, centred, {n, m, k}, weights, {matrix, o, k}, 4);
    return finish(node, sums, g.reshape(rows.scales, {batch, rowCount, 1}), activation);
}

FailureOr<Value> hybridSum(const Node &node, const QuantizedRows &rows, unsigned weights, Value addend)
{
    if (failed(requireSymmetric(node, weights)))
        return failure();
    AffineExpr m, o, k;
    bindDims(node.g.b.getContext(), m, o, k);
    Value sums = sumProducts(node, {node.g.shapeOf(rows.centred)[0], node.shape(weights)[0]}, rows.centred, {m, k},
                             hybridWeights(node, weights), {o, k}, 3);
    return scaled(node, sums, rows.scales, weights, addend);
}

} // namespace barecc::tflite_import
