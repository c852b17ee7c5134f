// com.microsoft normalisations: over groups of the channels of images, and of the sum of a transformer's embeddings.
#include "compiler/import/onnx/Arithmetic.h"
#include "compiler/import/onnx/Layout.h"
#include "compiler/import/onnx/Microsoft.h"
#include "compiler/import/onnx/MicrosoftAttention.h"
#include "compiler/import/onnx/Normalization.h"
#include "compiler/import/onnx/ScalarMath.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

// ---- Groups of channels ------------------------------------------------------------------------------------

/// `image`, [N, spatial..., C] of the wider type, normalised in groups, scaled by input 1 and shifted by input 2, under
/// the attribute activation.
static FailureOr<Value> normalizedInGroups(const Node &node, Value image)
{
    GraphBuilder &g = node.g;
    const Shape shape(GraphBuilder::shapeOf(image));
    const Type wide = GraphBuilder::elementOf(image);
    const int64_t channels = shape.back(), groups = node.integer("groups", 0),
                  activation = node.integer("activation", 0);
    if (groups < 1 || groups > channels || channels % groups != 0)
        return node.error("groups is " + Twine(groups) + "; it has to divide the " + Twine(channels) + " channels");
    if (activation != 0 && activation != 1)
        return node.error("activation is " + Twine(activation) + "; it has to be 0 or 1");
    if (failed(expectShape(node, 1, channels)) || failed(expectShape(node, 2, channels)))
        return failure();
    if (!isa<FloatType>(node.element(1)) || !isa<FloatType>(node.element(2)))
        return node.error("gamma and beta should be floating-point numbers");
    auto perChannel = [&](unsigned i) { return g.reshape(g.cast(node.input(i), wide), {groups, channels / groups}); };
    Value y = standardizedInGroups(g, image, groups, node.number("epsilon", 1e-5));
    y = g.reshape(add(g, multiply(g, y, perChannel(1)), perChannel(2)), shape);
    if (activation == 0)
        return y;
    return mapElements(g, y, wide, [](const ScalarMath &m, ValueRange x) {
        Value power = math::ExpOp::create(m.b, m.loc, arith::NegFOp::create(m.b, m.loc, x[0]));
        return m.divide(x[0], m.add(power, m.number(power, 1)));
    });
}

/// Input i as an image [N, spatial..., C] of the wider type.
static Value channelsLastInput(const Node &node, unsigned i)
{
    Value image = node.g.cast(node.input(i), accumulatorOf(node.element(i)));
    return node.integer("channels_last", 1) ? image : toChannelsLast(node.g, image);
}

static LogicalResult checkImage(const Node &node)
{
    if (node.rank(0) < 3)
        return node.error("the input " + shapeText(node.shape(0)) + " has no spatial axis");
    return success();
}

/// The inverse of what channelsLastInput did, in the type of the input.
static Value asInput(const Node &node, Value image)
{
    return node.g.cast(node.integer("channels_last", 1) ? image : toChannelsFirst(node.g, image), node.element(0));
}

Outputs importGroupNorm(Node &node)
{
    if (failed(checkImage(node)))
        return failure();
    FailureOr<Value> y = normalizedInGroups(node, channelsLastInput(node, 0));
    if (failed(y))
        return failure();
    return SmallVector<Value>{asInput(node, *y)};
}

/// Of the sum of the image, a skip connection, which may be one pixel for each image, and a bias; the second output is
/// the sum.
Outputs importSkipGroupNorm(Node &node)
{
    GraphBuilder &g = node.g;
    if (failed(checkImage(node)) || failed(node.checkSameType(0, 3)))
        return failure();
    Value sum = channelsLastInput(node, 0), skip;
    const Shape shape(GraphBuilder::shapeOf(sum));
    const int64_t batch = shape.front(), channels = shape.back();
    Shape pixel(shape.size(), 1);
    pixel.front() = batch;
    pixel.back() = channels;
    if (node.shape(3) == node.shape(0))
        skip = channelsLastInput(node, 3);
    else if (node.shape(3) == ArrayRef(pixel) || node.shape(3) == ArrayRef({batch, channels}))
        skip = g.reshape(g.cast(node.input(3), GraphBuilder::elementOf(sum)), pixel);
    else
        return node.error("skip is " + shapeText(node.shape(3)) + " for an input of " + shapeText(node.shape(0)));
    sum = add(g, sum, skip);
    if (node.hasInput(4)) {
        if (failed(expectShape(node, 4, channels)) || failed(node.checkSameType(0, 4)))
            return failure();
        sum = add(g, sum, g.cast(node.input(4), GraphBuilder::elementOf(sum)));
    }
    FailureOr<Value> y = normalizedInGroups(node, sum);
    if (failed(y))
        return failure();
    return SmallVector<Value>{asInput(node, *y), asInput(node, sum)};
}

// ---- Embeddings --------------------------------------------------------------------------------------------

/// Rows of the table at input i for positions that are given, [B, S, width]; an error where it does not have this
/// width.
static FailureOr<Value> embedded(const Node &node, unsigned i, Value positions, int64_t width)
{
    if (!node.hasInput(i) || node.rank(i) != 2 || node.shape(i)[0] < 1 || node.shape(i)[1] != width ||
        node.element(i) != node.element(2))
        return node.error("input " + Twine(i) + " should be a table with rows of " + Twine(width));
    return node.g.gather(node.input(i), positions, 0);
}

/// The normalised sum of the embeddings of words, positions and, where they are there, segments. The second output
/// counts the words that the mask leaves, the third is the sum.
Outputs importEmbedLayerNormalization(Node &node)
{
    GraphBuilder &g = node.g;
    if (failed(node.checkRank(0, 2)) || !node.hasInput(2) || failed(node.checkRank(2, 2)) ||
        node.type(0).getNumElements() == 0 || !isa<FloatType>(node.element(2)))
        return node.error("input_ids should be [batch, length], and the word embeddings a table");
    const int64_t batch = node.shape(0)[0], length = node.shape(0)[1], width = node.shape(2)[1];
    if (failed(node.checkShape({batch, length, width})))
        return failure();
    const Type i32 = g.b.getI32Type();
    Value positions;
    if (node.hasInput(8)) {
        if (node.rank(8) != 2 || node.shape(8)[1] != length || (node.shape(8)[0] != 1 && node.shape(8)[0] != batch) ||
            !isa<IntegerType>(node.element(8)))
            return node.error("position_ids are " + shapeText(node.shape(8)) + " for " + Twine(length) + " words");
        positions = node.input(8);
    } else {
        positions = g.generate(RankedTensorType::get({1, length}, i32), [&](OpBuilder &b, Location loc, ValueRange i) {
            return GraphBuilder::castScalar(b, loc, i[1], i32);
        });
    }
    if (!node.hasInput(5) || !node.hasInput(6))
        return node.error("gamma and beta have to be there");
    FailureOr<Value> words = embedded(node, 2, node.input(0), width), places = embedded(node, 3, positions, width);
    if (failed(words) || failed(places) || failed(expectShape(node, 5, width)) || failed(expectShape(node, 6, width)))
        return failure();
    Value sum = add(g, *words, *places);
    if (node.hasInput(1)) {
        if (failed(expectShape(node, 1, node.shape(0))) || !isa<IntegerType>(node.element(1)))
            return node.error("segment_ids should be integers, one for each word");
        FailureOr<Value> segments = embedded(node, 4, node.input(1), width);
        if (failed(segments))
            return failure();
        sum = add(g, sum, *segments);
    }
    const Type element = node.element(2), wide = accumulatorOf(element);
    Value y = standardized(g, g.cast(sum, wide), 2, node.number("epsilon", 1e-12));
    y = add(g, multiply(g, y, g.cast(node.input(5), wide)), g.cast(node.input(6), wide));

    Value counts = g.splat(RankedTensorType::get({batch}, i32), 0);
    if (node.hasInput(7)) {
        if (failed(expectShape(node, 7, node.shape(0))) || !isa<IntegerType>(node.element(7)))
            return node.error("the mask should hold an integer for each word");
        Value kept = g.elementwise(node.input(7), i32, [](OpBuilder &b, Location loc, ValueRange x) {
            Value one = GraphBuilder::scalar(b, loc, x[0].getType(), int64_t(1));
            Value isOne = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, x[0], one);
            return GraphBuilder::castScalar(b, loc, isOne, b.getI32Type());
        });
        counts = g.reduce(kept, 1, false, GraphBuilder::scalarAttr(i32, 0.0), addScalars);
    }
    return SmallVector<Value>{g.cast(y, element), counts, sum};
}

} // namespace barecc::onnx_import
