// The standard's own attention: Attention, RotaryEmbedding, and TensorScatter, which keeps a cache for it.
#include "compiler/import/onnx/AttentionCore.h"
#include "compiler/import/onnx/Layout.h"
#include "compiler/import/onnx/LinearAttention.h"
#include "compiler/import/onnx/MicrosoftAttention.h"
#include "compiler/import/onnx/ScalarMath.h"
#include "compiler/import/onnx/Softmax.h"

#include <cmath>

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

// ---- Attention ---------------------------------------------------------------------------------------------

namespace {

/// What Attention gives as qk_matmul_output.
enum class ScoresOutput { Plain, Capped, Masked, Softmax };

/// Inputs: Q, K, V, attn_mask, past_key, past_value, nonpad_kv_seqlen. Queries, keys and values are [B, heads, S, H].
struct AttentionInputs {
    Value q, k, v;
    int64_t pastLength = 0;

    int64_t batch() const { return GraphBuilder::shapeOf(q)[0]; }
    int64_t queries() const { return GraphBuilder::shapeOf(q)[2]; }
    int64_t keys() const { return GraphBuilder::shapeOf(k)[2]; }
};

/// Input i as [B, heads, S, H]; of rank 3 it has its heads side by side.
FailureOr<Value> headsOf(Node &node, unsigned i, StringRef headsAttribute)
{
    if (node.rank(i) == 4)
        return node.input(i);
    if (node.rank(i) != 3)
        return node.error("input " + Twine(i) + " has rank " + Twine(node.rank(i)) + " but should have rank 3 or 4");
    FailureOr<int64_t> heads = headCount(node, headsAttribute, node.shape(i)[2]);
    if (failed(heads))
        return failure();
    return splitHeads(node.g, node.input(i), *heads);
}

/// Past elements, where there are any, and then those of `value`.
FailureOr<Value> withPast(Node &node, Value value, unsigned i)
{
    if (!node.hasInput(i))
        return value;
    Shape expected(GraphBuilder::shapeOf(value));
    if (node.rank(i) == 4)
        expected[2] = node.shape(i)[2];
    if (node.shape(i) != ArrayRef(expected) || node.element(i) != GraphBuilder::elementOf(value))
        return node.error("input " + Twine(i) + " " + shapeText(node.shape(i)) + " does not continue a tensor of " +
                          shapeText(GraphBuilder::shapeOf(value)));
    return node.g.concat({node.input(i), value}, 2);
}

FailureOr<AttentionInputs> readInputs(Node &node)
{
    AttentionInputs in;
    for (unsigned i = 0; i < 3; ++i)
        if (!isa<FloatType>(node.element(i)))
            return node.error("Q, K and V have to be floating-point tensors");
    if (node.rank(1) != node.rank(0) || node.rank(2) != node.rank(0))
        return node.error("Q, K and V have to have one rank");
    FailureOr<Value> q = headsOf(node, 0, "q_num_heads"), k = headsOf(node, 1, "kv_num_heads"),
                     v = headsOf(node, 2, "kv_num_heads");
    if (failed(q) || failed(k) || failed(v))
        return failure();
    if (node.hasInput(4) != node.hasInput(5))
        return node.error("past_key and past_value have to be there both or neither");
    FailureOr<Value> keys = withPast(node, *k, 4), values = withPast(node, *v, 5);
    if (failed(keys) || failed(values))
        return failure();
    const Shape qs(GraphBuilder::shapeOf(*q)), ks(GraphBuilder::shapeOf(*keys)), vs(GraphBuilder::shapeOf(*values));
    if (ks[0] != qs[0] || vs[0] != qs[0] || ks[1] < 1 || ks[1] != vs[1] || qs[1] % ks[1] != 0 || ks[2] != vs[2] ||
        ks[3] != qs[3])
        return node.error("queries " + shapeText(qs) + ", keys " + shapeText(ks) + " and values " + shapeText(vs) +
                          " do not fit together");
    in.q = *q;
    in.k = *keys;
    in.v = *values;
    in.pastLength = node.hasInput(4) ? node.shape(4)[2] : 0;
    if (failed(node.checkShape(scoresShape(*q, *keys))))
        return failure();
    return in;
}

/// The mask as numbers to add to the scores, or null. Keys that it does not reach are not attended to.
FailureOr<Value> readMask(Node &node, const AttentionInputs &in, ArrayRef<int64_t> scores, Type wide)
{
    if (!node.hasInput(3))
        return Value();
    GraphBuilder &g = node.g;
    const double excluded = -std::numeric_limits<double>::infinity();
    Value mask = node.input(3);
    if (node.element(3).isInteger(1))
        mask = g.elementwise(mask, wide, [&](OpBuilder &b, Location loc, ValueRange x) -> Value {
            const ScalarMath m{b, loc};
            return m.select(x[0], GraphBuilder::scalar(b, loc, wide, 0.0),
                            GraphBuilder::scalar(b, loc, wide, excluded));
        });
    else
        mask = g.cast(mask, wide, node.isUnsigned(3));
    const Shape shape(GraphBuilder::shapeOf(mask));
    if (shape.empty())
        return node.error("attn_mask has to have one to four axes");
    if (shape.back() != 1 && shape.back() < in.keys()) {
        Shape low(shape.size(), 0), high(shape.size(), 0);
        high.back() = in.keys() - shape.back();
        mask = g.pad(mask, low, high, GraphBuilder::scalarAttr(wide, excluded));
    }
    std::optional<Shape> common = GraphBuilder::broadcastShape(GraphBuilder::shapeOf(mask), scores);
    if (!common || ArrayRef(*common) != scores)
        return node.error("attn_mask " + shapeText(shape) + " does not broadcast to " + shapeText(scores));
    return mask;
}

/// The scores with the mask added, and without keys that are behind the query or are padding.
FailureOr<Value> applyMasks(Node &node, const AttentionInputs &in, Value scores)
{
    FailureOr<Value> bias = readMask(node, in, GraphBuilder::shapeOf(scores), GraphBuilder::elementOf(scores));
    if (failed(bias))
        return failure();
    const bool causal = node.integer("is_causal", 0) != 0;
    Value lengths = node.input(6);
    if (lengths && (node.shape(6) != ArrayRef<int64_t>{in.batch()} || !node.element(6).isInteger(64)))
        return node.error("nonpad_kv_seqlen has to be int64, one length for each of the " + Twine(in.batch()) +
                          " batches");
    auto attends = [&](OpBuilder &b, Location loc, ValueRange index) -> Value {
        Value result, length;
        if (lengths) {
            length = GraphBuilder::castScalar(b, loc, GraphBuilder::at(b, loc, lengths, index[0]), b.getIndexType());
            result = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, index[3], length);
        }
        if (!causal)
            return result;
        // The last query sees the last key: of the past and these, or of a cache that holds both.
        Value offset = GraphBuilder::scalar(b, loc, b.getIndexType(), in.pastLength);
        if (length && in.pastLength == 0)
            offset =
                arith::SubIOp::create(b, loc, length, GraphBuilder::scalar(b, loc, b.getIndexType(), in.queries()));
        Value ahead = attendsCausally(b, loc, index, offset);
        return result ? arith::AndIOp::create(b, loc, result, ahead).getResult() : ahead;
    };
    return maskScores(node.g, scores, *bias, causal || lengths ? GraphBuilder::Body(attends) : GraphBuilder::Body());
}

/// The share of each key: softmax of the masked scores. A query that is to attend to no key at all gets zeros, by an
/// erratum to opsets 23 and 24, where softmax alone has no answer: a key that is left out has no share in any case.
Value sharesOf(GraphBuilder &g, Value masked)
{
    const Type element = GraphBuilder::elementOf(masked);
    return mapElements(g, {softmaxOfRows(g, masked), masked}, element,
                       [](const ScalarMath &m, ValueRange operands) -> Value {
                           Value excluded = m.number(operands[1], -std::numeric_limits<double>::infinity());
                           Value zero = m.number(operands[0], 0.0);
                           return m.select(m.equal(operands[1], excluded), zero, operands[0]);
                       });
}

/// Steps: product, cap, mask, softmax. (The first editions of the standard capped after the mask, so that masked keys
/// were attended to; that was corrected in all opsets.)
Outputs importAttention(Node &node)
{
    GraphBuilder &g = node.g;
    FailureOr<AttentionInputs> in = readInputs(node);
    if (failed(in))
        return failure();
    const Type element = node.element(0), wide = accumulatorOf(element);
    const int64_t headSize = GraphBuilder::shapeOf(in->q)[3], mode = node.integer("qk_matmul_output_mode", 0);
    const int64_t precision = node.integer("softmax_precision", 0);
    const double cap = node.number("softcap", 0.0), scale = node.number("scale", 1.0 / std::sqrt(double(headSize)));
    if (mode < 0 || mode > 3)
        return node.error("qk_matmul_output_mode is " + Twine(mode) + "; it has to be 0 to 3");
    if (cap < 0.0)
        return node.error("softcap has to be positive, or 0 for none");

    Value plain = attentionScores(g, g.cast(in->q, wide), g.cast(in->k, wide), scale);
    Value capped = capScores(g, plain, cap);
    FailureOr<Value> masked = applyMasks(node, *in, capped);
    if (failed(masked))
        return failure();
    const bool inDouble = precision == onnx::TensorProto::DOUBLE;
    Value exponents = inDouble ? g.cast(*masked, g.b.getF64Type()) : *masked;
    Value probabilities = g.cast(*masked == capped ? softmaxOfRows(g, exponents) : sharesOf(g, exponents), wide);
    Value result = g.cast(attentionOutput(g, probabilities, g.cast(in->v, wide)), element);
    if (node.rank(0) == 3)
        result = joinHeads(g, result);
    const Value scores[] = {plain, capped, *masked, probabilities};
    return SmallVector<Value>{result, in->k, in->v, g.cast(scores[mode], element)};
}

// ---- RotaryEmbedding ---------------------------------------------------------------------------------------

/// The cosines or sines of each position, [B, S, R / 2], from input i.
FailureOr<Value> anglesOf(Node &node, unsigned i, int64_t batch, int64_t length, int64_t half)
{
    const ArrayRef<int64_t> shape = node.shape(i);
    if (failed(node.checkSameType(0, i)))
        return failure();
    if (!node.hasInput(3)) {
        if (shape != ArrayRef<int64_t>{batch, length, half})
            return node.error("the cache " + shapeText(shape) + " has to be " + shapeText({batch, length, half}));
        return node.input(i);
    }
    if (shape.size() != 2 || shape[0] < 1 || shape[1] != half)
        return node.error("the cache " + shapeText(shape) + " has to be positions x " + Twine(half));
    if (node.shape(3) != ArrayRef<int64_t>{batch, length} || !node.element(3).isInteger(64))
        return node.error("position_ids have to be int64, " + shapeText({batch, length}));
    return node.g.gather(node.input(i), node.input(3), 0);
}

/// Inputs: X [B, heads, S, H] or [B, S, heads * H], cosines, sines, positions.
Outputs importRotaryEmbedding(Node &node)
{
    GraphBuilder &g = node.g;
    FailureOr<Value> x = headsOf(node, 0, "num_heads");
    if (failed(x))
        return failure();
    const Shape shape(GraphBuilder::shapeOf(*x));
    int64_t rotated = node.integer("rotary_embedding_dim", 0);
    if (rotated == 0)
        rotated = shape[3];
    if (rotated < 2 || rotated % 2 != 0 || rotated > shape[3])
        return node.error("rotary_embedding_dim is " + Twine(rotated) + "; it has to be even and at most " +
                          Twine(shape[3]));
    FailureOr<Value> cosine = anglesOf(node, 1, shape[0], shape[2], rotated / 2),
                     sine = anglesOf(node, 2, shape[0], shape[2], rotated / 2);
    if (failed(cosine) || failed(sine))
        return failure();
    const Type element = node.element(0), wide = accumulatorOf(element);
    Value turned = rotatePairs(g, g.cast(*x, wide), g.cast(*cosine, wide), g.cast(*sine, wide),
                               node.integer("interleaved", 0) != 0);
    turned = g.cast(turned, element);
    return SmallVector<Value>{node.rank(0) == 3 ? joinHeads(g, turned) : turned};
}

// ---- TensorScatter -----------------------------------------------------------------------------------------

/// The cache with the update in place of its elements from write_indices[batch] on, along `axis`. Each element asks
/// whether the update falls on it. Beyond the end a circular cache begins again; of another the update is cut.
Outputs importTensorScatter(Node &node)
{
    FailureOr<int64_t> axis = node.axis(node.integer("axis", -2), node.rank(0));
    if (failed(axis) || failed(node.checkSameType(0, 1)) || failed(node.checkRank(1, node.rank(0))))
        return failure();
    const std::string mode = node.text("mode", "linear");
    if (mode != "linear" && mode != "circular")
        return node.error("mode is '" + mode + "'; it has to be linear or circular");
    if (*axis == 0)
        return node.error("axis has to be another one than the batch");
    Shape expected(node.shape(0));
    expected[size_t(*axis)] = node.shape(1)[size_t(*axis)];
    const int64_t extent = node.shape(0)[size_t(*axis)], length = expected[size_t(*axis)];
    if (node.shape(1) != ArrayRef(expected) || length > extent)
        return node.error("the update " + shapeText(node.shape(1)) + " does not fit the cache " +
                          shapeText(node.shape(0)));
    if (node.hasInput(2) && (node.shape(2) != ArrayRef<int64_t>{node.shape(0)[0]} || !node.element(2).isInteger(64)))
        return node.error("write_indices have to be int64, one for each batch");
    Value cache = node.input(0), update = node.input(1), starts = node.input(2);
    if (length == 0)
        return SmallVector<Value>{cache};
    return SmallVector<Value>{node.g.generate(node.type(0), [&](OpBuilder &b, Location loc, ValueRange index) {
        const ScalarMath m{b, loc};
        auto number = [&](int64_t value) { return GraphBuilder::scalar(b, loc, b.getIndexType(), value); };
        Value start = number(0), end = number(extent);
        if (starts)
            start = GraphBuilder::castScalar(b, loc, GraphBuilder::at(b, loc, starts, index[0]), b.getIndexType());
        Value nth = m.subtract(index[size_t(*axis)], start);
        if (mode == "circular") {
            nth = m.remainder(nth, end);
            nth = m.select(m.less(nth, number(0)), m.add(nth, end), nth);
        }
        Value isUpdated = arith::AndIOp::create(b, loc, m.lessOrEqual(number(0), nth), m.less(nth, number(length)));
        SmallVector<Value> source(index);
        source[size_t(*axis)] = m.smallest(m.largest(nth, number(0)), number(length - 1));
        return m.select(isUpdated, GraphBuilder::at(b, loc, update, source), GraphBuilder::at(b, loc, cache, index));
    })};
}

} // namespace

ArrayRef<Entry> attentionOperators()
{
    static const Entry entries[] = {
        {"", "Attention", 23, importAttention, floatTypes, 3},
        {"", "RotaryEmbedding", 23, importRotaryEmbedding, floatTypes, 3},
        {"", "TensorScatter", 24, importTensorScatter, allTypes, 2},
        {"", "LinearAttention", 27, importLinearAttention, floatTypes, 3},
        {"", "CausalConvWithState", 27, importCausalConvWithState, floatTypes, 2},
    };
    return entries;
}

} // namespace barecc::onnx_import
