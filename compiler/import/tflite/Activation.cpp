// Activations that are operators of their own.
#include "compiler/import/tflite/FixedPoint.h"
#include "compiler/import/tflite/Table.h"

#include <cmath>

using namespace mlir;

namespace barecc::tflite_import {

// ---- Clamps and leaks --------------------------------------------------------------------------------------

/// Quantised identity between the scales of input and output: the body of every integer clamp.
static Value rescaled(const Node &node, IntegerRange range)
{
    const FixedPoint scale = fixedPoint(double(node.scale(0) / node.outputScale()));
    const Type storage = Node::storageElement(node.outputElement());
    return node.map(node.storage(0), storage, [&](Scalar s, ValueRange in) {
        Value x = s.rescale(s.sub(s.widen(in[0]), s.i32(node.zeroPoint(0))), scale);
        return narrowTo(s, s.add(x, s.i32(node.outputZeroPoint())), range, storage);
    });
}

static Outputs clampTo(Node &node, std::optional<float> low, std::optional<float> high)
{
    if (node.lacksScale(0))
        return one(node.outputZeros(node.shape(0)));
    if (node.quantization(0)) {
        if (failed(node.requirePerTensor(0)) || failed(node.requireQuantizedOutput()))
            return failure();
        return one(rescaled(node, clampRange(cast<quant::QuantizedType>(node.outputElement()), low, high)));
    }
    if (failed(node.requireFloat()))
        return failure();
    return one(node.map(node.input(0), node.element(0), [&](Scalar s, ValueRange in) {
        Value x = in[0];
        if (low)
            x = s.max(x, s.same(x, *low));
        if (high)
            x = s.min(x, s.same(x, *high));
        return x;
    }));
}

static Outputs relu(Node &node) { return clampTo(node, 0.0f, std::nullopt); }
static Outputs relu6(Node &node) { return clampTo(node, 0.0f, 6.0f); }
static Outputs reluN1To1(Node &node) { return clampTo(node, -1.0f, 1.0f); }
static Outputs relu0To1(Node &node) { return clampTo(node, 0.0f, 1.0f); }

static Outputs leakyRelu(Node &node)
{
    auto options = node.options<tflite::LeakyReluOptions>();
    if (failed(options))
        return failure();
    const float alpha = (*options)->alpha();
    if (node.lacksScale(0))
        return one(node.outputZeros(node.shape(0)));
    if (!node.quantization(0)) {
        if (failed(node.requireFloat()))
            return failure();
        return one(node.map(node.input(0), node.element(0), [&](Scalar s, ValueRange in) {
            return s.select(s.less(s.same(in[0], 0), in[0]), in[0], s.mul(in[0], s.same(in[0], alpha)));
        }));
    }
    if (failed(node.requirePerTensor(0)) || failed(node.requireQuantizedOutput()))
        return failure();
    // Single precision up to here, as TFLite multiplies its scales.
    const FixedPoint identity = fixedPoint(double(node.scale(0) / node.outputScale()));
    const float leak = node.scale(0) * alpha / node.outputScale();
    const FixedPoint below = fixedPoint(std::abs(double(leak)));
    const IntegerRange range = clampRange(cast<quant::QuantizedType>(node.outputElement()), std::nullopt, std::nullopt);
    const Type storage = Node::storageElement(node.outputElement());
    return one(node.map(node.storage(0), storage, [&](Scalar s, ValueRange in) {
        Value x = s.sub(s.widen(in[0]), s.i32(node.zeroPoint(0)));
        Value negative = s.rescale(leak < 0 ? s.sub(s.i32(0), x) : x, below);
        Value y = s.select(s.less(x, s.i32(0)), negative, s.rescale(x, identity));
        return narrowTo(s, s.add(y, s.i32(node.outputZeroPoint())), range, storage);
    }));
}

static Outputs prelu(Node &node)
{
    if (!node.quantization(0)) {
        if (failed(node.requireFloat()) || failed(node.requireFloat(1)))
            return failure();
        return one(node.elementwise({node.input(0), node.input(1)}, node.element(0), [](Scalar s, ValueRange in) {
            return s.select(s.less(in[0], s.same(in[0], 0)), s.mul(in[0], in[1]), in[0]);
        }));
    }
    if (failed(node.requirePerTensor(0)) || failed(node.requirePerTensor(1)) || failed(node.requireQuantizedOutput()))
        return failure();
    const FixedPoint identity = fixedPoint(double(node.scale(0) / node.outputScale()));
    const FixedPoint below = fixedPoint(double(node.scale(0) * node.scale(1) / node.outputScale()));
    const IntegerRange range = clampRange(cast<quant::QuantizedType>(node.outputElement()), std::nullopt, std::nullopt);
    const Type storage = Node::storageElement(node.outputElement());
    return one(node.elementwise({node.storage(0), node.storage(1)}, storage, [&](Scalar s, ValueRange in) {
        Value x = s.sub(s.widen(in[0]), s.i32(node.zeroPoint(0)));
        Value alpha = s.sub(s.widen(in[1]), s.i32(node.zeroPoint(1)));
        Value y = s.select(s.less(x, s.i32(0)), s.rescale(s.mul(x, alpha), below), s.rescale(x, identity));
        return narrowTo(s, s.add(y, s.i32(node.outputZeroPoint())), range, storage);
    }));
}

// ---- Curves ------------------------------------------------------------------------------------------------

/// A function of a fixed-point number with 4 integer bits to one with none, at all bytes.
static Value fixedPointTable(const Node &node, int32_t (*function)(int32_t), int outputBits, int zeroPoint)
{
    int shift;
    const double fraction = std::frexp(double(node.scale(0)) * double(1 << 27), &shift);
    const FixedPoint scale{int32_t(std::min<int64_t>(std::llround(fraction * double(int64_t(1) << 31)), INT32_MAX)),
                           shift};
    // Beyond this the input would overflow, and the function is at its end.
    const double radius = std::floor(15.0 * double(1 << 27) / std::ldexp(1.0, shift));
    return lookUp(node, [&](int32_t x) -> int64_t {
        if (x <= -radius)
            return function == fixedTanh ? -128 : zeroPoint;
        if (x >= radius)
            return 127;
        const int32_t input = doublingHighMul(int32_t(uint32_t(x) << std::max(shift, 0)), scale.multiplier);
        const int32_t result = function(shift < 0 ? roundingShiftRight(input, std::min(-shift, 31)) : input);
        return roundingShiftRight(result, 31 - outputBits) + zeroPoint;
    });
}

static Outputs tanhOf(Node &node)
{
    if (node.quantization(0)) {
        if (failed(requireBytesOrShorts(node)))
            return failure();
        return one(node.element(0).isInteger(16) ? tanh16(node) : fixedPointTable(node, fixedTanh, 7, 0));
    }
    if (failed(node.requireFloat()))
        return failure();
    return one(
        node.map(node.input(0), node.element(0), [](Scalar s, ValueRange in) { return s.op<math::TanhOp>(in); }));
}

static Outputs logistic(Node &node)
{
    if (node.quantization(0)) {
        if (failed(requireBytesOrShorts(node)))
            return failure();
        return one(node.element(0).isInteger(16) ? logistic16(node) : fixedPointTable(node, fixedLogistic, 8, -128));
    }
    if (failed(node.requireFloat()))
        return failure();
    return one(node.map(node.input(0), node.element(0), [](Scalar s, ValueRange in) {
        Value exponential = s.op<math::ExpOp>(s.op<arith::NegFOp>(in[0]));
        return s.div(s.same(in[0], 1), s.add(s.same(in[0], 1), exponential));
    }));
}

static Outputs elu(Node &node)
{
    if (node.quantization(0)) {
        if (failed(requireBytes(node)))
            return failure();
        return one(lookUpReal(node, [](float x) { return x < 0 ? std::exp(x) - 1.0f : x; }));
    }
    if (failed(node.requireFloat()))
        return failure();
    return one(node.map(node.input(0), node.element(0), [](Scalar s, ValueRange in) {
        return s.select(s.less(in[0], s.same(in[0], 0)), s.op<math::ExpM1Op>(in[0]), in[0]);
    }));
}

static Outputs gelu(Node &node)
{
    const auto *options = node.optionsOrNull<tflite::GeluOptions>();
    const bool approximate = options && options->approximate();
    if (node.quantization(0)) {
        if (failed(requireBytes(node)))
            return failure();
        return one(lookUpReal(node, [&](float x) {
            if (approximate)
                return 0.5f * x * (1.0f + std::tanh(0.7978845608f * (x + 0.044715f * x * x * x)));
            return 0.5f * x * std::erfc(x * -0.70710678118f);
        }));
    }
    if (failed(node.requireFloat()))
        return failure();
    return one(node.map(node.input(0), node.element(0), [&](Scalar s, ValueRange in) {
        Value x = in[0], half = s.mul(s.same(x, 0.5), x), sum;
        if (approximate) {
            Value cube = s.mul(s.mul(s.mul(s.same(x, 0.044715), x), x), x);
            sum = s.op<math::TanhOp>(s.mul(s.same(x, 0.7978845608028654), s.add(x, cube)));
        } else {
            sum = s.op<math::ErfOp>(s.mul(x, s.same(x, 0.7071067811865476)));
        }
        return s.mul(half, s.add(s.same(x, 1), sum));
    }));
}

static int16_t saturate16(int32_t x) { return int16_t(std::clamp<int32_t>(x, INT16_MIN, INT16_MAX)); }

/// A multiplier of 16 bits in [2^14, 2^15) and its exponent.
static std::pair<int16_t, int> fixedPoint16(double real)
{
    const FixedPoint wide = fixedPoint(real);
    return {int16_t(std::min((int64_t(wide.multiplier) + (1 << 15)) >> 16, int64_t(INT16_MAX))), wide.shift};
}

/// x * relu6(x + 3) / 6 with 16-bit fixed point, as the reference kernel computes it.
static Value hardSwishTable(const Node &node)
{
    const double fineScale = double((1.0f / 128.0f) * node.scale(0));
    const auto [outputMultiplier, outputExponent] = fixedPoint16(fineScale / double(node.outputScale()));
    const auto [gateMultiplier, gateExponent] = fixedPoint16(fineScale / double(3.0f / 32768.0f));
    return lookUp(node,
                  [&, outputMultiplier = outputMultiplier, outputExponent = outputExponent,
                   gateMultiplier = gateMultiplier, gateExponent = gateExponent](int32_t x) -> int64_t {
                      const auto fine = int16_t(x * 128);
                      const int16_t scaled = doublingHighMul16(fine, outputMultiplier);
                      int16_t gate = fine;
                      if (gateExponent > 0)
                          gate = saturate16(int32_t(gate) * (1 << std::min(gateExponent - 1, 15)));
                      gate = doublingHighMul16(gate, gateMultiplier);
                      if (gateExponent > 0)
                          gate = saturate16(int32_t(gate) * 2);
                      if (gateExponent < 0)
                          gate = int16_t(roundingShiftRight(gate, std::min(-gateExponent, 31)));
                      gate = int16_t((int32_t(gate) + (1 << 15)) >> 1); // from [-1, 1] to [0, 1]
                      const int32_t product =
                          gate == INT16_MIN && scaled == INT16_MIN ? INT16_MAX : int32_t(gate) * scaled / (1 << 15);
                      return int64_t(roundingShiftRight(product, std::clamp(-outputExponent, 0, 31))) +
                             node.outputZeroPoint();
                  });
}

static Outputs hardSwish(Node &node)
{
    if (node.quantization(0)) {
        if (failed(requireBytes(node)))
            return failure();
        if (node.scale(0) >= 128 * node.outputScale())
            return node.error("has an output scale too small for its input; quantise the model again");
        return one(hardSwishTable(node));
    }
    if (failed(node.requireFloat()))
        return failure();
    return one(node.map(node.input(0), node.element(0), [](Scalar s, ValueRange in) {
        Value gate = s.clamp(s.add(in[0], s.same(in[0], 3)), 0, 6);
        return s.mul(s.mul(in[0], gate), s.same(in[0], 1.0 / 6));
    }));
}

ArrayRef<Entry> activationOperators()
{
    static const Entry entries[] = {
        {tflite::BuiltinOperator_ELU, elu, 1, "float32, int8, uint8"},
        {tflite::BuiltinOperator_GELU, gelu, 1, "float32, int8, uint8"},
        {tflite::BuiltinOperator_HARD_SWISH, hardSwish, 1, "float32, int8, uint8"},
        {tflite::BuiltinOperator_LEAKY_RELU, leakyRelu, 1, "float32, int8, uint8, int16"},
        {tflite::BuiltinOperator_LOGISTIC, logistic, 1, "float32, int8, uint8, int16"},
        {tflite::BuiltinOperator_PRELU, prelu, 2, "float32, int8, uint8"},
        {tflite::BuiltinOperator_RELU, relu, 1, "float32, int8, uint8, int16"},
        {tflite::BuiltinOperator_RELU6, relu6, 1, "float32, int8, uint8, int16"},
        {tflite::BuiltinOperator_RELU_0_TO_1, relu0To1, 1, "float32, int8, uint8, int16"},
        {tflite::BuiltinOperator_RELU_N1_TO_1, reluN1To1, 1, "float32, int8, uint8, int16"},
        {tflite::BuiltinOperator_STABLEHLO_LOGISTIC, logistic, 1, "float32, int8, uint8, int16"},
        {tflite::BuiltinOperator_STABLEHLO_TANH, tanhOf, 1, "float32, int8, uint8, int16"},
        {tflite::BuiltinOperator_TANH, tanhOf, 1, "float32, int8, uint8, int16"},
    };
    return entries;
}

} // namespace barecc::tflite_import
