#include "compiler/import/onnx/Layout.h"

using namespace mlir;

namespace barecc::onnx_import {

Value toChannelsLast(GraphBuilder &g, Value image)
{
    const int64_t rank = GraphBuilder::typeOf(image).getRank();
    SmallVector<int64_t> permutation{0};
    for (int64_t d = 2; d < rank; ++d)
        permutation.push_back(d);
    permutation.push_back(1);
    return g.transpose(image, permutation);
}

Value toChannelsFirst(GraphBuilder &g, Value image)
{
    const int64_t rank = GraphBuilder::typeOf(image).getRank();
    SmallVector<int64_t> permutation{0, rank - 1};
    for (int64_t d = 1; d < rank - 1; ++d)
        permutation.push_back(d);
    return g.transpose(image, permutation);
}

Value constantIntegers(Value value)
{
    auto dequantize = value.getDefiningOp<quant::DequantizeCastOp>();
    if (!dequantize || !constantOf(dequantize.getInput()))
        return {};
    auto cast = dequantize.getInput().getDefiningOp<quant::StorageCastOp>();
    return cast ? cast.getInput() : Value();
}

bool isConstant(Value value) { return constantOf(value) || constantIntegers(value); }

/// `type` for elements that were transposed and reshaped, or null where its axis is not a whole axis of the result.
static quant::QuantizedType arrangedType(quant::QuantizedType type, ArrayRef<int64_t> from,
                                         ArrayRef<int64_t> permutation, ArrayRef<int64_t> to)
{
    auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(type);
    if (!perAxis)
        return type;
    // The axis is found again by the number of elements behind it.
    const int64_t axis = perAxis.getQuantizedDimension();
    int64_t behind = 1;
    for (size_t d = permutation.size(); permutation[d - 1] != axis; --d)
        behind *= from[permutation[d - 1]];
    for (size_t d = to.size(); d > 0; --d) {
        if (behind == 1 && to[d - 1] == from[axis])
            return quant::UniformQuantizedPerAxisType::get(
                perAxis.getFlags(), perAxis.getStorageType(), perAxis.getExpressedType(), perAxis.getScales(),
                perAxis.getZeroPoints(), int32_t(d - 1), perAxis.getStorageTypeMin(), perAxis.getStorageTypeMax());
        if (behind % to[d - 1] != 0)
            return {};
        behind /= to[d - 1];
    }
    return {};
}

Value arrangeFilter(GraphBuilder &g, Value value, ArrayRef<int64_t> permutation, ArrayRef<int64_t> shape)
{
    if (Value integers = constantIntegers(value)) {
        auto dequantize = value.getDefiningOp<quant::DequantizeCastOp>();
        auto type = quantization(dequantize.getInput().getType());
        if (auto arranged = arrangedType(type, GraphBuilder::shapeOf(value), permutation, shape)) {
            Value moved = g.reshape(g.transpose(integers, permutation), shape);
            Value quantized = g.quantized(moved, RankedTensorType::get(shape, arranged));
            return quant::DequantizeCastOp::create(g.b, g.loc, GraphBuilder::typeOf(value).clone(shape), quantized);
        }
    }
    return g.reshape(g.transpose(value, permutation), shape);
}

std::string shapeText(ArrayRef<int64_t> shape)
{
    std::string text;
    llvm::raw_string_ostream out(text);
    llvm::interleave(shape, out, "x");
    return text.empty() ? "scalar" : text;
}

Value widened(GraphBuilder &g, Value value)
{
    return value && isa<FloatType>(GraphBuilder::elementOf(value))
               ? g.cast(value, accumulatorOf(GraphBuilder::elementOf(value)))
               : value;
}

Type accumulatorOf(Type element)
{
    MLIRContext *context = element.getContext();
    if (isa<FloatType>(element))
        return element.getIntOrFloatBitWidth() < 32 ? Type(Float32Type::get(context)) : element;
    return element.getIntOrFloatBitWidth() < 32 ? Type(IntegerType::get(context, 32)) : element;
}

} // namespace barecc::onnx_import
