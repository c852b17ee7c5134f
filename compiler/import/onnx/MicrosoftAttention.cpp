// com.microsoft: Attention, QAttention, MultiHeadAttention and RotaryEmbedding.
#include "compiler/import/onnx/Arithmetic.h"
#include "compiler/import/onnx/AttentionCore.h"
#include "compiler/import/onnx/Layout.h"
#include "compiler/import/onnx/Matrix.h"
#include "compiler/import/onnx/MicrosoftAttention.h"
#include "compiler/import/onnx/Quantization.h"
#include "compiler/import/onnx/Softmax.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

LogicalResult expectShape(const Node &node, unsigned i, ArrayRef<int64_t> wanted)
{
    if (node.shape(i) == wanted)
        return success();
    return node.error("input " + Twine(i) + " is " + shapeText(node.shape(i)) + " but should be " + shapeText(wanted));
}

FailureOr<int64_t> headCount(const Node &node, StringRef attribute, int64_t width)
{
    const int64_t heads = node.integer(attribute, 0);
    if (heads >= 1 && width >= heads && width % heads == 0)
        return heads;
    return node.error(attribute + " is " + Twine(heads) + "; it has to divide a width of " + Twine(width));
}

double attentionScale(const Node &node, int64_t headSize)
{
    const double scale = node.number("scale", 0.0);
    return scale == 0.0 ? 1.0 / std::sqrt(double(headSize)) : scale;
}

LogicalResult checkBias(const Node &node, unsigned i, ArrayRef<int64_t> scores)
{
    if (!node.hasInput(i))
        return success();
    std::optional<Shape> common = GraphBuilder::broadcastShape(node.shape(i), scores);
    if (node.rank(i) == 4 && common && ArrayRef(*common) == scores && isa<FloatType>(node.element(i)))
        return success();
    return node.error("the attention bias is " + shapeText(node.shape(i)) + " and does not broadcast to " +
                      shapeText(scores));
}

Value positionsFrom(GraphBuilder &g, Value first, int64_t batch, int64_t count)
{
    const Type i64 = g.b.getI64Type();
    return g.generate(RankedTensorType::get({batch, count}, i64), [&](OpBuilder &b, Location loc, ValueRange index) {
        Value start = GraphBuilder::castScalar(b, loc, GraphBuilder::at(b, loc, first, index[0]), i64);
        return Value(arith::AddIOp::create(b, loc, start, GraphBuilder::castScalar(b, loc, index[1], i64)));
    });
}

FailureOr<Value> rotateByCaches(const Node &node, Value x, Value positions, unsigned cosine, bool interleaved)
{
    GraphBuilder &g = node.g;
    const int64_t headSize = GraphBuilder::shapeOf(x)[3];
    for (unsigned i : {cosine, cosine + 1})
        if (!node.hasInput(i) || node.rank(i) != 2 || node.shape(i)[0] < 1 || node.shape(i)[1] < 1 ||
            2 * node.shape(i)[1] > headSize || node.shape(i) != node.shape(cosine) || !isa<FloatType>(node.element(i)))
            return node.error("input " + Twine(i) + " should hold sines or cosines of " + Twine(headSize / 2) +
                              " angles or fewer for each position");
    auto angles = [&](unsigned i) { return g.gather(g.cast(node.input(i), GraphBuilder::elementOf(x)), positions, 0); };
    return rotatePairs(g, x, angles(cosine), angles(cosine + 1), interleaved);
}

// ---- Rotary positions --------------------------------------------------------------------------------------

/// The input is [B, S, N * H] or [B, N, S, H]; positions are [B, S], or one number that the first of each row has.
static Outputs importRotaryEmbedding(Node &node)
{
    GraphBuilder &g = node.g;
    if (node.integer("is_packed_batching", 0))
        return node.error("is_packed_batching is not supported");
    if ((node.rank(0) != 3 && node.rank(0) != 4) || node.rank(2) != 2)
        return node.error("the input should have 3 or 4 axes and the cosines 2");
    const bool joined = node.rank(0) == 3;
    int64_t heads = node.integer("num_heads", 0);
    if (joined && heads == 0) {
        const int64_t headSize = 2 * node.shape(2)[1];
        heads = headSize == 0 ? 0 : node.shape(0)[2] / headSize;
    }
    if (joined && (heads < 1 || heads > node.shape(0)[2] || node.shape(0)[2] % heads != 0))
        return node.error("num_heads is " + Twine(heads) + "; it has to divide a width of " + Twine(node.shape(0)[2]));
    const Type element = node.element(0);
    Value x = g.cast(node.input(0), accumulatorOf(element));
    if (joined)
        x = splitHeads(g, x, heads);
    const int64_t batch = GraphBuilder::shapeOf(x)[0], count = GraphBuilder::shapeOf(x)[2];
    if (!isa<IntegerType>(node.element(1)))
        return node.error("positions should be integers");
    Value positions = node.input(1);
    if (node.type(1).getNumElements() == 1 && node.rank(1) <= 1)
        positions = positionsFrom(g, g.reshape(positions, {1}), 1, count);
    else if (failed(expectShape(node, 1, {batch, count})))
        return failure();
    FailureOr<Value> turned = rotateByCaches(node, x, positions, 2, node.integer("interleaved", 0));
    if (failed(turned))
        return failure();
    Value result = joined ? joinHeads(g, *turned) : *turned;
    return SmallVector<Value>{g.cast(result, element)};
}

// ---- Masks -------------------------------------------------------------------------------------------------

/// What mask input i adds to scores [B, N, S, T], as a tensor that broadcasts to them: 0 where a key takes part, else
/// the attribute mask_filter_value. The mask is a number for each key, [B, T], or for each pair, [B, S, T] or square
/// [B, 1, M, M]; or where keys end, [B], and where they begin, [2 * B]. Null where there is none.
static FailureOr<Value> maskBias(const Node &node, unsigned i, ArrayRef<int64_t> scores, int64_t past, Type element)
{
    GraphBuilder &g = node.g;
    if (!node.hasInput(i))
        return Value();
    const int64_t batch = scores[0], queries = scores[2], keys = scores[3], rank = node.rank(i);
    const ArrayRef<int64_t> shape = node.shape(i);
    const double filter = node.number("mask_filter_value", -10000.0);
    Value mask = node.input(i);
    if (!isa<IntegerType>(node.element(i)))
        return node.error("the mask should hold integers");
    auto chosen = [&](OpBuilder &b, Location loc, Value takesPart) -> Value {
        return arith::SelectOp::create(b, loc, takesPart, GraphBuilder::scalar(b, loc, element, 0.0),
                                       GraphBuilder::scalar(b, loc, element, filter));
    };
    if (rank == 1 && (shape[0] == batch || shape[0] == 2 * batch)) {
        auto type = RankedTensorType::get({batch, 1, 1, keys}, element);
        const bool hasStart = shape[0] == 2 * batch;
        return g.generate(type, [&](OpBuilder &b, Location loc, ValueRange index) -> Value {
            auto bound = [&](Value at) {
                return GraphBuilder::castScalar(b, loc, GraphBuilder::at(b, loc, mask, at), b.getIndexType());
            };
            Value inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, index[3], bound(index[0]));
            if (hasStart) {
                Value second =
                    arith::AddIOp::create(b, loc, index[0], GraphBuilder::scalar(b, loc, b.getIndexType(), batch));
                Value begun = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sge, index[3], bound(second));
                inside = arith::AndIOp::create(b, loc, inside, begun);
            }
            return chosen(b, loc, inside);
        });
    }
    if (rank == 2 && shape == ArrayRef({batch, keys})) {
        mask = g.reshape(mask, {batch, 1, 1, keys});
    } else if (rank == 3 && shape == ArrayRef({batch, queries, keys})) {
        mask = g.reshape(mask, {batch, 1, queries, keys});
    } else if (rank == 4 && shape[0] == batch && shape[1] == 1 && shape[2] >= past + queries && shape[3] >= keys) {
        mask = g.slice(mask, {0, 0, past, 0}, {batch, 1, queries, keys}, {1, 1, 1, 1});
    } else {
        return node.error("a mask of " + shapeText(shape) + " for scores of " + shapeText(scores) +
                          " is not supported");
    }
    const Type integer = GraphBuilder::elementOf(mask);
    return g.elementwise(mask, element, [&](OpBuilder &b, Location loc, ValueRange operands) {
        Value zero = GraphBuilder::scalar(b, loc, integer, int64_t(0));
        return chosen(b, loc, arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, operands[0], zero));
    });
}

// ---- Attention with projected or given queries, keys and values --------------------------------------------

namespace {

/// Operands of one attention, each [B, N, length, size], and which inputs mask it.
struct Operands {
    Value q, k, v;
    int64_t past; // keys that came before the first query
    unsigned mask, bias;
};

} // namespace

/// softmax(scale * q . k + mask + bias) . v: [B, S, N * V]; `products` receives the scores with mask and bias.
static FailureOr<Value> attention(const Node &node, const Operands &operands, Value *products = nullptr)
{
    GraphBuilder &g = node.g;
    const Type element = GraphBuilder::elementOf(operands.q), wide = accumulatorOf(element);
    Value q = g.cast(operands.q, wide), k = g.cast(operands.k, wide), v = g.cast(operands.v, wide);
    const Shape shape = scoresShape(q, k);
    if (failed(node.checkShape(shape)))
        return failure();
    Value scores = attentionScores(g, q, k, attentionScale(node, GraphBuilder::shapeOf(q)[3]));
    FailureOr<Value> mask = maskBias(node, operands.mask, shape, operands.past, wide);
    if (failed(mask) || failed(checkBias(node, operands.bias, shape)))
        return failure();
    Value bias = *mask;
    if (node.hasInput(operands.bias)) {
        Value given = g.cast(node.input(operands.bias), wide);
        bias = bias ? add(g, bias, given) : given;
    }
    auto causal = [&](OpBuilder &b, Location loc, ValueRange index) {
        Value offset = GraphBuilder::scalar(b, loc, b.getIndexType(), operands.past);
        return attendsCausally(b, loc, index, offset);
    };
    GraphBuilder::Body attends;
    if (node.integer("unidirectional", 0))
        attends = causal;
    scores = maskScores(g, scores, bias, attends, -std::numeric_limits<float>::max());
    if (products)
        *products = g.cast(scores, element);
    return g.cast(joinHeads(g, attentionOutput(g, softmaxOfRows(g, scores), v)), element);
}

/// `value` [B, N, S, H] behind what input i holds from before, or alone where that is absent.
static FailureOr<Value> behindPast(const Node &node, unsigned i, Value value)
{
    if (!node.hasInput(i))
        return value;
    Shape wanted(GraphBuilder::shapeOf(value));
    if (node.rank(i) == 4)
        wanted[2] = node.shape(i)[2];
    if (failed(expectShape(node, i, wanted)))
        return failure();
    if (node.element(i) != GraphBuilder::elementOf(value))
        return node.error("input " + Twine(i) + " has another element type than the query");
    return node.g.concat({node.input(i), value}, 2);
}

/// The part [offset, offset + size) of the last axis.
static Value columns(GraphBuilder &g, Value value, int64_t offset, int64_t size)
{
    Shape offsets(GraphBuilder::shapeOf(value).size(), 0), sizes(GraphBuilder::shapeOf(value)),
        strides(sizes.size(), 1);
    offsets.back() = offset;
    sizes.back() = size;
    return g.slice(value, offsets, sizes, strides);
}

namespace {

/// Where an operator that projects its input has what masks it and what came before.
struct ProjectedInputs {
    unsigned mask, past, bias;
};

} // namespace

/// Attention over queries, keys and values that lie side by side in `projected`, [B, S, Q + K + V]. Keys and values of
/// before and after are stacked in one tensor, [2, B, N, length, H].
static Outputs attendProjected(const Node &node, Value projected, const ProjectedInputs &inputs)
{
    GraphBuilder &g = node.g;
    const int64_t width = GraphBuilder::shapeOf(projected)[2];
    Shape sizes = node.integers("qkv_hidden_sizes").value_or(Shape{width / 3, width / 3, width / 3});
    if (sizes.size() != 3 || sizes[0] != sizes[1] || sizes[0] < 1 || sizes[2] < 1 || sizes[0] > width ||
        sizes[2] > width || 2 * sizes[0] + sizes[2] != width)
        return node.error("the weights have " + Twine(width) +
                          " columns, which do not split into queries, keys and values");
    FailureOr<int64_t> heads = headCount(node, "num_heads", sizes[0]), same = headCount(node, "num_heads", sizes[2]);
    if (failed(heads) || failed(same))
        return failure();
    Operands operands{splitHeads(g, columns(g, projected, 0, sizes[0]), *heads),
                      splitHeads(g, columns(g, projected, sizes[0], sizes[1]), *heads),
                      splitHeads(g, columns(g, projected, 2 * sizes[0], sizes[2]), *heads),
                      0,
                      inputs.mask,
                      inputs.bias};
    Value present;
    if (node.hasInput(inputs.past) || node.wantsOutput(1)) {
        if (sizes[0] != sizes[2])
            return node.error("past and present need values of the size of keys");
        Shape now(GraphBuilder::shapeOf(operands.k));
        now.insert(now.begin(), 1);
        present = g.concat({g.reshape(operands.k, now), g.reshape(operands.v, now)}, 0);
    }
    if (node.hasInput(inputs.past)) {
        Shape wanted(GraphBuilder::shapeOf(present));
        if (node.rank(inputs.past) == 5)
            wanted[3] = node.shape(inputs.past)[3];
        if (failed(expectShape(node, inputs.past, wanted)))
            return failure();
        if (node.element(inputs.past) != GraphBuilder::elementOf(present))
            return node.error("the past has another element type than the result");
        operands.past = wanted[3];
        present = g.concat({node.input(inputs.past), present}, 3);
        Shape one(GraphBuilder::shapeOf(present));
        one[0] = 1;
        auto half = [&](int64_t which) {
            return g.reshape(g.slice(present, {which, 0, 0, 0, 0}, one, {1, 1, 1, 1, 1}), ArrayRef(one).drop_front());
        };
        operands.k = half(0);
        operands.v = half(1);
    }
    FailureOr<Value> result = attention(node, operands);
    if (failed(result))
        return failure();
    return SmallVector<Value>{*result, present};
}

/// The input [B, S, D] is projected by weights [D, Q + K + V].
static Outputs importAttention(Node &node)
{
    if (node.integer("do_rotary", 0) || node.integer("past_present_share_buffer", 0) || node.hasInput(6))
        return node.error("do_rotary, past_present_share_buffer and past_sequence_length are not supported");
    if (failed(node.checkRank(0, 3)) || failed(node.checkRank(1, 2)) || failed(node.checkSameType(0, 1)))
        return failure();
    FailureOr<Value> projected = matrixProduct(node, node.input(0), node.input(1));
    if (failed(projected))
        return failure();
    if (node.hasInput(2)) {
        if (failed(expectShape(node, 2, {node.shape(1)[1]})) || failed(node.checkSameType(0, 2)))
            return failure();
        projected = add(node.g, *projected, node.input(2));
    }
    return attendProjected(node, *projected, {3, 4, 5});
}

/// The same with input and weights of bytes; what it computes from them is in floats.
static Outputs importQAttention(Node &node)
{
    if (node.integer("do_rotary", 0) || node.integer("past_present_share_buffer", 0))
        return node.error("do_rotary and past_present_share_buffer are not supported");
    if (failed(node.checkRank(0, 3)) || failed(node.checkRank(1, 2)))
        return failure();
    FailureOr<Value> projected = quantizedProduct(node, {0, 1, 3, 4, 6, 7, 2});
    if (failed(projected))
        return failure();
    return attendProjected(node, *projected, {5, 8, ~0u});
}

/// Part `which` of a packed tensor [B, L, N, parts, H], as [B, L, N * H].
static Value unpacked(GraphBuilder &g, Value packed, int64_t which)
{
    Shape sizes(GraphBuilder::shapeOf(packed));
    sizes[3] = 1;
    return g.reshape(g.slice(packed, {0, 0, 0, which, 0}, sizes, {1, 1, 1, 1, 1}),
                     {sizes[0], sizes[1], sizes[2] * sizes[4]});
}

/// Queries, keys and values [B, length, N * size] as a MultiHeadAttention gives them, apart or packed; keys and values
/// that have heads already stay as they are.
static LogicalResult readOperands(const Node &node, Value (&operands)[3])
{
    GraphBuilder &g = node.g;
    const int64_t heads = node.integer("num_heads", 0);
    auto isPacked = [&](unsigned i, int64_t parts) {
        return node.hasInput(i) && node.rank(i) == 5 && node.shape(i)[2] == heads && node.shape(i)[3] == parts;
    };
    if (isPacked(0, 3) && !node.hasInput(1) && !node.hasInput(2)) {
        for (int64_t part = 0; part < 3; ++part)
            operands[part] = unpacked(g, node.input(0), part);
        return success();
    }
    if (failed(node.checkRank(0, 3)))
        return failure();
    operands[0] = node.input(0);
    if (isPacked(1, 2) && !node.hasInput(2)) {
        operands[1] = unpacked(g, node.input(1), 0);
        operands[2] = unpacked(g, node.input(1), 1);
        return success();
    }
    if (!node.hasInput(1) || !node.hasInput(2) || node.rank(1) != node.rank(2) ||
        (node.rank(1) != 3 && node.rank(1) != 4))
        return node.error("key and value should be given, both with 3 axes or both with 4");
    operands[1] = node.input(1);
    operands[2] = node.input(2);
    return success();
}

static Outputs importMultiHeadAttention(Node &node)
{
    GraphBuilder &g = node.g;
    if (node.hasInput(8) || node.hasInput(9))
        return node.error("past_sequence_length and cache_indirection are not supported");
    Value given[3];
    if (failed(readOperands(node, given)))
        return failure();
    Value heads[3];
    int64_t offset = 0, width = 0;
    for (auto [i, value] : llvm::enumerate(given)) {
        if (GraphBuilder::elementOf(value) != node.element(0))
            return node.error("query, key and value have different element types");
        if (GraphBuilder::typeOf(value).getRank() == 4) { // heads already, and without a bias
            heads[i] = value;
            width += GraphBuilder::shapeOf(value)[1] * GraphBuilder::shapeOf(value)[3];
            continue;
        }
        width += GraphBuilder::shapeOf(value)[2];
    }
    if (node.hasInput(3) && (failed(expectShape(node, 3, {width})) || failed(node.checkSameType(0, 3))))
        return failure();
    for (auto [i, value] : llvm::enumerate(given)) {
        if (heads[i])
            continue;
        const int64_t own = GraphBuilder::shapeOf(value)[2];
        FailureOr<int64_t> count = headCount(node, "num_heads", own);
        if (failed(count))
            return failure();
        if (node.hasInput(3))
            value = add(g, value, columns(g, node.input(3), offset, own));
        heads[i] = splitHeads(g, value, *count);
        offset += own;
    }
    const Shape q(GraphBuilder::shapeOf(heads[0])), k(GraphBuilder::shapeOf(heads[1])),
        v(GraphBuilder::shapeOf(heads[2]));
    if (k[0] != q[0] || v[0] != q[0] || k[1] != q[1] || v[1] != q[1] || k[3] != q[3] || v[2] != k[2])
        return node.error("queries " + shapeText(q) + ", keys " + shapeText(k) + " and values " + shapeText(v) +
                          " (batch, heads, length, size) do not fit");
    FailureOr<Value> key = behindPast(node, 6, heads[1]), value = behindPast(node, 7, heads[2]);
    if (failed(key) || failed(value))
        return failure();
    if (node.hasInput(6) != node.hasInput(7) || GraphBuilder::shapeOf(*key)[2] != GraphBuilder::shapeOf(*value)[2])
        return node.error("past key and value have to come together, with one length");
    Value products;
    FailureOr<Value> result =
        attention(node, {heads[0], *key, *value, GraphBuilder::shapeOf(*key)[2] - k[2], 4, 5}, &products);
    if (failed(result))
        return failure();
    return SmallVector<Value>{*result, *key, *value, products};
}

ArrayRef<Entry> transformerOperators()
{
    static const char microsoft[] = "com.microsoft", types[] = "bfloat16, float16, float, double";
    static const Entry entries[] = {
        {microsoft, "Attention", 1, importAttention, types, 2},
        {microsoft, "QAttention", 1, importQAttention, "int8, uint8", 5},
        {microsoft, "MultiHeadAttention", 1, importMultiHeadAttention, types},
        {microsoft, "RotaryEmbedding", 1, importRotaryEmbedding, types, 4},
        {microsoft, "GroupQueryAttention", 1, importGroupQueryAttention, types},
    };
    return entries;
}

} // namespace barecc::onnx_import
