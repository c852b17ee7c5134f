// LSTM steps in integers: 8-bit weights and outputs, 16-bit gates and cells. The matrices give gates in steps of 2^-12,
// which the logistic function and tanh take to steps of 2^-15.
//
// Plain layers are as in TensorFlow Lite Micro's reference kernel, which looks these functions up and rescales
// products. Layers with more to them are as in TensorFlow Lite's, which computes them as gemmlowp does and shifts
// products.
#include "compiler/import/tflite/Lstm.h"
#include "compiler/ir/Number.h"
#include "compiler/ir/ScalarFixedPoint.h"
#include "compiler/import/tflite/ScalarFixedPoint16.h"
#include "compiler/import/tflite/Table.h"

using namespace mlir;

namespace barecc::tflite_import {
namespace {

constexpr float gateStep = 1.0f / 4096, activatedStep = 1.0f / 32768;

class IntegerLstm : public Lstm {
public:
    using Lstm::Lstm;

private:
    struct Weights {
        Value offsets; // see offsetsOf
        FixedPoint scale;
    };
    struct GateWeights {
        Weights input, hidden;
        FixedPoint peephole, norm;
        Value peepholes, coefficients, bias;
    };

    LogicalResult prepare() override;
    FailureOr<State> step(Value input, Value auxiliary, const State &before) override;

    LogicalResult prepareGate(Gate which);
    LogicalResult prepareProjection();
    LogicalResult requireWeights(unsigned i, unsigned width);
    Value spread(Value peepholes) const;
    Value offsetsOf(unsigned weights, int64_t zeroPoint, Value bias) const;
    Value product(Value rows, unsigned weights, Value offsets) const;
    Value gate(Gate which, const State &before, Value input, Value cell) const;
    Value normalised(const GateWeights &weights, unsigned coefficients, Value gate) const;
    Value activated(Gate which, Value sum) const;
    Value nextCell(Value forget, Value before, Value open, Value candidate) const;
    Value nextHidden(Value cell, Value output) const;

    bool isPlain() const { return !isCoupled() && !hasPeephole() && !hasProjection() && !hasNorm(); }
    Value map(ValueRange values, llvm::function_ref<Value(Scalar, ValueRange)> body) const
    {
        return node.map(values, g.b.getIntegerType(16), body);
    }
    static Value narrow(const Scalar &s, Value x)
    {
        return narrowTo(s, x, {INT16_MIN, INT16_MAX}, s.b.getIntegerType(16));
    }
    static Value times(const Scalar &s, Value x, Value y) { return s.mul(s.widen(x), s.widen(y)); }

    GateWeights gates[gateCount];
    Weights projection;
    float hiddenStep = 0; // of the products of cell and output gate
    int64_t hiddenZero = 0;
    int cellBits = 0; // the step of the cells is 2^(cellBits - 15)
};

// ---- Preparation -------------------------------------------------------------------------------------------

LogicalResult IntegerLstm::requireWeights(unsigned i, unsigned width)
{
    if (!has(i))
        return node.error("lacks input " + Twine(i) + "; the file is damaged");
    if (failed(node.requirePerTensor(i)))
        return failure();
    return node.element(i).isInteger(width) && node.zeroPoint(i) == 0 ? success() : node.unsupportedType(i);
}

/// The bias with what the operand's zero point adds to the products: -zero point x sum of a row.
Value IntegerLstm::offsetsOf(unsigned weights, int64_t zeroPoint, Value bias) const
{
    const Type i32 = g.b.getI32Type();
    Value wide = node.map(node.storage(weights), i32, [](Scalar s, ValueRange in) { return s.widen(in[0]); });
    Value sums = g.reduce(wide, {1}, false, g.b.getI32IntegerAttr(0),
                          [](OpBuilder &b, Location loc, ValueRange in) { return Scalar{b, loc}.add(in[0], in[1]); });
    Value moved = node.map(sums, i32, [&](Scalar s, ValueRange in) { return s.mul(in[0], s.i32(-zeroPoint)); });
    return bias ? node.map({moved, bias}, i32, [](Scalar s, ValueRange in) { return s.add(in[0], in[1]); }) : moved;
}

/// TensorFlow Lite takes as many peepholes as there are outputs: with a projection to fewer, the last cells have none.
Value IntegerLstm::spread(Value peepholes) const
{
    if (sizes.outputs >= sizes.cells)
        return peepholes;
    Value none = g.splat(RankedTensorType::get({sizes.cells - sizes.outputs}, g.elementOf(peepholes)), 0.0);
    return g.concat({g.slice(peepholes, {0}, {sizes.outputs}, {1}), none}, 0);
}

LogicalResult IntegerLstm::prepareGate(Gate which)
{
    GateWeights &weights = gates[which];
    const unsigned input = tensors.input + which, recurrent = tensors.recurrent + which, bias = tensors.bias + which;
    if (failed(requireWeights(input, 8)) || failed(requireWeights(recurrent, 8)))
        return failure();
    FailureOr<Value> stored = vectorOf(node, bias, sizes.cells);
    if (failed(stored))
        return failure();
    if (!node.element(bias).isInteger(32))
        return node.unsupportedType(bias);
    float step = gateStep;
    weights.bias = *stored;
    if (hasNorm()) {
        const Tensor *sum = node.intermediate(which);
        if (!sum || sum->scales.size() != 1)
            return node.error("does not say how the sums of a gate are quantised; the file is damaged");
        step = sum->scales.front();
        const unsigned norm = *tensors.norm + which;
        FailureOr<Value> coefficients = vectorOf(node, norm, sizes.cells);
        if (failed(coefficients) || failed(requireWeights(norm, 16)))
            return failure();
        weights.coefficients = *coefficients;
        weights.norm = fixedPoint(double(node.scale(norm)) / double(gateStep));
    }
    if (const unsigned peephole = tensors.peepholeOf(which); which != cellGate && hasPeephole()) {
        FailureOr<Value> peepholes = vectorOf(node, peephole, sizes.cells);
        if (failed(peepholes) || failed(requireWeights(peephole, 16)))
            return failure();
        weights.peepholes = spread(*peepholes);
        weights.peephole = fixedPoint(double(std::ldexp(1.0f, cellBits - 15) * node.scale(peephole) / step));
    }
    auto prepared = [&](unsigned operand, unsigned matrix, Value addend) -> Weights {
        return {offsetsOf(matrix, node.zeroPoint(operand), addend),
                fixedPoint(double(node.scale(matrix) * node.scale(operand) / step))};
    };
    weights.input = prepared(tensors.sequence, input, hasNorm() ? Value() : weights.bias);
    weights.hidden = prepared(tensors.hidden, recurrent, {});
    return success();
}

LogicalResult IntegerLstm::prepareProjection()
{
    hiddenStep = node.scale(tensors.hidden);
    hiddenZero = node.zeroPoint(tensors.hidden);
    if (!hasProjection())
        return success();
    const Tensor *hidden = node.intermediate(4);
    if (!hidden || hidden->scales.size() != 1)
        return node.error("does not say how the input of the projection is quantised; the file is damaged");
    if (failed(requireWeights(tensors.projection, 8)))
        return failure();
    hiddenStep = hidden->scales.front();
    hiddenZero = hidden->zeroPoints.front();
    if (hiddenZero < INT8_MIN || hiddenZero > INT8_MAX)
        return node.error("has a zero point of " + Twine(hiddenZero) +
                          " for the input of the projection, which has 8 bits; the file is damaged");
    Value bias;
    if (has(tensors.projectionBias)) {
        FailureOr<Value> stored = vectorOf(node, tensors.projectionBias, sizes.outputs);
        if (failed(stored))
            return failure();
        if (!node.element(tensors.projectionBias).isInteger(32))
            return node.unsupportedType(tensors.projectionBias);
        bias = *stored;
    }
    projection = {offsetsOf(tensors.projection, hiddenZero, bias),
                  fixedPoint(double(node.scale(tensors.projection) * hiddenStep / node.scale(tensors.hidden)))};
    return success();
}

LogicalResult IntegerLstm::prepare()
{
    if (options.activation != tflite::ActivationFunctionType_TANH)
        return node.error("has another activation than tanh beside integer activations, which barecc does not take; "
                          "quantise the weights only");
    for (unsigned i : {tensors.sequence, tensors.hidden, tensors.cell})
        if (failed(node.requirePerTensor(i)))
            return failure();
    if (!node.element(tensors.sequence).isInteger(8) || !node.element(tensors.hidden).isInteger(8) ||
        !node.element(tensors.cell).isInteger(16) || node.zeroPoint(tensors.cell) != 0)
        return node.unsupportedType(tensors.cell);
    const float exponent = std::log2(node.scale(tensors.cell));
    cellBits = 15 + int(std::round(exponent));
    if (std::abs(exponent - std::round(exponent)) > 1e-3f || cellBits < 0 || cellBits > 6)
        return node.error("has cells in steps that are no power of two from 2^-15 to 2^-9; quantise the model again");
    for (unsigned i = isCoupled() ? forgetGate : inputGate; i < gateCount; ++i)
        if (failed(prepareGate(Gate(i))))
            return failure();
    return prepareProjection();
}

// ---- A step ------------------------------------------------------------------------------------------------

/// rows x weights^T + offsets, on 32 bits.
Value IntegerLstm::product(Value rows, unsigned weights, Value offsets) const
{
    using utils::IteratorType;
    AffineExpr m, n, k;
    bindDims(g.b.getContext(), m, n, k);
    auto map = [&](ArrayRef<AffineExpr> results) { return AffineMap::get(3, 0, results, g.b.getContext()); };
    const Type i32 = g.b.getI32Type();
    Value sums = g.contract(RankedTensorType::get({sizes.batch, node.shape(weights)[0]}, i32),
                            {rows, node.storage(weights)}, {map({m, k}), map({n, k}), map({m, n})},
                            {IteratorType::parallel, IteratorType::parallel, IteratorType::reduction},
                            GraphBuilder::scalarAttr(i32, 0), [](OpBuilder &b, Location loc, ValueRange in) {
                                const Scalar s{b, loc};
                                return s.add(in[2], times(s, in[0], in[1]));
                            });
    return node.map({sums, offsets}, i32, [](Scalar s, ValueRange in) { return s.add(in[0], in[1]); });
}

/// Less the mean, over the standard deviation, row by row; in steps of 2^-12.
Value IntegerLstm::normalised(const GateWeights &weights, unsigned coefficients, Value gate) const
{
    const Type i32 = g.b.getI32Type(), i64 = g.b.getI64Type();
    auto sum = [&](Value x) {
        return g.reduce(x, {1}, true, g.b.getI64IntegerAttr(0),
                        [](OpBuilder &b, Location loc, ValueRange in) { return Scalar{b, loc}.add(in[0], in[1]); });
    };
    Value wide = node.map(gate, i64, [&](Scalar s, ValueRange in) { return s.convert(in[0], i64); });
    Value squares = node.map(wide, i64, [](Scalar s, ValueRange in) { return s.mul(in[0], in[0]); });
    Value mean = node.map(sum(wide), i32, [&](Scalar s, ValueRange in) {
        return s.widen(s.div(s.mul(in[0], s.integer(i64, 1024)), s.integer(i64, sizes.cells)));
    });
    const int64_t guard = std::max<int64_t>(1, integerOf(double(10000 * node.scale(coefficients)), 32));
    Value variance = node.map({sum(squares), mean}, i32, [&](Scalar s, ValueRange in) {
        Value m = s.convert(in[1], i64);
        Value scaled = s.sub(s.mul(in[0], s.integer(i64, (1 << 20) / sizes.cells)), s.mul(m, m));
        Value rounded = s.widen(s.div(scaled, s.integer(i64, 1 << 20)));
        return s.select(s.less(rounded, s.i32(1)), s.i32(guard), rounded);
    });
    return map({gate, mean, variance, weights.coefficients, weights.bias}, [&](Scalar s, ValueRange in) {
        Value centred = s.sub(s.mul(s.widen(in[0]), s.i32(1024)), in[1]);
        Value unit = rescale(s, centred, inverseSquareRootMultiplier(s, in[2]), inverseSquareRootShift(s, in[2]));
        Value weighted = s.add(s.mul(unit, s.widen(in[3])), in[4]);
        Value nudge = s.select(s.less(s.i32(0), weighted), s.i32(512), s.i32(-512));
        return narrow(s, s.rescale(s.div(s.add(weighted, nudge), s.i32(1024)), weights.norm));
    });
}

Value IntegerLstm::activated(Gate which, Value sum) const
{
    if (isPlain())
        return which == cellGate ? tanh16(g, sum, gateStep) : logistic16(g, sum, gateStep);
    return map(sum, [&](Scalar s, ValueRange in) {
        Value x = s.widen(in[0]);
        return narrow(s, which == cellGate ? fixedTanh16(s, x, 3) : fixedLogistic16(s, x));
    });
}

Value IntegerLstm::gate(Gate which, const State &before, Value input, Value cell) const
{
    const GateWeights &weights = gates[which];
    Value sum = map({product(input, tensors.input + which, weights.input.offsets),
                     product(before.hidden, tensors.recurrent + which, weights.hidden.offsets)},
                    [&](Scalar s, ValueRange in) {
                        Value x = s.widen(narrow(s, s.rescale(in[0], weights.input.scale)));
                        Value h = s.rescale(in[1], weights.hidden.scale);
                        return narrow(s, s.add(x, isPlain() ? s.widen(narrow(s, h)) : h));
                    });
    if (weights.peepholes)
        sum = map({sum, cell, weights.peepholes}, [&](Scalar s, ValueRange in) {
            return narrow(s, s.add(s.widen(in[0]), s.rescale(times(s, in[1], in[2]), weights.peephole)));
        });
    if (hasNorm())
        sum = normalised(weights, *tensors.norm + which, sum);
    return activated(which, sum);
}

Value IntegerLstm::nextCell(Value forget, Value before, Value open, Value candidate) const
{
    const double cellStep = double(node.scale(tensors.cell));
    const FixedPoint keep = fixedPoint(double(activatedStep) * cellStep / cellStep),
                     take = fixedPoint(double(activatedStep) * double(activatedStep) / cellStep);
    Value cell = map({forget, before, open, candidate}, [&](Scalar s, ValueRange in) {
        Value kept = times(s, in[0], in[1]), taken = times(s, in[2], in[3]);
        kept = isPlain() ? s.rescale(kept, keep) : roundingShiftRight(s, kept, s.i32(15));
        taken = isPlain() ? s.rescale(taken, take) : roundingShiftRight(s, taken, s.i32(15 + cellBits));
        return narrow(s, s.add(s.widen(narrow(s, kept)), s.widen(narrow(s, taken))));
    });
    if (!(options.cellClip > 0))
        return cell;
    const double limit = std::floor(std::min(double(options.cellClip) / cellStep, 32767.0));
    return map(cell, [&](Scalar s, ValueRange in) { return s.clamp(in[0], -limit, limit); });
}

/// What the output gate lets through of the cells, projected.
Value IntegerLstm::nextHidden(Value cell, Value output) const
{
    const Type i8 = g.b.getIntegerType(8);
    const FixedPoint show = fixedPoint(isPlain() ? double(activatedStep) * double(activatedStep) / double(hiddenStep)
                                                 : double(activatedStep / hiddenStep * activatedStep));
    Value shown = isPlain() ? tanh16(g, cell, node.scale(tensors.cell)) : map(cell, [&](Scalar s, ValueRange in) {
        return narrow(s, fixedTanh16(s, s.widen(in[0]), cellBits));
    });
    Value hidden = node.map({shown, output}, i8, [&](Scalar s, ValueRange in) {
        Value moved = s.add(s.rescale(times(s, in[0], in[1]), show), s.i32(hiddenZero));
        return narrowTo(s, moved, {INT8_MIN, INT8_MAX}, i8);
    });
    if (!hasProjection())
        return hidden;
    const float clip = options.projectionClip / node.scale(tensors.hidden);
    const double limit = options.projectionClip > 0 ? std::floor(std::min(clip, 127.0f)) : 128;
    return node.map(product(hidden, tensors.projection, projection.offsets), i8, [&](Scalar s, ValueRange in) {
        Value moved = s.add(s.rescale(in[0], projection.scale), s.i32(node.zeroPoint(tensors.hidden)));
        return narrowTo(s, moved, {int64_t(-limit), int64_t(std::min(limit, 127.0))}, i8);
    });
}

FailureOr<Lstm::State> IntegerLstm::step(Value input, Value, const State &before)
{
    Value forget = gate(forgetGate, before, input, before.cell);
    Value open =
        isCoupled()
            ? map(forget, [](Scalar s, ValueRange in) { return s.sub(s.integer(in[0].getType(), INT16_MAX), in[0]); })
            : gate(inputGate, before, input, before.cell);
    Value cell = nextCell(forget, before.cell, open, gate(cellGate, before, input, {}));
    return State{nextHidden(cell, gate(outputGate, before, input, cell)), cell};
}

} // namespace

std::unique_ptr<Lstm> makeIntegerLstm(const Node &node, const LstmTensors &tensors, const LstmOptions &options)
{
    return std::make_unique<IntegerLstm>(node, tensors, options);
}

} // namespace barecc::tflite_import
