// Normalisations: with statistics that the model brings (batch) or takes from the tensor (instance, layer, group, ...).
#include "compiler/import/onnx/Normalization.h"

#include "compiler/import/onnx/Arithmetic.h"
#include "compiler/import/onnx/Layout.h"
#include "compiler/import/onnx/Softmax.h"
#include "compiler/import/onnx/Window.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

/// Axes from `first` to the last of `value`.
static Shape axesFrom(Value value, int64_t first)
{
    Shape axes;
    for (int64_t d = first; d < GraphBuilder::typeOf(value).getRank(); ++d)
        axes.push_back(d);
    return axes;
}

static Value square(GraphBuilder &g, Value value) { return multiply(g, value, value); }

/// A value for each channel of [N, C, spatial...], as a tensor that broadcasts to it.
static Value alongChannels(GraphBuilder &g, Value perChannel, int64_t rank)
{
    Shape shape(size_t(std::max<int64_t>(1, rank - 1)), 1);
    shape[0] = GraphBuilder::typeOf(perChannel).getNumElements();
    return g.reshape(perChannel, shape);
}

/// An error where input i is not a list with one number for each of `count` channels (or groups).
static LogicalResult checkPerChannel(const Node &node, unsigned i, int64_t count)
{
    if (node.rank(i) == 1 && node.shape(i)[0] == count && isa<FloatType>(node.element(i)))
        return success();
    return node.error("input " + Twine(i) + " is " + shapeText(node.shape(i)) + " but should hold " + Twine(count) +
                      " floating-point numbers, one a channel");
}

static LogicalResult checkChannels(const Node &node, int64_t leastRank)
{
    if (node.rank(0) < leastRank)
        return node.error("the input " + shapeText(node.shape(0)) + " should have at least " + Twine(leastRank) +
                          " axes");
    return success();
}

// ---- Batch -------------------------------------------------------------------------------------------------

/// (x - mean) * scale / sqrt(variance + epsilon) + bias as x * a + b: for constant statistics a and b are constants,
/// which the optimiser folds into a convolution in front.
static Outputs importBatchNormalization(Node &node)
{
    GraphBuilder &g = node.g;
    if (failed(checkChannels(node, 1)))
        return failure();
    const int64_t rank = node.rank(0),
                  channels = rank == 1 ? 1 : node.shape(0)[1]; // a vector is a batch of one channel
    const bool spatial = node.opset >= 9 || node.integer("spatial", 1) != 0;
    for (unsigned i = 1; i < 5; ++i) {
        if (spatial) {
            if (failed(checkPerChannel(node, i, channels)))
                return failure();
        } else if (node.shape(i) != node.shape(0).drop_front()) {
            return node.error("input " + Twine(i) + " should hold a number for each element of one image");
        }
    }
    // Half floats are computed in the wider type of the statistics.
    const Type element = node.element(0), wide = accumulatorOf(element);
    auto statistic = [&](Value value) {
        Value numbers = g.cast(value, wide);
        return spatial ? alongChannels(g, numbers, rank) : numbers;
    };
    Value x = g.cast(node.input(0), wide), scale = statistic(node.input(1)), bias = statistic(node.input(2));
    Value mean = statistic(node.input(3)), variance = statistic(node.input(4));

    SmallVector<Value> statistics;
    // Before the attribute, the outputs that the node names told whether it was to train, whoever reads them.
    const bool namesStatistics = node.proto.output_size() > 1 && !node.proto.output(1).empty();
    const bool training =
        node.opset >= 14 ? node.integer("training_mode", 0) != 0 : namesStatistics && node.integer("is_test", 0) == 0;
    if (training) {
        Shape axes{0};
        if (spatial)
            axes.append(axesFrom(x, 2));
        auto batchMean = [&](Value value) {
            Value kept = onnx_import::mean(g, value, axes);
            return g.reshape(kept, GraphBuilder::shapeOf(mean));
        };
        Value currentMean = batchMean(x), currentVariance = batchMean(square(g, subtract(g, x, currentMean)));
        const double momentum = node.number("momentum", 0.9);
        auto running = [&](Value before, Value current, unsigned input) {
            Value mixed = add(g, multiply(g, before, momentum), multiply(g, current, 1.0 - momentum));
            return g.cast(g.reshape(mixed, node.shape(input)), node.element(input));
        };
        statistics = {running(mean, currentMean, 3), running(variance, currentVariance, 4)};
        if (node.opset < 14) // saved_mean and saved_var
            statistics.append({g.cast(g.reshape(currentMean, node.shape(3)), node.element(3)),
                               g.cast(g.reshape(currentVariance, node.shape(4)), node.element(4))});
        mean = currentMean;
        variance = currentVariance;
    }
    Value a = multiply(g, scale, reciprocalSquareRoot(g, add(g, variance, node.number("epsilon", 1e-5))));
    Value b = subtract(g, bias, multiply(g, mean, a));
    SmallVector<Value> outputs{g.cast(add(g, multiply(g, x, a), b), element)};
    outputs.append(statistics);
    return outputs;
}

/// x * scale + bias of its channel: an experimental operator of the first opsets.
static Outputs importImageScaler(Node &node)
{
    GraphBuilder &g = node.g;
    if (failed(node.checkRank(0, 4)))
        return failure();
    const SmallVector<double> bias = node.numbers("bias").value_or(SmallVector<double>());
    const int64_t channels = node.shape(0)[1];
    if (int64_t(bias.size()) != channels)
        return node.error("there should be one bias for each of the " + Twine(channels) + " channels");
    auto type = RankedTensorType::get({channels}, g.b.getF64Type());
    Value shift = g.cast(g.constant(DenseElementsAttr::get(type, ArrayRef(bias))), node.element(0));
    Value scaled = multiply(g, node.input(0), node.number("scale", 1.0));
    return SmallVector<Value>{add(g, scaled, alongChannels(g, shift, 4))};
}

// ---- Statistics of the tensor itself -----------------------------------------------------------------------

Value standardized(GraphBuilder &g, Value x, ArrayRef<int64_t> axes, double epsilon, Value *mean, Value *inverse)
{
    Value center = onnx_import::mean(g, x, axes);
    Value distance = subtract(g, x, center);
    Value variance = onnx_import::mean(g, square(g, distance), axes);
    Value factor = reciprocalSquareRoot(g, add(g, variance, epsilon));
    if (mean)
        *mean = center;
    if (inverse)
        *inverse = factor;
    return multiply(g, distance, factor);
}

Value standardizedInGroups(GraphBuilder &g, Value image, int64_t groups, double epsilon)
{
    Shape split(GraphBuilder::shapeOf(image)), axes;
    split.push_back(split.back() / groups);
    split[split.size() - 2] = groups;
    for (int64_t d = 1; d < int64_t(split.size()); ++d)
        if (d != int64_t(split.size()) - 2)
            axes.push_back(d);
    return standardized(g, g.reshape(image, split), axes, epsilon);
}

static Outputs importInstanceNormalization(Node &node)
{
    GraphBuilder &g = node.g;
    if (failed(checkChannels(node, 3)) || failed(checkPerChannel(node, 1, node.shape(0)[1])) ||
        failed(checkPerChannel(node, 2, node.shape(0)[1])))
        return failure();
    const Type element = node.element(0), wide = accumulatorOf(element);
    Value x = toChannelsLast(g, g.cast(node.input(0), wide));
    Shape axes;
    for (int64_t d = 1; d + 1 < node.rank(0); ++d)
        axes.push_back(d);
    Value standard = standardized(g, x, axes, node.number("epsilon", 1e-5));
    Value y = add(g, multiply(g, standard, g.cast(node.input(1), wide)), g.cast(node.input(2), wide));
    return SmallVector<Value>{toChannelsFirst(g, g.cast(y, element))};
}

/// Scale and bias are for each group up to opset 20 and for each channel after.
static Outputs importGroupNormalization(Node &node)
{
    GraphBuilder &g = node.g;
    if (failed(checkChannels(node, 2)))
        return failure();
    const int64_t channels = node.shape(0)[1], groups = node.integer("num_groups", 0);
    if (groups < 1 || channels % groups != 0)
        return node.error("num_groups is " + Twine(groups) + "; it has to divide the " + Twine(channels) + " channels");
    const int64_t parameters = node.opset < 21 ? groups : channels;
    if (failed(checkPerChannel(node, 1, parameters)) || failed(checkPerChannel(node, 2, parameters)))
        return failure();
    const Type element = node.element(0), wide = accumulatorOf(element);
    Value x = toChannelsLast(g, g.cast(node.input(0), wide));
    const Shape image(GraphBuilder::shapeOf(x));
    Value standard = standardizedInGroups(g, x, groups, node.number("epsilon", 1e-5));
    auto perGroup = [&](Value value) {
        return g.reshape(g.cast(value, wide), {groups, parameters == groups ? 1 : channels / groups});
    };
    Value y = add(g, multiply(g, standard, perGroup(node.input(1))), perGroup(node.input(2)));
    return SmallVector<Value>{toChannelsFirst(g, g.cast(g.reshape(y, image), element))};
}

/// The type of a normalisation's statistics, by the attribute stash_type. They are computed in a type that is never
/// narrower than single precision.
static FailureOr<Type> stashType(const Node &node)
{
    const int64_t given = node.integer("stash_type", onnx::TensorProto::FLOAT);
    const Type type = elementType(node.g.b.getContext(), given);
    if (!isa_and_nonnull<FloatType>(type))
        return node.error("stash_type " + Twine(given) + " is no floating-point type");
    return type;
}

static Type computingType(const Node &node, Type stash)
{
    return stash.isF64() ? stash : accumulatorOf(node.element(0));
}

/// Multiplies by input `scale` and adds input `bias` where they are there; both broadcast to the tensor.
static FailureOr<Value> scaleAndShift(Node &node, Value standard, unsigned scale, unsigned bias)
{
    GraphBuilder &g = node.g;
    const Type type = GraphBuilder::elementOf(standard);
    for (unsigned i : {scale, bias}) {
        if (!node.hasInput(i))
            continue;
        std::optional<Shape> common = GraphBuilder::broadcastShape(GraphBuilder::shapeOf(standard), node.shape(i));
        if (!common || ArrayRef(*common) != GraphBuilder::shapeOf(standard) || !isa<FloatType>(node.element(i)))
            return node.error("input " + Twine(i) + " is " + shapeText(node.shape(i)) + " and does not broadcast to " +
                              shapeText(GraphBuilder::shapeOf(standard)));
        Value operand = g.cast(node.input(i), type);
        standard = i == scale ? multiply(g, standard, operand) : add(g, standard, operand);
    }
    return standard;
}

static Outputs importLayerNormalization(Node &node)
{
    GraphBuilder &g = node.g;
    FailureOr<int64_t> axis = node.axis(node.integer("axis", -1), node.rank(0));
    FailureOr<Type> stash = stashType(node);
    if (failed(axis) || failed(stash))
        return failure();
    Value mean, inverse, x = g.cast(node.input(0), computingType(node, *stash));
    Value standard = standardized(g, x, axesFrom(x, *axis), node.number("epsilon", 1e-5), &mean, &inverse);
    FailureOr<Value> y = scaleAndShift(node, standard, 1, 2);
    if (failed(y))
        return failure();
    auto statistic = [&](Value value) { return g.cast(value, *stash); };
    return SmallVector<Value>{g.cast(*y, node.element(0)), statistic(mean), statistic(inverse)};
}

/// x / sqrt(mean(x^2) + epsilon) over the axes from `axis` on; `inverse` receives the factor.
static Value rootMeanSquareNormalized(GraphBuilder &g, Value x, int64_t axis, double epsilon, Value *inverse = nullptr)
{
    Value factor = reciprocalSquareRoot(g, add(g, mean(g, square(g, x), axesFrom(x, axis)), epsilon));
    if (inverse)
        *inverse = factor;
    return multiply(g, x, factor);
}

/// RMSNormalization, and SimplifiedLayerNormalization with its second output, the factor.
static Outputs importRMSNormalization(Node &node)
{
    GraphBuilder &g = node.g;
    FailureOr<int64_t> axis = node.axis(node.integer("axis", -1), node.rank(0));
    FailureOr<Type> stash = stashType(node);
    if (failed(axis) || failed(stash))
        return failure();
    Value inverse, x = g.cast(node.input(0), computingType(node, *stash));
    Value standard = rootMeanSquareNormalized(g, x, *axis, node.number("epsilon", 1e-5), &inverse);
    FailureOr<Value> y = scaleAndShift(node, standard, 1, ~0u);
    if (failed(y))
        return failure();
    return SmallVector<Value>{g.cast(*y, node.element(0)), g.cast(inverse, *stash)};
}

/// com.microsoft SkipLayerNormalization and SkipSimplifiedLayerNormalization: the normalised sum of input, skip and
/// bias, scaled by gamma (and shifted by beta); the fourth output is the sum.
template <bool simplified> static Outputs importSkipLayerNormalization(Node &node)
{
    GraphBuilder &g = node.g;
    const unsigned bias = simplified ? 3 : 4;
    if (failed(node.checkSameType(0, 1)) || failed(checkChannels(node, 1)))
        return failure();
    SmallVector<Value> addends{node.input(0), node.input(1)};
    if (node.hasInput(bias)) {
        if (failed(node.checkSameType(0, bias)))
            return failure();
        addends.push_back(node.input(bias));
    }
    FailureOr<Shape> shape = node.broadcast(addends);
    if (failed(shape) || ArrayRef(*shape) != node.shape(0))
        return failed(shape) ? failure() : node.error("skip and bias have to broadcast to the input");
    Value total = addends[0];
    for (Value addend : ArrayRef(addends).drop_front())
        total = add(g, total, addend);
    const Type element = node.element(0);
    const int64_t last = node.rank(0) - 1;
    const double epsilon = node.number("epsilon", 1e-12);
    Value mean, inverse, x = g.cast(total, accumulatorOf(element));
    Value standard = simplified ? rootMeanSquareNormalized(g, x, last, epsilon, &inverse)
                                : standardized(g, x, last, epsilon, &mean, &inverse);
    if (!mean)
        mean = inverse;
    FailureOr<Value> y = scaleAndShift(node, standard, 2, simplified ? ~0u : 3);
    if (failed(y))
        return failure();
    return SmallVector<Value>{g.cast(*y, element), mean, inverse, total};
}

static Outputs importMeanVarianceNormalization(Node &node)
{
    GraphBuilder &g = node.g;
    FailureOr<Shape> axes = node.axes(node.integers("axes").value_or(Shape{0, 2, 3}), node.rank(0));
    if (failed(axes))
        return failure();
    const Type element = node.element(0);
    Value x = g.cast(node.input(0), accumulatorOf(element));
    Value distance = subtract(g, x, mean(g, x, *axes));
    Value deviation = squareRoot(g, mean(g, square(g, distance), *axes));
    return SmallVector<Value>{g.cast(divide(g, distance, add(g, deviation, 1e-9)), element)};
}

/// x / norm(x) along an axis; zeros stay zeros.
static Outputs importLpNormalization(Node &node)
{
    GraphBuilder &g = node.g;
    FailureOr<int64_t> axis = node.axis(node.integer("axis", -1), node.rank(0));
    const int64_t p = node.integer("p", 2);
    if (failed(axis))
        return failure();
    if (p != 1 && p != 2)
        return node.error("p is " + Twine(p) + "; it has to be 1 or 2");
    const Type element = node.element(0);
    Value x = g.cast(node.input(0), accumulatorOf(element));
    const Type wide = GraphBuilder::elementOf(x);
    Value norm;
    if (p == 2) {
        norm = squareRoot(g, sum(g, square(g, x), *axis));
    } else {
        Value size = g.elementwise(x, wide, [](OpBuilder &b, Location loc, ValueRange operands) -> Value {
            return math::AbsFOp::create(b, loc, operands[0]);
        });
        norm = sum(g, size, *axis);
    }
    Value y = g.elementwise({x, norm}, wide, [&](OpBuilder &b, Location loc, ValueRange operands) -> Value {
        Value zero = GraphBuilder::scalar(b, loc, wide, 0.0);
        Value isZero = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OEQ, operands[1], zero);
        Value quotient = arith::DivFOp::create(b, loc, operands[0], operands[1]);
        return arith::SelectOp::create(b, loc, isZero, zero, quotient);
    });
    return SmallVector<Value>{g.cast(y, element)};
}

/// x / (bias + alpha / size * sum of squares over `size` channels around)^beta.
static Outputs importLRN(Node &node)
{
    GraphBuilder &g = node.g;
    if (failed(checkChannels(node, 2)))
        return failure();
    const int64_t size = node.integer("size", 0), channels = node.shape(0)[1];
    constexpr int64_t mostChannels = int64_t(1) << 20;
    if (size < 1 || size > mostChannels)
        return node.error("size is " + Twine(size) + "; it has to be from 1 to " + Twine(mostChannels));
    const double alpha = node.number("alpha", 1e-4), beta = node.number("beta", 0.75), bias = node.number("bias", 1.0);
    const Type element = node.element(0), wide = accumulatorOf(element);
    Value x = toChannelsLast(g, g.cast(node.input(0), wide));
    const size_t rank = GraphBuilder::shapeOf(x).size();
    Shape low(rank, 0), high(rank, 0), ones(rank, 1), kernel(rank, 1), padded(GraphBuilder::shapeOf(x));
    low.back() = (size - 1) / 2;
    high.back() = size - 1 - low.back();
    kernel.back() = size;
    padded.back() = channels + size - 1;
    if (failed(node.checkShape(padded)))
        return failure();
    const TypedAttr zero = GraphBuilder::scalarAttr(wide, 0.0);
    Value squares = g.pad(square(g, x), low, high, zero);
    Value sums = reduceWindows(g, squares, kernel, ones, ones, GraphBuilder::shapeOf(x), zero, addScalars);
    Value y = g.elementwise({x, sums}, wide, [&](OpBuilder &b, Location loc, ValueRange operands) -> Value {
        auto number = [&](double value) { return GraphBuilder::scalar(b, loc, wide, value); };
        Value base = arith::MulFOp::create(b, loc, operands[1], number(alpha / double(size)));
        base = arith::AddFOp::create(b, loc, base, number(bias));
        return arith::DivFOp::create(b, loc, operands[0], math::PowFOp::create(b, loc, base, number(beta)));
    });
    return SmallVector<Value>{toChannelsFirst(g, g.cast(y, element))};
}

ArrayRef<Entry> normalizationOperators()
{
    static const Entry entries[] = {
        {"", "BatchNormalization", 1, importBatchNormalization, floatTypes, 5},
        {"", "ImageScaler", 1, importImageScaler, floatTypes},
        {"", "InstanceNormalization", 1, importInstanceNormalization, floatTypes, 3},
        {"", "LayerNormalization", 1, importLayerNormalization, floatTypes, 2},
        {"", "GroupNormalization", 18, importGroupNormalization, floatTypes, 3},
        {"", "RMSNormalization", 23, importRMSNormalization, floatTypes, 2},
        {"", "LpNormalization", 1, importLpNormalization, floatTypes},
        {"", "MeanVarianceNormalization", 9, importMeanVarianceNormalization, floatTypes},
        {"", "LRN", 1, importLRN, floatTypes},
        {"", "Softmax", 1, importSoftmax, floatTypes},
        {"", "LogSoftmax", 1, importLogSoftmax, floatTypes},
        {"", "Hardmax", 1, importHardmax, floatTypes},
        // ONNX Runtime writes this one under the standard's domain too.
        {"", "SimplifiedLayerNormalization", 1, importRMSNormalization, floatTypes, 2},
        {"com.microsoft", "SimplifiedLayerNormalization", 1, importRMSNormalization, floatTypes, 2},
        {"com.microsoft", "LayerNormalization", 1, importLayerNormalization, floatTypes, 2},
        {"com.microsoft", "SkipLayerNormalization", 1, importSkipLayerNormalization<false>, floatTypes, 3},
        {"com.microsoft", "SkipSimplifiedLayerNormalization", 1, importSkipLayerNormalization<true>, floatTypes, 3},
    };
    return entries;
}

} // namespace barecc::onnx_import
