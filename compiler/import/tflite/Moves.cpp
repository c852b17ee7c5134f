#include "compiler/import/tflite/Moves.h"

using namespace mlir;

namespace barecc::tflite_import {

Tensor movedAs(const Moves &moves, const Tensor &output)
{
    Tensor tensor = output;
    if (moves.form == Moves::Plain) {
        tensor.scales.clear();
        tensor.zeroPoints.clear();
    } else if (moves.form == Moves::Quantized && !output.isQuantized()) {
        tensor.scales = {1.0f};
        tensor.zeroPoints = {output.type == tflite::TensorType_UINT8 ? INT8_MIN : 0};
    }
    return tensor;
}

Value relabelled(GraphBuilder &g, Value value, const Tensor &tensor)
{
    const Type from = g.elementOf(value), to = elementType(g.b.getContext(), tensor);
    if (from == to || isa<quant::UniformQuantizedPerAxisType>(to))
        return value;
    const auto type = RankedTensorType::get(g.shapeOf(value), to);
    Value stored = g.storage(value);
    if (stored.getType() != storageType(type))
        return value;
    if (tensor.type == tflite::TensorType_UINT8 && isa<quant::QuantizedType>(from) != isa<quant::QuantizedType>(to))
        stored = moveBytes(g, stored);
    return g.quantized(stored, type);
}

Value moveBytes(GraphBuilder &g, Value integers)
{
    return g.elementwise(integers, g.b.getI8Type(), [](OpBuilder &b, Location loc, ValueRange in) {
        return arith::XOrIOp::create(b, loc, in[0], GraphBuilder::scalar(b, loc, in[0].getType(), int64_t(INT8_MIN)));
    });
}

} // namespace barecc::tflite_import
