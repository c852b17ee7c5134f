// One value from many: sums, means, extremes, and the running sum.
#include "compiler/import/tflite/Node.h"
#include "compiler/ir/ScalarFixedPoint.h"

#include <cmath>

using namespace mlir;

namespace barecc::tflite_import {

using utils::IteratorType;

namespace {

struct Reduction {
    SmallVector<int64_t> axes;
    bool keepDims;
    int64_t count; // elements that become one
};

} // namespace

static FailureOr<Reduction> reductionOf(const Node &node)
{
    FailureOr<SmallVector<int64_t>> values = node.constantIntegers(1, "the axes");
    if (failed(values))
        return failure();
    FailureOr<SmallVector<int64_t>> axes = node.axes(*values, node.rank(0));
    if (failed(axes))
        return failure();
    const auto *options = node.optionsOrNull<tflite::ReducerOptions>();
    Reduction reduction{*axes, options && options->keep_dims(), 1};
    for (int64_t axis : reduction.axes)
        reduction.count *= node.shape(0)[axis];
    return reduction;
}

static Value reduce(const Node &node, Value input, const Reduction &reduction, TypedAttr init,
                    llvm::function_ref<Value(Scalar, Value, Value)> function)
{
    return node.g.reduce(input, reduction.axes, reduction.keepDims, init,
                         [&](OpBuilder &b, Location loc, ValueRange in) {
                             const Scalar s{b, loc};
                             Value element = in[0];
                             if (element.getType() != in[1].getType())
                                 element = s.convert(element, in[1].getType());
                             return function(s, element, in[1]);
                         });
}

static Value addTo(Scalar s, Value element, Value total) { return s.add(total, element); }

/// Sum of integers less their zero points, times `scale`; for a mean the multiplier takes in the division as TFLite
/// does.
static Outputs quantizedSum(const Node &node, const Reduction &reduction, bool isMean)
{
    if (failed(node.requirePerTensor(0)) || failed(node.requireQuantizedOutput()))
        return failure();
    const Type i32 = node.g.b.getI32Type(), storage = Node::storageElement(node.outputElement());
    if (reduction.count > (int64_t(1) << 23))
        return node.error("reduces too many elements; the file is damaged");
    FixedPoint scale = fixedPoint(double(node.scale(0)) / double(node.outputScale()));
    if (isMean) {
        int shift = 63 - __builtin_clzll(uint64_t(reduction.count));
        shift = std::min({shift, 32, 31 + scale.shift});
        scale = {int32_t((int64_t(scale.multiplier) << shift) / reduction.count), scale.shift - shift};
    }
    Value total = reduce(node, node.storage(0), reduction, GraphBuilder::scalarAttr(i32, 0), addTo);
    const IntegerRange range = clampRange(cast<quant::QuantizedType>(node.outputElement()), std::nullopt, std::nullopt);
    return one(node.map(total, storage, [&](Scalar s, ValueRange in) {
        Value x = s.rescale(s.sub(in[0], s.i32(node.zeroPoint(0) * reduction.count)), scale);
        return narrowTo(s, s.add(x, s.i32(node.outputZeroPoint())), range, storage);
    }));
}

static Outputs sum(Node &node)
{
    FailureOr<Reduction> reduction = reductionOf(node);
    if (failed(reduction))
        return failure();
    if (node.quantization(0))
        return quantizedSum(node, *reduction, false);
    if (failed(node.requirePlainOutput()))
        return failure();
    return one(reduce(node, node.input(0), *reduction, GraphBuilder::scalarAttr(node.element(0), 0), addTo));
}

/// Plain integers divide towards zero. The sum of words may need more than a word.
static Outputs integerMean(const Node &node, const Reduction &reduction)
{
    const Type wide = node.element(0).getIntOrFloatBitWidth() < 32 ? node.g.b.getI32Type() : node.g.b.getI64Type();
    Value total = reduce(node, node.input(0), reduction, GraphBuilder::scalarAttr(wide, 0), addTo);
    return one(node.map(total, node.element(0), [&](Scalar s, ValueRange in) {
        return s.convert(s.div(in[0], s.integer(wide, reduction.count)), node.element(0));
    }));
}

static Outputs mean(Node &node)
{
    FailureOr<Reduction> reduction = reductionOf(node);
    if (failed(reduction))
        return failure();
    if (node.quantization(0))
        return quantizedSum(node, *reduction, reduction->count > 0); // the mean of nothing is 0, as its sum
    if (failed(node.requirePlainOutput()))
        return failure();
    if (!node.isFloat(0))
        return integerMean(node, *reduction);
    Value total = reduce(node, node.input(0), *reduction, GraphBuilder::scalarAttr(node.element(0), 0), addTo);
    return one(node.map(total, node.element(0), [&](Scalar s, ValueRange in) {
        return s.div(in[0], s.same(in[0], double(reduction->count)));
    }));
}

/// The product with each factor scaled by input scale / (output scale)^(1 / count), so that it stays in range: all but
/// the first as they are multiplied, the first at the end.
static Outputs quantizedProduct(Node &node, const Reduction &reduction)
{
    if (failed(node.requirePerTensor(0)) || failed(node.requireQuantizedOutput()))
        return failure();
    const Type i32 = node.g.b.getI32Type(), i64 = node.g.b.getI64Type();
    const Type storage = Node::storageElement(node.outputElement());
    const FixedPoint scale =
        reduction.count > 0
            ? fixedPoint(double(node.scale(0)) / std::pow(double(node.outputScale()), 1.0 / double(reduction.count)))
            : fixedPoint(1.0 / double(node.outputScale())); // of the product of nothing, 1
    if (scale.shift > 14)
        return node.error("has scales that let its product overflow; quantise the model again");
    Value total = reduce(node, node.storage(0), reduction, GraphBuilder::scalarAttr(i32, 1),
                         [&](Scalar s, Value element, Value product) {
                             Value first;
                             for (int64_t axis : reduction.axes) {
                                 Value index = linalg::IndexOp::create(s.b, s.loc, axis);
                                 Value zero = s.equal(index, s.index(0));
                                 first = first ? s.op<arith::AndIOp>({first, zero}) : zero;
                             }
                             Value x = s.sub(element, s.i32(node.zeroPoint(0)));
                             if (!first)
                                 return x;
                             Value next = s.mul(s.convert(product, i64), s.convert(x, i64));
                             return s.select(first, x, rescale64(s, next, scale));
                         });
    const IntegerRange range = clampRange(cast<quant::QuantizedType>(node.outputElement()), std::nullopt, std::nullopt);
    return one(node.map(total, storage, [&](Scalar s, ValueRange in) {
        Value x = rescale64(s, s.convert(in[0], i64), scale);
        return narrowTo(s, s.add(x, s.i32(node.outputZeroPoint())), range, storage);
    }));
}

static Outputs product(Node &node)
{
    FailureOr<Reduction> reduction = reductionOf(node);
    if (failed(reduction))
        return failure();
    if (node.quantization(0))
        return quantizedProduct(node, *reduction);
    if (failed(node.requirePlainOutput()))
        return failure();
    return one(reduce(node, node.input(0), *reduction, GraphBuilder::scalarAttr(node.element(0), 1),
                      [](Scalar s, Value element, Value total) { return s.mul(total, element); }));
}

/// What TensorFlow Lite begins with: the end of an element type, of floats the finite one.
static TypedAttr worst(OpBuilder &b, Type element, bool largest)
{
    if (auto real = dyn_cast<FloatType>(element))
        return b.getFloatAttr(real, APFloat::getLargest(real.getFloatSemantics(), largest));
    const unsigned width = element.getIntOrFloatBitWidth();
    return b.getIntegerAttr(element, largest ? APInt::getSignedMinValue(width) : APInt::getSignedMaxValue(width));
}

template <bool largest> static Outputs extremum(Node &node)
{
    FailureOr<Reduction> reduction = reductionOf(node);
    if (failed(reduction))
        return failure();
    if (node.element(0).isInteger(1) || node.isUnsigned(0))
        return node.unsupportedType();
    return one(reduce(node, node.storage(0), *reduction, worst(node.g.b, node.element(0), largest),
                      [](Scalar s, Value x, Value best) { return largest ? s.max(best, x) : s.min(best, x); }));
}

template <bool all> static Outputs boolean(Node &node)
{
    FailureOr<Reduction> reduction = reductionOf(node);
    if (failed(reduction))
        return failure();
    if (!node.element(0).isInteger(1))
        return node.unsupportedType();
    return one(reduce(node, node.input(0), *reduction, node.g.b.getBoolAttr(all), [](Scalar s, Value x, Value so) {
        return all ? s.op<arith::AndIOp>({so, x}) : s.op<arith::OrIOp>({so, x});
    }));
}

/// Input 0 in numbers that compare as signed ones do.
static Value ordered(const Node &node)
{
    Value input = node.storage(0);
    const Type element = node.element(0);
    if (element.isInteger(1))
        return node.g.cast(input, node.g.b.getIntegerType(8));
    if (!node.isUnsigned(0))
        return input;
    const APInt top = APInt::getSignedMinValue(element.getIntOrFloatBitWidth());
    return node.map(input, element, [&](Scalar s, ValueRange in) {
        return s.op<arith::XOrIOp>({in[0], s.integer(element, top.getSExtValue())});
    });
}

template <bool largest> static Outputs argument(Node &node)
{
    FailureOr<int64_t> value = node.constantInteger(1, "the axis");
    if (failed(value))
        return failure();
    FailureOr<int64_t> axis = node.axis(*value, node.rank(0));
    if (failed(axis))
        return failure();
    const Type element = node.outputElement();
    if (!element.isInteger(32) && !element.isInteger(64))
        return node.error("has to give int32 or int64; the file is damaged");
    return one(node.g.argReduce(ordered(node), *axis, false, largest, false, element));
}

/// A sum over the elements before (or behind) each one, by a loop over all of them that leaves out the others.
static Outputs cumulativeSum(Node &node)
{
    auto options = node.options<tflite::CumsumOptions>();
    FailureOr<int64_t> value = node.constantInteger(1, "the axis");
    if (failed(options) || failed(value))
        return failure();
    FailureOr<int64_t> axis = node.axis(*value, node.rank(0));
    if (failed(axis))
        return failure();
    if (node.quantization(0))
        return node.unsupportedType();
    const auto rank = unsigned(node.rank(0));
    MLIRContext *context = node.g.b.getContext();
    AffineMap result =
        AffineMap::get(rank + 1, 0, AffineMap::getMultiDimIdentityMap(rank, context).getResults(), context);
    SmallVector<AffineExpr> read(result.getResults());
    read[*axis] = getAffineDimExpr(rank, context);
    SmallVector<IteratorType> loops(rank, IteratorType::parallel);
    loops.push_back(IteratorType::reduction);
    const bool exclusive = (*options)->exclusive(), reverse = (*options)->reverse();
    return one(node.g.contract(
        cast<RankedTensorType>(node.input(0).getType()), node.input(0),
        {AffineMap::get(rank + 1, 0, read, context), result}, loops, GraphBuilder::scalarAttr(node.element(0), 0),
        [&](OpBuilder &b, Location loc, ValueRange in) {
            const Scalar s{b, loc};
            Value here = linalg::IndexOp::create(b, loc, *axis), there = linalg::IndexOp::create(b, loc, int64_t(rank));
            if (reverse)
                std::swap(here, there);
            Value counts = exclusive ? s.less(there, here) : s.lessEqual(there, here);
            return s.select(counts, s.add(in[1], in[0]), in[1]);
        }));
}

ArrayRef<Entry> reductionOperators()
{
    static const char *const all = "float32, int32, int64, int8, uint8, int16";
    static const Entry entries[] = {
        {tflite::BuiltinOperator_ARG_MAX, argument<true>, 2, "float32, int32, int64, int8, uint8, int16, bool"},
        {tflite::BuiltinOperator_ARG_MIN, argument<false>, 2, "float32, int32, int64, int8, uint8, int16, bool"},
        {tflite::BuiltinOperator_CUMSUM, cumulativeSum, 2, "float32, int32, int64"},
        {tflite::BuiltinOperator_MEAN, mean, 2, all},
        {tflite::BuiltinOperator_REDUCE_ALL, boolean<true>, 2, "bool"},
        {tflite::BuiltinOperator_REDUCE_ANY, boolean<false>, 2, "bool"},
        {tflite::BuiltinOperator_REDUCE_MAX, extremum<true>, 2, all, {0b1, Moves::Quantized}},
        {tflite::BuiltinOperator_REDUCE_MIN, extremum<false>, 2, all, {0b1, Moves::Quantized}},
        {tflite::BuiltinOperator_REDUCE_PROD, product, 2, all},
        {tflite::BuiltinOperator_SUM, sum, 2, all},
    };
    return entries;
}

} // namespace barecc::tflite_import
