// LSTM steps in floats, with weights that are floats or 8-bit integers.
#include "compiler/import/tflite/Lstm.h"

using namespace mlir;

namespace barecc::tflite_import {
namespace {

class FloatLstm : public Lstm {
public:
    using Lstm::Lstm;

private:
    /// What all gates of a step are multiplied with.
    struct Operands {
        Rows input, hidden;
        std::optional<Rows> auxiliary;
    };

    LogicalResult prepare() override;
    FailureOr<State> step(Value input, Value auxiliary, const State &before) override;

    /// A vector for all cells as floats; null where input i is absent.
    LogicalResult readVector(unsigned i, int64_t size, Value &vector);
    FailureOr<Value> gate(Gate which, const Operands &operands, Value cell);
    Value normalise(Value gate);
    FailureOr<Value> projected(Value hidden);

    Value map(ValueRange values, llvm::function_ref<Value(Scalar, ValueRange)> body) const
    {
        return node.map(values, g.b.getF32Type(), body);
    }
    Value add(Value x, Value y) const
    {
        return map({x, y}, [](Scalar s, ValueRange in) { return s.add(in[0], in[1]); });
    }
    Value multiply(Value x, Value y) const
    {
        return map({x, y}, [](Scalar s, ValueRange in) { return s.mul(in[0], in[1]); });
    }
    Value clipped(Value x, float limit) const
    {
        return limit > 0 ? map(x, [&](Scalar s, ValueRange in) { return s.clamp(in[0], -limit, limit); }) : x;
    }

    Value bias[gateCount], peephole[gateCount], norm[gateCount], projectionBias;
};

LogicalResult FloatLstm::readVector(unsigned i, int64_t size, Value &vector)
{
    if (!has(i))
        return success();
    FailureOr<Value> stored = vectorOf(node, i, size);
    if (failed(stored))
        return failure();
    vector = *stored;
    if (node.element(i).isF32())
        return success();
    if (failed(node.requirePerTensor(i)))
        return failure();
    const float scale = node.scale(i);
    const int64_t zeroPoint = node.zeroPoint(i);
    vector = map(vector, [&](Scalar s, ValueRange in) {
        Value centred = s.sub(s.widen(in[0]), s.i32(zeroPoint));
        return s.mul(s.convert(centred, s.b.getF32Type()), s.f32(scale));
    });
    return success();
}

LogicalResult FloatLstm::prepare()
{
    for (unsigned i : {tensors.sequence, tensors.hidden, tensors.cell})
        if (failed(node.requireFloat(i)))
            return failure();
    for (unsigned i = isCoupled() ? forgetGate : inputGate; i < gateCount; ++i) {
        if (failed(readVector(tensors.bias + i, sizes.cells, bias[i])) ||
            (i != cellGate && failed(readVector(tensors.peepholeOf(Gate(i)), sizes.cells, peephole[i]))) ||
            (hasNorm() && failed(readVector(*tensors.norm + i, sizes.cells, norm[i]))))
            return failure();
        if (!bias[i] || (hasNorm() && !norm[i]))
            return node.error("lacks biases or coefficients of a normalisation; the file is damaged");
        if (bias[i] && !node.element(tensors.bias + i).isF32())
            return node.unsupportedType(tensors.bias + i);
    }
    return hasProjection() ? readVector(tensors.projectionBias, sizes.outputs, projectionBias) : success();
}

/// Less the mean, over the standard deviation, row by row.
Value FloatLstm::normalise(Value gate)
{
    const double count = double(sizes.cells);
    auto mean = [&](Value x) {
        Value sum = g.reduce(x, {1}, true, g.b.getF32FloatAttr(0), [](OpBuilder &b, Location loc, ValueRange in) {
            return Scalar{b, loc}.add(in[0], in[1]);
        });
        return map(sum, [&](Scalar s, ValueRange in) { return s.div(in[0], s.f32(count)); });
    };
    Value centred = map({gate, mean(gate)}, [](Scalar s, ValueRange in) { return s.sub(in[0], in[1]); });
    return map({centred, mean(multiply(centred, centred))}, [](Scalar s, ValueRange in) {
        return s.mul(in[0], s.div(s.f32(1), s.op<math::SqrtOp>(s.add(in[1], s.f32(1e-8)))));
    });
}

FailureOr<Value> FloatLstm::gate(Gate which, const Operands &operands, Value cell)
{
    FailureOr<Value> sum =
        floatProduct(node, operands.input, tensors.input + which, norm[which] ? Value() : bias[which]);
    if (succeeded(sum) && operands.auxiliary)
        sum = floatProduct(node, *operands.auxiliary, *tensors.auxWeights + which, *sum);
    if (succeeded(sum))
        sum = floatProduct(node, operands.hidden, tensors.recurrent + which, *sum);
    if (failed(sum))
        return failure();
    if (peephole[which])
        sum = add(*sum, multiply(cell, peephole[which]));
    if (norm[which])
        sum = add(multiply(normalise(*sum), norm[which]), bias[which]);
    if (which == cellGate)
        return activate(node, *sum, options.activation);
    return map(*sum, [](Scalar s, ValueRange in) {
        return s.div(s.f32(1), s.add(s.f32(1), s.op<math::ExpOp>({s.op<arith::NegFOp>(in[0])})));
    });
}

FailureOr<Value> FloatLstm::projected(Value hidden)
{
    if (!hasProjection())
        return hidden;
    const Rows rows = rowsFor(node, hidden, tensors.projection, options.asymmetric);
    FailureOr<Value> output = floatProduct(node, rows, tensors.projection, projectionBias);
    if (failed(output))
        return failure();
    return clipped(*output, options.projectionClip);
}

FailureOr<Lstm::State> FloatLstm::step(Value input, Value auxiliary, const State &before)
{
    Operands operands{rowsFor(node, input, tensors.input + outputGate, options.asymmetric),
                      rowsFor(node, before.hidden, tensors.recurrent + outputGate, options.asymmetric), std::nullopt};
    if (auxiliary)
        operands.auxiliary = rowsFor(node, auxiliary, *tensors.auxWeights + outputGate, options.asymmetric);
    FailureOr<Value> forget = gate(forgetGate, operands, before.cell), candidate = gate(cellGate, operands, {});
    if (failed(forget) || failed(candidate))
        return failure();
    FailureOr<Value> open = isCoupled() ? map(*forget, [](Scalar s, ValueRange in) { return s.sub(s.f32(1), in[0]); })
                                        : gate(inputGate, operands, before.cell);
    if (failed(open))
        return failure();
    Value cell = clipped(add(multiply(*forget, before.cell), multiply(*open, *candidate)), options.cellClip);
    FailureOr<Value> output = gate(outputGate, operands, cell), shown = activate(node, cell, options.activation);
    if (failed(output) || failed(shown))
        return failure();
    FailureOr<Value> hidden = projected(multiply(*output, *shown));
    if (failed(hidden))
        return failure();
    return State{*hidden, cell};
}

} // namespace

std::unique_ptr<Lstm> makeFloatLstm(const Node &node, const LstmTensors &tensors, const LstmOptions &options)
{
    return std::make_unique<FloatLstm>(node, tensors, options);
}

} // namespace barecc::tflite_import
