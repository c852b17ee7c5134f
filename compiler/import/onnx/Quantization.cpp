// QuantizeLinear, DequantizeLinear and DynamicQuantizeLinear.
#include "compiler/import/onnx/Quantization.h"

#include "compiler/import/onnx/Arithmetic.h"
#include "compiler/import/onnx/Cast.h"
#include "compiler/import/onnx/Layout.h"
#include "compiler/import/onnx/ScalarMath.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

Value flipSign(GraphBuilder &g, Value integers)
{
    const Type element = GraphBuilder::elementOf(integers);
    return g.elementwise(integers, element, [&](OpBuilder &b, Location loc, ValueRange operands) -> Value {
        const APInt sign = APInt::getSignedMinValue(element.getIntOrFloatBitWidth());
        return arith::XOrIOp::create(b, loc, operands[0],
                                     arith::ConstantOp::create(b, loc, IntegerAttr::get(element, sign)));
    });
}

Quantization quantizationAt(const Node &node, unsigned scale, unsigned zeroPoint, int64_t axis)
{
    return {node.input(scale), node.input(zeroPoint), node.onnxElement(zeroPoint), axis, 0, {}, true};
}

/// Scale or zero point as a tensor that broadcasts to `shape`.
static FailureOr<Value> broadcastable(const Node &node, Value parameter, const Quantization &q, ArrayRef<int64_t> shape)
{
    GraphBuilder &g = node.g;
    const Shape own(GraphBuilder::shapeOf(parameter));
    const int64_t rank = int64_t(shape.size()), elements = GraphBuilder::typeOf(parameter).getNumElements();
    if (elements == 1)
        return g.reshape(parameter, {});
    if (q.blockSize > 0 && int64_t(own.size()) == rank &&
        own[q.axis] == int64_t(llvm::divideCeil(shape[q.axis], q.blockSize))) {
        if (shape[q.axis] > mostTableElements)
            return node.error("an axis of " + Twine(shape[q.axis]) + " elements is too long for scales of blocks");
        Shape blocks;
        for (int64_t i = 0; i < shape[q.axis]; ++i)
            blocks.push_back(i / q.blockSize);
        Value expanded = g.gather(parameter, g.constant(blocks, g.b.getIndexType()), q.axis);
        if (GraphBuilder::shapeOf(expanded) == shape)
            return expanded;
    } else if (own.size() == 1 && q.axis < rank && own[0] == shape[q.axis]) {
        Shape alongAxis(shape.size() - size_t(q.axis), 1);
        alongAxis[0] = own[0];
        return g.reshape(parameter, alongAxis);
    } else if (std::optional<Shape> common = GraphBuilder::broadcastShape(own, shape);
               common && ArrayRef(*common) == shape) {
        return parameter;
    }
    return node.error("scale or zero point is " + shapeText(own) + " for a tensor of " + shapeText(shape) +
                      "; there has to be one, one for each index along the axis, or one for each block");
}

/// The quantised element type of a tensor of `shape`, or null where it is not of the kind that operations exist for:
/// constant positive 32-bit scales, one for the tensor or one for each index of an axis.
static quant::QuantizedType elementTypeOf(const Quantization &q, ArrayRef<int64_t> shape)
{
    if (!isa<IntegerType>(q.storage))
        return {};
    const Type storage = boundary::signless(q.storage);
    const unsigned width = storage.getIntOrFloatBitWidth();
    std::optional<std::vector<double>> scales = numbersOf(constantOf(q.scale));
    if (!GraphBuilder::elementOf(q.scale).isF32() || !scales || scales->empty() || q.blockSize > 0 || width < 8 ||
        width > 32)
        return {};
    for (double scale : *scales)
        if (!(scale > 0.0) || !std::isfinite(scale))
            return {};
    SmallVector<int64_t> zeros(scales->size(), 0);
    if (q.zeroPoint) {
        std::optional<SmallVector<int64_t>> given = integersOf(constantOf(q.zeroPoint));
        if (!given || (given->size() != 1 && given->size() != zeros.size()))
            return {};
        for (auto [i, zero] : llvm::enumerate(zeros))
            zero = (*given)[given->size() == 1 ? 0 : i];
    }
    const int64_t low = quant::QuantizedType::getDefaultMinimumForInteger(true, width);
    const int64_t high = quant::QuantizedType::getDefaultMaximumForInteger(true, width);
    if (q.storage.isUnsignedInteger()) // inside it is signed
        for (int64_t &zero : zeros)
            zero = (zero & ((int64_t(1) << width) - 1)) + low;
    MLIRContext *context = storage.getContext();
    const Type real = Float32Type::get(context);
    if (scales->size() == 1)
        return quant::UniformQuantizedType::get(quant::QuantizationFlags::Signed, storage, real, scales->front(),
                                                zeros.front(), low, high);
    if (GraphBuilder::typeOf(q.scale).getRank() != 1 || q.axis >= int64_t(shape.size()) ||
        int64_t(scales->size()) != shape[q.axis])
        return {};
    return quant::UniformQuantizedPerAxisType::get(quant::QuantizationFlags::Signed, storage, real, *scales, zeros,
                                                   int32_t(q.axis), low, high);
}

/// Whether tensors of numbers can be kept in this type: integers, floats of 8 bits that have a mantissa, of 4 bits.
static bool isStorage(Type type)
{
    if (auto real = dyn_cast<FloatType>(type))
        return real.getWidth() <= 8 && !isa<Float8E8M0FNUType>(type);
    return type.getIntOrFloatBitWidth() > 1 && type.getIntOrFloatBitWidth() <= 32;
}

/// The type that numbers are multiplied with a scale of this type in: scales may be powers of two or integers.
static Type realOf(Type scale)
{
    if (isa<Float8E8M0FNUType>(scale))
        return Float32Type::get(scale.getContext());
    return isa<FloatType>(scale) ? scale : Type(Float64Type::get(scale.getContext()));
}

/// Checks the parts of a quantisation.
static LogicalResult check(const Node &node, const Quantization &q)
{
    const Type scale = GraphBuilder::elementOf(q.scale);
    if (scale.getIntOrFloatBitWidth() < 16 ? !isa<Float8E8M0FNUType>(scale)
                                           : !isa<FloatType>(scale) && !scale.isInteger(32))
        return node.error("the scale is not a floating-point number");
    if (!isStorage(q.storage))
        return node.error("the quantised tensor has to hold integers of at most 32 bits, or floats of 8 or 4 bits");
    return success();
}

FailureOr<Value> dequantizeInput(const Node &node, unsigned i, const Quantization &given, Type result)
{
    GraphBuilder &g = node.g;
    Quantization q = given;
    q.storage = node.onnxElement(i);
    if (q.zeroPoint && given.storage != q.storage)
        return node.error("the zero point has another type than the quantised tensor");
    const bool isUnsigned = q.storage.isUnsignedInteger();
    Value quantized = node.quantizedInput(i);
    auto plain = quantized ? storageType(GraphBuilder::typeOf(quantized)) : node.type(i);
    if (failed(check(node, q)))
        return failure();
    if (!result)
        result = realOf(GraphBuilder::elementOf(q.scale));
    if (plain.getNumElements() == 0)
        return g.nothing(plain.clone(result));
    if (auto element = elementTypeOf(q, plain.getShape()); element && result.isF32()) {
        if (!quantized || GraphBuilder::elementOf(quantized) != element) {
            Value integers = quantized ? g.storage(quantized) : isUnsigned ? flipSign(g, node.input(i)) : node.input(i);
            quantized = g.quantized(integers, plain.clone(element));
        }
        return quant::DequantizeCastOp::create(g.b, g.loc, plain.clone(g.b.getF32Type()), quantized).getResult();
    }
    FailureOr<Value> scale = broadcastable(node, q.scale, q, plain.getShape());
    SmallVector<Value> operands{node.input(i)};
    if (failed(scale))
        return failure();
    operands.push_back(*scale);
    if (q.zeroPoint) {
        FailureOr<Value> zero = broadcastable(node, q.zeroPoint, q, plain.getShape());
        if (failed(zero))
            return failure();
        operands.push_back(*zero);
    }
    const Type wide = accumulatorOf(realOf(GraphBuilder::elementOf(q.scale)));
    const Type between = isa<FloatType>(q.storage) ? g.b.getF32Type() : Type(g.b.getI32Type());
    return g.elementwise(operands, result, [&](OpBuilder &b, Location loc, ValueRange operands) {
        const ScalarMath m{b, loc};
        Value number = GraphBuilder::castScalar(b, loc, operands[0], between, isUnsigned);
        if (q.zeroPoint)
            number = m.subtract(number, GraphBuilder::castScalar(b, loc, operands[2], between, isUnsigned));
        Value scale = GraphBuilder::castScalar(b, loc, operands[1], wide);
        Value scaled = m.multiply(GraphBuilder::castScalar(b, loc, number, wide), scale);
        return GraphBuilder::castScalar(b, loc, scaled, result);
    });
}

/// x / scale, as the type `precision` gives it, in its accumulator.
static Value divideByScale(OpBuilder &b, Location loc, Value x, Value scale, Type precision)
{
    const Type wide = accumulatorOf(precision);
    auto rounded = [&](Value value) {
        return GraphBuilder::castScalar(b, loc, GraphBuilder::castScalar(b, loc, value, precision), wide);
    };
    if (isa<IntegerType>(x.getType())) // at once, not by way of a half, which has no large numbers
        x = GraphBuilder::castScalar(b, loc, x, wide);
    return rounded(arith::DivFOp::create(b, loc, rounded(x), rounded(scale)));
}

/// round(quotient) + zero, within what the ONNX type `integer` holds; NaN becomes the lowest value. The zero point is an
/// integer or null.
static Value quantizeScalar(OpBuilder &b, Location loc, Value quotient, Value zero, IntegerType integer)
{
    const Type real = quotient.getType();
    const bool isUnsigned = integer.isUnsigned();
    const unsigned width = integer.getWidth();
    const double low = isUnsigned ? 0.0 : -std::ldexp(1.0, int(width) - 1);
    const double high = std::ldexp(1.0, int(width) - (isUnsigned ? 0 : 1)) - 1.0;
    Value rounded = math::RoundEvenOp::create(b, loc, quotient);
    if (zero)
        rounded = arith::AddFOp::create(b, loc, rounded, GraphBuilder::castScalar(b, loc, zero, real, isUnsigned));
    rounded = arith::MaxNumFOp::create(b, loc, rounded, GraphBuilder::scalar(b, loc, real, low));
    rounded = arith::MinNumFOp::create(b, loc, rounded, GraphBuilder::scalar(b, loc, real, high));
    Value number = arith::FPToSIOp::create(b, loc, b.getI32Type(), rounded);
    return GraphBuilder::castScalar(b, loc, number, boundary::signless(integer));
}

Outputs quantizeOutput(Node &node, Value value, const Quantization &q)
{
    GraphBuilder &g = node.g;
    auto type = GraphBuilder::typeOf(value);
    if (failed(check(node, q)))
        return failure();
    if (q.storage.getIntOrFloatBitWidth() > 16)
        return node.error("quantises to integers of more than 16 bits");
    node.setElement(0, q.storage);
    if (type.getNumElements() == 0)
        return SmallVector<Value>{g.nothing(type.clone(boundary::signless(q.storage)))};
    const Type precision = q.precision ? q.precision : realOf(GraphBuilder::elementOf(q.scale));
    quant::QuantizedType element = precision.isF32() ? elementTypeOf(q, type.getShape()) : nullptr;
    if (element && type.getElementType().isF32() && !constantOf(value))
        return SmallVector<Value>{quant::QuantizeCastOp::create(g.b, g.loc, type.clone(element), value).getResult()};
    FailureOr<Value> scale = broadcastable(node, q.scale, q, type.getShape());
    if (failed(scale))
        return failure();
    SmallVector<Value> operands{value, *scale};
    if (q.zeroPoint) {
        FailureOr<Value> zero = broadcastable(node, q.zeroPoint, q, type.getShape());
        if (failed(zero))
            return failure();
        operands.push_back(*zero);
    }
    CastRules rules;
    rules.saturate = q.saturate;
    Value numbers =
        g.elementwise(operands, boundary::signless(q.storage), [&](OpBuilder &b, Location loc, ValueRange operands) {
            Value quotient = divideByScale(b, loc, operands[0], operands[1], precision);
            Value zero = q.zeroPoint ? operands[2] : Value();
            if (auto integer = dyn_cast<IntegerType>(q.storage))
                return quantizeScalar(b, loc, quotient, zero, integer);
            if (zero)
                quotient =
                    arith::AddFOp::create(b, loc, quotient, GraphBuilder::castScalar(b, loc, zero, quotient.getType()));
            return castNumber(b, loc, quotient, quotient.getType(), q.storage, rules);
        });
    if (!element)
        return SmallVector<Value>{numbers};
    return SmallVector<Value>{
        g.quantized(q.storage.isUnsignedInteger() ? flipSign(g, numbers) : numbers, type.clone(element))};
}

/// The quantisation of QuantizeLinear and DequantizeLinear.
static FailureOr<Quantization> ownQuantization(const Node &node)
{
    Quantization q = quantizationAt(node, 1, 2);
    q.blockSize = node.integer("block_size", 0);
    const int64_t given = node.integer("axis", 1), rank = node.rank(0);
    if (q.blockSize < 0)
        return node.error("block_size is negative");
    if (GraphBuilder::typeOf(q.scale).getNumElements() != 1 || q.blockSize > 0) {
        FailureOr<int64_t> axis = node.axis(given, rank);
        if (failed(axis))
            return failure();
        q.axis = *axis;
    }
    return q;
}

/// The element type that an attribute names, or that of input i; `otherwise` where there is neither.
static FailureOr<Type> namedOrOf(const Node &node, StringRef attribute, unsigned i, Type otherwise)
{
    const Type given = node.hasInput(i) ? node.onnxElement(i) : otherwise;
    if (node.integer(attribute, 0) == 0)
        return given;
    FailureOr<Type> named = elementTypeAt(node, attribute);
    if (succeeded(named) && node.hasInput(i) && *named != given)
        return node.error(attribute + " is not the type of input " + Twine(i));
    return named;
}

static Outputs importQuantizeLinear(Node &node)
{
    FailureOr<Quantization> q = ownQuantization(node);
    FailureOr<Type> storage = namedOrOf(node, "output_dtype", 2, node.g.b.getIntegerType(8, /*isSigned=*/false));
    FailureOr<Type> precision = namedOrOf(node, "precision", node.inputCount(), {});
    if (failed(q) || failed(storage) || failed(precision))
        return failure();
    if (*precision && (!isa<FloatType>(*precision) || precision->getIntOrFloatBitWidth() < 16))
        return node.error("precision is not one of float, float16, bfloat16 and double");
    q->storage = *storage;
    q->precision = *precision;
    q->saturate = node.integer("saturate", 1) != 0;
    return quantizeOutput(node, node.input(0), *q);
}

static Outputs importDequantizeLinear(Node &node)
{
    FailureOr<Quantization> q = ownQuantization(node);
    FailureOr<Type> wanted = namedOrOf(node, "output_dtype", node.inputCount(), {});
    if (failed(q) || failed(wanted))
        return failure();
    if (*wanted && (!isa<FloatType>(*wanted) || wanted->getIntOrFloatBitWidth() < 16))
        return node.error("output_dtype is not one of float, float16 and bfloat16");
    FailureOr<Value> result = dequantizeInput(node, 0, *q, *wanted);
    if (failed(result))
        return failure();
    return SmallVector<Value>{*result};
}

DynamicallyQuantized quantizeDynamically(GraphBuilder &g, Value value)
{
    const Type f32 = g.b.getF32Type();
    Shape axes;
    for (int64_t d = 0; d < GraphBuilder::typeOf(value).getRank(); ++d)
        axes.push_back(d);
    const TypedAttr zero = g.b.getF32FloatAttr(0.0f); // the range covers 0
    auto smallerOf = [](OpBuilder &b, Location loc, ValueRange operands) -> Value {
        return arith::MinimumFOp::create(b, loc, operands[0], operands[1]);
    };
    Value low = g.reduce(value, axes, false, zero, smallerOf),
          high = g.reduce(value, axes, false, zero, maximumOfScalars);
    DynamicallyQuantized result;
    result.scale = g.elementwise({low, high}, f32, [&](OpBuilder &b, Location loc, ValueRange operands) -> Value {
        Value range = arith::SubFOp::create(b, loc, operands[1], operands[0]);
        Value empty =
            arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OEQ, range, GraphBuilder::scalar(b, loc, f32, 0.0));
        Value scale = arith::DivFOp::create(b, loc, range, GraphBuilder::scalar(b, loc, f32, 255.0));
        return arith::SelectOp::create(b, loc, empty, GraphBuilder::scalar(b, loc, f32, 1.0), scale);
    });
    const IntegerType byte = g.b.getIntegerType(8, /*isSigned=*/false);
    const Type i8 = g.b.getI8Type();
    result.zeroPoint = g.elementwise({low, result.scale}, i8, [&](OpBuilder &b, Location loc, ValueRange operands) {
        Value negated = arith::NegFOp::create(b, loc, operands[0]);
        return quantizeScalar(b, loc, arith::DivFOp::create(b, loc, negated, operands[1]), {}, byte);
    });
    result.integers = g.elementwise({value, result.scale, result.zeroPoint}, i8,
                                    [&](OpBuilder &b, Location loc, ValueRange operands) {
                                        Value quotient = arith::DivFOp::create(b, loc, operands[0], operands[1]);
                                        return quantizeScalar(b, loc, quotient, operands[2], byte);
                                    });
    return result;
}

static Outputs importDynamicQuantizeLinear(Node &node)
{
    const DynamicallyQuantized result = quantizeDynamically(node.g, node.input(0));
    for (unsigned output : {0u, 2u})
        node.setElement(output, node.g.b.getIntegerType(8, /*isSigned=*/false));
    return SmallVector<Value>{result.integers, result.scale, result.zeroPoint};
}

ArrayRef<Entry> quantizationOperators()
{
    static const char quantizable[] = "bfloat16, float16, float, int32", bytes[] = "int8, uint8";
    static const char stored[] = "int8, int16, int32, uint8, uint16, float8e4m3fn, float8e4m3fnuz, float8e5m2, "
                                 "float8e5m2fnuz, float4e2m1, int4, uint4, int2, uint2",
                      words[] = "int8, uint8, int16, uint16",
                      bytesOrFloats[] = "int8, uint8, float8e4m3fn, float8e4m3fnuz, float8e5m2, float8e5m2fnuz";
    static const char microsoft[] = "com.microsoft";
    static const Entry entries[] = {
        {"", "QuantizeLinear", 10, importQuantizeLinear, quantizable, 2},
        {"", "DequantizeLinear", 10, importDequantizeLinear, stored, 2},
        {"", "DynamicQuantizeLinear", 11, importDynamicQuantizeLinear, "float"},
        {"", "QLinearConv", 10, importQLinearConv, bytes, 8},
        {"", "QLinearMatMul", 10, importQLinearMatMul, bytes, 8},
        {"", "QLinearMatMul", 21, importQLinearMatMul, bytesOrFloats, 8},
        {"", "MatMulInteger", 10, importMatMulInteger, bytes, 2},
        {"", "ConvInteger", 10, importConvInteger, bytes, 2},
        {microsoft, "QuantizeLinear", 1, importQuantizeLinear, quantizable, 2},
        {microsoft, "DequantizeLinear", 1, importDequantizeLinear, stored, 2},
        {microsoft, "QLinearConv", 1, importQLinearConv, bytes, 8},
        {microsoft, "QGemm", 1, importQGemm, bytes, 6},
        {microsoft, "QLinearAdd", 1, importQLinearAdd, words, 5},
        {microsoft, "QLinearMul", 1, importQLinearMul, words, 5},
        {microsoft, "QLinearAveragePool", 1, importQLinearAveragePool, bytes, 2},
        {microsoft, "QLinearGlobalAveragePool", 1, importQLinearGlobalAveragePool, bytes, 4},
        {microsoft, "QLinearSigmoid", 1, importQLinearSigmoid, bytes, 2},
        {microsoft, "QLinearLeakyRelu", 1, importQLinearLeakyRelu, bytes, 2},
        {microsoft, "QLinearConcat", 1, importQLinearConcat, "float16, float", 2},
        {microsoft, "QLinearSoftmax", 1, importQLinearSoftmax, bytes, 2},
        {microsoft, "QLinearReduceMean", 1, importQLinearReduceMean, bytes, 4},
        {microsoft, "QLinearWhere", 1, importQLinearWhere, "bool", 9},
        {microsoft, "MatMulIntegerToFloat", 1, importMatMulIntegerToFloat, bytes, 4},
        {microsoft, "DynamicQuantizeMatMul", 1, importDynamicQuantizeMatMul, "float", 3},
    };
    return entries;
}

} // namespace barecc::onnx_import
