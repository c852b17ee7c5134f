// The same elements in another order or number: reshape, transpose, padding, tiling.
#include "compiler/import/tflite/Node.h"

#include "compiler/ir/Constants.h"

using namespace mlir;

namespace barecc::tflite_import {

static bool isComplex(const Node &node) { return node.inputTensor(0).type == tflite::TensorType_COMPLEX64; }

/// The quantised tensor itself where input and output are quantised alike, its integers otherwise.
static Value reshaped(const Node &node, SmallVector<int64_t> shape)
{
    const bool alike = node.g.elementOf(node.input(0)) == node.outputElement() &&
                       !isa<quant::UniformQuantizedPerAxisType>(node.outputElement());
    if (isComplex(node))
        shape.push_back(2);
    return node.g.reshape(alike ? node.input(0) : node.storage(0), shape);
}

/// The shape as the file's type counts it: complex numbers are one element.
static ArrayRef<int64_t> fileShape(const Node &node)
{
    return isComplex(node) ? node.shape(0).drop_back() : node.shape(0);
}

static Outputs reshape(Node &node)
{
    SmallVector<int64_t> target;
    if (node.input(1)) {
        FailureOr<SmallVector<int64_t>> values = node.constantIntegers(1, "the new shape");
        if (failed(values))
            return failure();
        target = *values;
    } else if (const auto *options = node.optionsOrNull<tflite::ReshapeOptions>(); options && options->new_shape()) {
        target.assign(options->new_shape()->begin(), options->new_shape()->end());
        if (target.size() == 1 && target[0] == 0) // how old converters wrote a scalar
            target.clear();
    } else {
        return node.error("has no new shape; the file is damaged");
    }
    const int64_t count = ShapedType::getNumElements(fileShape(node));
    if (auto *open = llvm::find(target, -1); open != target.end()) {
        *open = 1;
        const int64_t known = tensorElements(target).value_or(0);
        *open = known > 0 ? count / known : -1; // -1 again where it can be anything
    }
    if (tensorElements(target) != count)
        return node.error("cannot give " + Twine(count) +
                          " elements the new shape; fix the input's shape with --shape");
    return one(reshaped(node, target));
}

static Outputs squeeze(Node &node)
{
    const ArrayRef<int64_t> shape = fileShape(node);
    SmallVector<int64_t> dims;
    if (const auto *options = node.optionsOrNull<tflite::SqueezeOptions>(); options && options->squeeze_dims())
        dims.assign(options->squeeze_dims()->begin(), options->squeeze_dims()->end());
    FailureOr<SmallVector<int64_t>> axes = node.axes(dims, int64_t(shape.size()));
    if (failed(axes))
        return failure();
    SmallVector<int64_t> result;
    for (auto [d, extent] : llvm::enumerate(shape)) {
        const bool dropped = axes->empty() ? extent == 1 : llvm::is_contained(*axes, int64_t(d));
        if (dropped && extent != 1)
            return node.error("squeezes a dimension of " + Twine(extent) + "; the file is damaged");
        if (!dropped)
            result.push_back(extent);
    }
    return one(reshaped(node, result));
}

static Outputs expandDims(Node &node)
{
    SmallVector<int64_t> shape(fileShape(node));
    FailureOr<int64_t> value = node.constantInteger(1, "the axis");
    if (failed(value))
        return failure();
    FailureOr<int64_t> axis = node.axis(*value, int64_t(shape.size()) + 1);
    if (failed(axis))
        return failure();
    shape.insert(shape.begin() + *axis, 1);
    return one(reshaped(node, shape));
}

static Outputs transpose(Node &node)
{
    FailureOr<SmallVector<int64_t>> order = node.constantIntegers(1, "the permutation");
    if (failed(order))
        return failure();
    FailureOr<SmallVector<int64_t>> distinct = node.axes(*order, node.rank(0));
    if (failed(distinct))
        return failure();
    if (int64_t(order->size()) != node.rank(0) || distinct->size() != order->size())
        return node.error("has an order of dimensions that is no permutation; the file is damaged");
    for (int64_t &d : *order)
        d += d < 0 ? node.rank(0) : 0;
    return one(node.g.transpose(node.storage(0), *order));
}

// ---- Padding -----------------------------------------------------------------------------------------------

struct Amounts {
    SmallVector<int64_t> low, high;
};

static FailureOr<Amounts> paddingAmounts(const Node &node)
{
    FailureOr<SmallVector<int64_t>> values = node.constantIntegers(1, "the padding");
    if (failed(values))
        return failure();
    if (int64_t(values->size()) != 2 * node.rank(0))
        return node.error("has padding for another number of dimensions; the file is damaged");
    Amounts amounts;
    SmallVector<int64_t> result;
    for (auto [d, extent] : llvm::enumerate(node.shape(0))) {
        const int64_t low = (*values)[2 * d], high = (*values)[2 * d + 1];
        if (low < 0 || high < 0 || !tensorElements(low) || !tensorElements(high))
            return node.error("has impossible padding; the file is damaged");
        amounts.low.push_back(low);
        amounts.high.push_back(high);
        result.push_back(extent + low + high);
    }
    if (failed(node.requireSize(result)))
        return failure();
    return amounts;
}

static Outputs pad(Node &node)
{
    FailureOr<Amounts> amounts = paddingAmounts(node);
    if (failed(amounts))
        return failure();
    const double zero = node.quantization(0) ? double(node.zeroPoint(0)) : 0.0;
    return one(
        node.g.pad(node.storage(0), amounts->low, amounts->high, GraphBuilder::scalarAttr(node.element(0), zero)));
}

static Outputs padV2(Node &node)
{
    FailureOr<Amounts> amounts = paddingAmounts(node);
    if (failed(amounts))
        return failure();
    FailureOr<TypedAttr> value = node.constantElement(2, "the padding value");
    if (failed(value))
        return failure();
    if (node.element(2) != node.element(0))
        return node.error("pads with a value of another type than its input's; the file is damaged");
    return one(node.g.pad(node.storage(0), amounts->low, amounts->high, *value));
}

static Outputs mirrorPad(Node &node)
{
    auto options = node.options<tflite::MirrorPadOptions>();
    FailureOr<Amounts> amounts = paddingAmounts(node);
    if (failed(options) || failed(amounts))
        return failure();
    // REFLECT leaves the border itself out of what it repeats.
    const int64_t border = (*options)->mode() == tflite::MirrorPadMode_REFLECT ? 1 : 0;
    SmallVector<int64_t> result;
    for (auto [extent, low, high] : llvm::zip(node.shape(0), amounts->low, amounts->high)) {
        if (std::max(low, high) > std::max<int64_t>(extent - border, 0))
            return node.error("mirrors more than there is; the file is damaged");
        result.push_back(extent + low + high);
    }
    Value input = node.storage(0);
    const SmallVector<int64_t> shape(node.shape(0));
    return one(node.g.generate(RankedTensorType::get(result, node.element(0)),
                               [&](OpBuilder &b, Location loc, ValueRange index) {
                                   const Scalar s{b, loc};
                                   SmallVector<Value> at;
                                   for (auto [d, i] : llvm::enumerate(index)) {
                                       Value p = s.sub(i, s.index(amounts->low[d]));
                                       p = s.select(s.less(p, s.index(0)), s.sub(s.index(border - 1), p), p);
                                       Value turned = s.sub(s.index(2 * shape[d] - 1 - border), p);
                                       at.push_back(s.select(s.less(p, s.index(shape[d])), p, turned));
                                   }
                                   return GraphBuilder::at(b, loc, input, at);
                               }));
}

// ---- Repetition --------------------------------------------------------------------------------------------

static Outputs tile(Node &node)
{
    FailureOr<SmallVector<int64_t>> multiples = node.constantIntegers(1, "the number of repetitions");
    if (failed(multiples))
        return failure();
    if (int64_t(multiples->size()) != node.rank(0))
        return node.error("has repetitions for another number of dimensions; the file is damaged");
    // Each dimension d becomes a pair (repetition, d), of which the first is broadcast.
    SmallVector<int64_t> split, repeated, result;
    for (auto [extent, multiple] : llvm::zip(node.shape(0), *multiples)) {
        if (!tensorElements(multiple))
            return node.error("has an impossible number of repetitions; the file is damaged");
        split.append({1, extent});
        repeated.append({multiple, extent});
        result.push_back(multiple * extent);
    }
    if (failed(node.requireSize(repeated)))
        return failure();
    return one(node.g.reshape(node.g.broadcastTo(node.g.reshape(node.storage(0), split), repeated), result));
}

static Outputs broadcastTo(Node &node)
{
    FailureOr<SmallVector<int64_t>> target = node.constantIntegers(1, "the new shape");
    if (failed(target))
        return failure();
    if (failed(node.requireSize(*target)) || GraphBuilder::broadcastShape(node.shape(0), *target) != *target)
        return node.error("cannot be broadcast to its new shape; the file is damaged");
    return one(node.g.broadcastTo(node.storage(0), *target));
}

static Outputs broadcastArgs(Node &node)
{
    FailureOr<SmallVector<int64_t>> a = node.constantIntegers(0, "a shape"), b = node.constantIntegers(1, "a shape");
    if (failed(a) || failed(b))
        return failure();
    if (node.element(0) != node.element(1))
        return node.error("has shapes of different types; the file is damaged");
    std::optional<SmallVector<int64_t>> common = GraphBuilder::broadcastShape(*a, *b);
    if (!common)
        return node.error("has shapes that do not broadcast; the file is damaged");
    return one(node.g.constant(*common, node.element(0)));
}

static Outputs matrixDiag(Node &node)
{
    if (node.quantization(0) || node.rank(0) < 1)
        return node.unsupportedType();
    SmallVector<int64_t> result(node.shape(0));
    result.push_back(result.back());
    if (failed(node.requireSize(result)))
        return failure();
    Value input = node.input(0);
    return one(node.g.generate(
        RankedTensorType::get(result, node.element(0)), [&](OpBuilder &b, Location loc, ValueRange index) {
            const Scalar s{b, loc};
            Value element = GraphBuilder::at(b, loc, input, index.drop_back());
            return s.select(s.equal(index.back(), index.drop_back().back()), element, s.same(element, 0));
        }));
}

/// Input 0 with input 1 on the diagonals of its matrices.
static Outputs matrixSetDiag(Node &node)
{
    const ArrayRef<int64_t> shape = node.shape(0);
    if (shape.size() < 2 || node.element(0) != node.element(1))
        return node.error("has no matrix or a diagonal of another type; the file is damaged");
    SmallVector<int64_t> expected(shape.drop_back());
    expected.back() = std::min(shape.back(), expected.back());
    if (node.shape(1) != ArrayRef(expected))
        return node.error("has a diagonal that does not fit its matrices; the file is damaged");
    Value input = node.storage(0), diagonal = node.storage(1);
    const int64_t length = expected.back();
    if (length == 0)
        return one(input);
    return one(node.g.generate(RankedTensorType::get(shape, node.element(0)),
                               [&](OpBuilder &b, Location loc, ValueRange index) {
                                   const Scalar s{b, loc};
                                   Value row = index.drop_back().back();
                                   SmallVector<Value> at(index.drop_back());
                                   at.back() = s.min(row, s.index(length - 1));
                                   return s.select(s.equal(row, index.back()), GraphBuilder::at(b, loc, diagonal, at),
                                                   GraphBuilder::at(b, loc, input, index));
                               }));
}

ArrayRef<Entry> shapeOperators()
{
    static const Entry entries[] = {
        {tflite::BuiltinOperator_BROADCAST_ARGS, broadcastArgs, 2, "int32, int64 (known at compile time)"},
        {tflite::BuiltinOperator_BROADCAST_TO, broadcastTo, 2, "all", {0b1}},
        {tflite::BuiltinOperator_EXPAND_DIMS, expandDims, 2, "all, complex64", {0b1}},
        {tflite::BuiltinOperator_MATRIX_DIAG,
         matrixDiag,
         1,
         "float32, int32, int64, int8, uint8, int16",
         {0b1, Moves::Plain}},
        {tflite::BuiltinOperator_MATRIX_SET_DIAG, matrixSetDiag, 2, "all", {0b11}},
        {tflite::BuiltinOperator_MIRROR_PAD, mirrorPad, 2, "all", {0b1}},
        {tflite::BuiltinOperator_PAD, pad, 2, "all", {0b1}},
        {tflite::BuiltinOperator_PADV2, padV2, 3, "all", {0b101}},
        {tflite::BuiltinOperator_RESHAPE, reshape, 1, "all, complex64", {0b1}},
        {tflite::BuiltinOperator_SQUEEZE, squeeze, 1, "all, complex64", {0b1}},
        {tflite::BuiltinOperator_TILE, tile, 2, "all", {0b1}},
        {tflite::BuiltinOperator_TRANSPOSE, transpose, 2, "all", {0b1}},
    };
    return entries;
}

} // namespace barecc::tflite_import
