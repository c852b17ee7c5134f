// Functions of one element.
#include "compiler/import/tflite/FixedPoint.h"
#include "compiler/import/tflite/Table.h"
#include "compiler/ir/Evaluate.h"

#include <cmath>

using namespace mlir;

namespace barecc::tflite_import {

// ---- Functions of C's math library -------------------------------------------------------------------------

template <typename Op> static Outputs real(Node &node)
{
    if (failed(node.requireFloat()))
        return failure();
    return one(node.map(node.input(0), node.element(0), [](Scalar s, ValueRange in) { return s.op<Op>(in); }));
}

static Outputs exponential(Node &node)
{
    if (!node.quantization(0))
        return real<math::ExpOp>(node);
    if (failed(requireBytesOrShorts(node)))
        return failure();
    return one(lookUpReal(node, [](float x) { return std::exp(x); }));
}

/// What has no logarithm gives the least output.
static Outputs logarithm(Node &node)
{
    if (!node.quantization(0))
        return real<math::LogOp>(node);
    if (failed(requireBytesOrShorts(node)))
        return failure();
    const float low = node.element(0).isInteger(8) ? -128.0f : -32768.0f;
    const float least = (low - float(node.outputZeroPoint())) * node.outputScale();
    return one(lookUpReal(node, [&](float x) { return x <= 0.0f ? least : std::log(x); }));
}

/// Cut towards zero, as TFLite does it. What has no root counts as zero.
static Outputs squareRoot(Node &node)
{
    if (!node.quantization(0))
        return real<math::SqrtOp>(node);
    if (failed(requireBytesOrShorts(node)))
        return failure();
    const float scale = node.scale(0), step = node.outputScale();
    if (node.element(0).isInteger(8))
        return one(lookUp(node, [&](int32_t x) -> int64_t {
            return int64_t(std::min(std::sqrt(scale * float(std::max(x, 0))) / step, 1e6f)) + node.outputZeroPoint();
        }));
    const Type i16 = node.element(0), f32 = node.g.b.getF32Type();
    return one(node.map(node.storage(0), i16, [&](Scalar s, ValueRange in) {
        Value x = s.convert(s.max(s.widen(in[0]), s.i32(0)), f32);
        Value root = s.div(s.op<math::SqrtOp>(s.mul(x, s.f32(scale))), s.f32(step));
        return s.convert(s.widen(s.min(root, s.f32(INT16_MAX))), i16);
    }));
}

static Value inverseRoots(const Node &node)
{
    const int precision = 20; // bits that the integer quotient keeps
    const FixedPoint scale = fixedPoint(1.0 / double(std::sqrt(node.scale(0)) * node.outputScale()));
    return lookUp(node, [&](int32_t x) -> int64_t {
        if (x <= 0)
            return 127;
        const FixedPoint root = inverseSquareRoot(x);
        const int32_t inverse = rescale(1, root.multiplier, root.shift + precision);
        const int shift = std::clamp(scale.shift - precision, -31, 30);
        return int64_t(rescale(inverse, scale.multiplier, shift)) + node.outputZeroPoint();
    });
}

/// What has no root gives the greatest output.
static Outputs inverseSquareRootOf(Node &node)
{
    if (!node.quantization(0))
        return real<math::RsqrtOp>(node);
    if (failed(requireBytesOrShorts(node)))
        return failure();
    if (node.element(0).isInteger(8))
        return one(inverseRoots(node));
    const float greatest = 32767.0f * node.outputScale();
    return one(lookUpReal(node, [&](float x) { return x <= 0.0f ? greatest : 1.0f / std::sqrt(x); }));
}

// ---- Sign and magnitude ------------------------------------------------------------------------------------

/// A quantised function of one element that is exact in integers but for the change of scale.
static Outputs rescaledUnary(Node &node, llvm::function_ref<Value(Scalar, Value)> function)
{
    if (failed(node.requirePerTensor(0)) || failed(node.requireQuantizedOutput()))
        return failure();
    // Single precision, as TFLite divides its scales.
    const FixedPoint by = fixedPoint(double(node.scale(0) / node.outputScale()));
    const IntegerRange range = clampRange(cast<quant::QuantizedType>(node.outputElement()), std::nullopt, std::nullopt);
    const Type storage = Node::storageElement(node.outputElement());
    return one(node.map(node.storage(0), storage, [&](Scalar s, ValueRange in) {
        Value x = s.rescale(function(s, s.sub(s.widen(in[0]), s.i32(node.zeroPoint(0)))), by);
        return narrowTo(s, s.add(x, s.i32(node.outputZeroPoint())), range, storage);
    }));
}

static Value absolute(Scalar s, Value x) { return Scalar::isFloat(x) ? s.op<math::AbsFOp>(x) : s.op<math::AbsIOp>(x); }

static Outputs absOf(Node &node)
{
    if (node.quantization(0))
        return rescaledUnary(node, absolute);
    if (failed(node.requirePlainOutput()))
        return failure();
    return one(node.map(node.input(0), node.element(0), [](Scalar s, ValueRange in) { return absolute(s, in[0]); }));
}

static Outputs neg(Node &node)
{
    if (node.quantization(0))
        return rescaledUnary(node, [](Scalar s, Value x) { return s.sub(s.i32(0), x); });
    if (failed(node.requirePlainOutput()))
        return failure();
    return one(node.map(node.input(0), node.element(0), [](Scalar s, ValueRange in) {
        return Scalar::isFloat(in[0]) ? s.op<arith::NegFOp>(in[0]) : s.sub(s.same(in[0], 0), in[0]);
    }));
}

static Outputs square(Node &node)
{
    if (node.quantization(0))
        return node.unsupportedType();
    return one(node.map(node.input(0), node.element(0), [](Scalar s, ValueRange in) { return s.mul(in[0], in[0]); }));
}

static Outputs sign(Node &node)
{
    if (node.quantization(0))
        return node.unsupportedType();
    return one(node.map(node.input(0), node.element(0), [](Scalar s, ValueRange in) {
        Value x = in[0], zero = s.same(x, 0);
        return s.select(s.less(x, zero), s.same(x, -1), s.select(s.less(zero, x), s.same(x, 1), zero));
    }));
}

static Outputs zerosLike(Node &node)
{
    auto type = cast<RankedTensorType>(node.storage(0).getType());
    return one(node.g.splat(type, node.quantization(0) ? double(node.zeroPoint(0)) : 0.0));
}

/// The number of boundaries that are not above an element; they ascend.
static Outputs bucketize(Node &node)
{
    auto options = node.options<tflite::BucketizeOptions>();
    if (failed(options))
        return failure();
    if (node.quantization(0) || node.isUnsigned(0) || node.element(0).isInteger(1))
        return node.unsupportedType();
    std::vector<float> boundaries;
    if (const auto *values = (*options)->boundaries())
        boundaries.assign(values->begin(), values->end());
    // Each adds a comparison to the code.
    if (boundaries.size() > 256)
        return node.error("has " + Twine(boundaries.size()) + " boundaries; barecc takes up to 256");
    return one(node.map(node.input(0), node.g.b.getI32Type(), [&](Scalar s, ValueRange in) {
        Value x = s.convert(in[0], s.b.getF32Type()), bucket = s.i32(0);
        for (float boundary : boundaries)
            bucket = s.add(bucket, s.select(s.lessEqual(s.f32(boundary), x), s.i32(1), s.i32(0)));
        return bucket;
    }));
}

ArrayRef<Entry> unaryOperators()
{
    static const char *const tables = "float32, int8, uint8, int16";
    static const char *const numbers = "float32, int32, int64";
    static const char *const all = "float32, int32, int64, int8, uint8, int16";
    static const Entry entries[] = {
        {tflite::BuiltinOperator_ABS, absOf, 1, all},
        {tflite::BuiltinOperator_BUCKETIZE, bucketize, 1, numbers},
        {tflite::BuiltinOperator_CEIL, real<math::CeilOp>, 1, "float32"},
        {tflite::BuiltinOperator_COS, real<math::CosOp>, 1, "float32"},
        {tflite::BuiltinOperator_EXP, exponential, 1, tables},
        {tflite::BuiltinOperator_FLOOR, real<math::FloorOp>, 1, "float32"},
        {tflite::BuiltinOperator_LOG, logarithm, 1, tables},
        {tflite::BuiltinOperator_NEG, neg, 1, all},
        {tflite::BuiltinOperator_ROUND, real<math::RoundEvenOp>, 1, "float32"},
        {tflite::BuiltinOperator_RSQRT, inverseSquareRootOf, 1, tables},
        {tflite::BuiltinOperator_SIGN, sign, 1, numbers},
        {tflite::BuiltinOperator_SIN, real<math::SinOp>, 1, "float32"},
        {tflite::BuiltinOperator_SQRT, squareRoot, 1, tables},
        {tflite::BuiltinOperator_SQUARE, square, 1, numbers},
        {tflite::BuiltinOperator_STABLEHLO_ABS, absOf, 1, all},
        {tflite::BuiltinOperator_STABLEHLO_COSINE, real<math::CosOp>, 1, "float32"},
        {tflite::BuiltinOperator_STABLEHLO_EXPONENTIAL, exponential, 1, tables},
        {tflite::BuiltinOperator_STABLEHLO_FLOOR, real<math::FloorOp>, 1, "float32"},
        {tflite::BuiltinOperator_STABLEHLO_LOG, logarithm, 1, tables},
        {tflite::BuiltinOperator_STABLEHLO_NEGATE, neg, 1, all},
        {tflite::BuiltinOperator_STABLEHLO_RSQRT, inverseSquareRootOf, 1, tables},
        {tflite::BuiltinOperator_ZEROS_LIKE, zerosLike, 1, all},
    };
    return entries;
}

} // namespace barecc::tflite_import
