// Between number types: quantize, dequantize, cast. What a TFLite file says in operators of its own stays arithmetic of
// its own, so that integers are rounded where the file's kernels round them.
#include "compiler/import/tflite/Node.h"
#include "compiler/ir/Boundary.h"

#include <cmath>

using namespace mlir;

namespace barecc::tflite_import {

/// A value for each channel of input i, shaped to broadcast along its quantised dimension.
template <typename T> static Value perChannel(const Node &node, unsigned i, ArrayRef<T> values, Type element)
{
    SmallVector<int64_t> shape(node.rank(i), 1);
    shape[node.inputTensor(i).quantizedDimension] = int64_t(values.size());
    const auto *bytes = reinterpret_cast<const char *>(values.data());
    return node.g.constant(
        makeConstant(RankedTensorType::get(shape, element), ArrayRef(bytes, values.size() * sizeof(T))));
}

/// Whether TFLite's kernels scale the integers of a tensor: with another type a scale would say nothing.
static bool isScaled(const Tensor &tensor)
{
    return tensor.isQuantized() && (isNarrow(tensor.type) || tensor.type == tflite::TensorType_INT32);
}

static Outputs dequantize(Node &node)
{
    const Tensor &tensor = node.inputTensor(0);
    const Type f32 = node.g.b.getF32Type();
    if (node.isFloat(0))
        return one(node.g.cast(node.input(0), f32));
    if (!isScaled(tensor))
        return node.unsupportedType();
    if (tensor.scales.size() == 1)
        return one(node.map(node.storage(0), f32, [&](Scalar s, ValueRange in) {
            Value x = s.sub(s.widen(in[0]), s.i32(node.zeroPoint(0)));
            return s.mul(s.convert(x, f32), s.f32(node.scale(0)));
        }));
    if (tensor.quantizedDimension < 0 || tensor.quantizedDimension >= node.rank(0) ||
        node.shape(0)[tensor.quantizedDimension] != int64_t(tensor.scales.size()))
        return node.error("has scales that do not fit its input's shape; the file is damaged");
    SmallVector<int32_t> zeros(tensor.zeroPoints.begin(), tensor.zeroPoints.end());
    Value scales = perChannel(node, 0, ArrayRef<float>(tensor.scales), f32);
    Value zeroPoints = perChannel(node, 0, ArrayRef<int32_t>(zeros), node.g.b.getI32Type());
    return one(node.map({node.storage(0), zeroPoints, scales}, f32, [&](Scalar s, ValueRange in) {
        return s.mul(s.convert(s.sub(s.widen(in[0]), in[1]), f32), in[2]);
    }));
}

static IntegerRange rangeOf(Type storage)
{
    const unsigned width = storage.getIntOrFloatBitWidth();
    return {llvm::minIntN(width), llvm::maxIntN(width)};
}

static Outputs quantize(Node &node)
{
    const Tensor &output = node.outputTensor();
    const Type storage = Node::storageElement(node.outputElement());
    if (output.scales.size() != 1 || !isScaled(output))
        return node.error(
            "has to give int8, uint8, int16 or int32 that is quantised with one scale; the file is damaged");
    const IntegerRange range = rangeOf(storage);
    if (node.isFloat(0)) {
        if (failed(node.requireFloat()))
            return failure();
        const double zero = double(node.outputZeroPoint());
        return one(node.map(node.input(0), storage, [&](Scalar s, ValueRange in) {
            Value x = s.op<math::RoundOp>(s.div(in[0], s.f32(node.outputScale())));
            // Cut while it is still a float: what does not fit an integer has no defined conversion, nor has NaN.
            x = s.op<arith::MaxNumFOp>({x, s.f32(double(range.min) - zero)});
            x = s.op<arith::MinNumFOp>({x, s.f32(double(range.max) - zero)});
            return s.convert(s.add(s.convert(x, s.b.getI32Type()), s.i32(node.outputZeroPoint())), storage);
        }));
    }
    if (node.inputTensor(0).scales.size() != 1 || !isScaled(node.inputTensor(0)))
        return node.unsupportedType();
    const FixedPoint scale = fixedPoint(double(node.scale(0)) / double(node.outputScale()));
    return one(node.map(node.storage(0), storage, [&](Scalar s, ValueRange in) {
        Value x = s.rescale(s.sub(s.widen(in[0]), s.i32(node.zeroPoint(0))), scale);
        return narrowTo(s, s.add(x, s.i32(node.outputZeroPoint())), range, storage);
    }));
}

static Outputs cast(Node &node)
{
    if (node.inputTensor(0).type == tflite::TensorType_COMPLEX64 ||
        node.outputTensor().type == tflite::TensorType_COMPLEX64)
        return node.unsupportedType();
    const Type from = callersElementType(node.g.b.getContext(), node.inputTensor(0)),
               to = callersElementType(node.g.b.getContext(), node.outputTensor());
    auto isMoved = [](Type element) { return isa<quant::QuantizedType>(element) && boundary::isUnsigned(element); };
    Value value = isMoved(from) ? moveBytes(node.g, node.storage(0)) : node.storage(0);
    value = node.g.cast(value, Node::storageElement(node.outputElement()), boundary::isUnsigned(from),
                        boundary::isUnsigned(to));
    return one(isMoved(to) ? moveBytes(node.g, value) : value);
}

/// The same bytes as elements of another type.
static Outputs bitcast(Node &node)
{
    const Type from = node.element(0), to = node.outputElement();
    if (node.quantization(0) || node.outputTensor().isQuantized() || from.isInteger(1) || to.isInteger(1) ||
        node.inputTensor(0).type == tflite::TensorType_COMPLEX64)
        return node.unsupportedType();
    if (from.getIntOrFloatBitWidth() != to.getIntOrFloatBitWidth())
        return node.error("changes the size of elements, which barecc does not take; reshape and cast in place of it");
    if (from == to)
        return one(node.input(0));
    return one(node.map(node.input(0), to, [&](Scalar s, ValueRange in) {
        return arith::BitcastOp::create(s.b, s.loc, to, in[0]).getResult();
    }));
}

static Outputs fakeQuant(Node &node)
{
    auto options = node.options<tflite::FakeQuantOptions>();
    if (failed(options) || failed(node.requireFloat()))
        return failure();
    const int bits = (*options)->num_bits();
    const float low = (*options)->min(), high = (*options)->max();
    if (bits < 2 || bits > 16 || !std::isfinite(low) || !std::isfinite(high) || !(low <= 0 && high >= 0 && low < high))
        return node.error("has a range or a number of bits that cannot be; the file is damaged");
    const float first = (*options)->narrow_range() ? 1.0f : 0.0f, last = float((1 << bits) - 1);
    const float scale = (high - low) / (last - first);
    if (!std::isfinite(scale) || !(scale > 0))
        return node.error("has a range that is too wide or too narrow; the file is damaged");
    const float zero = std::clamp(std::round(first - low / scale), first, last);
    const float nudgedLow = (first - zero) * scale, nudgedHigh = (last - zero) * scale;
    return one(node.map(node.input(0), node.element(0), [&](Scalar s, ValueRange in) {
        Value x = s.sub(s.clamp(in[0], nudgedLow, nudgedHigh), s.f32(nudgedLow));
        Value steps = s.op<math::RoundOp>(s.mul(x, s.f32(1.0f / scale)));
        return s.add(s.mul(steps, s.f32(scale)), s.f32(nudgedLow));
    }));
}

/// Sparse constants are expanded when they are read.
static Outputs densify(Node &node) { return one(node.input(0)); }

ArrayRef<Entry> quantizationOperators()
{
    static const Entry entries[] = {
        {tflite::BuiltinOperator_BITCAST, bitcast, 1, "all numbers, to those of one size"},
        {tflite::BuiltinOperator_CAST, cast, 1, "all numbers, bool"},
        {tflite::BuiltinOperator_DENSIFY, densify, 1, "float32, float16, int8"},
        {tflite::BuiltinOperator_DEQUANTIZE, dequantize, 1, "float16, int8, uint8, int16, int32"},
        {tflite::BuiltinOperator_FAKE_QUANT, fakeQuant, 1, "float32"},
        {tflite::BuiltinOperator_QUANTIZE, quantize, 1, "float32, int8, uint8, int16, int32"},
        {tflite::BuiltinOperator_STABLEHLO_CONVERT, cast, 1, "all numbers, bool"},
    };
    return entries;
}

} // namespace barecc::tflite_import
