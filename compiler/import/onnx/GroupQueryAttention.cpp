// com.microsoft GroupQueryAttention: causal attention with a cache of keys and values that grows where each sequence of
// the batch ends.
#include "compiler/import/onnx/Arithmetic.h"
#include "compiler/import/onnx/AttentionCore.h"
#include "compiler/import/onnx/Layout.h"
#include "compiler/import/onnx/MicrosoftAttention.h"
#include "compiler/import/onnx/Softmax.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

namespace {

/// The inputs by their names.
enum Input : unsigned {
    Query,
    Key,
    ValueInput,
    PastKey,
    PastValue,
    LastPositions, // seqlens_k
    TotalLength,
    Cosines,
    Sines,
    Positions,
    Bias,
    Sink,
};

/// Queries, keys and values [B, heads, S, H].
struct Operands {
    Value q, k, v;
};

} // namespace

static LogicalResult checkSupported(const Node &node)
{
    for (unsigned i = Sink + 1; i < node.inputCount(); ++i)
        if (node.hasInput(i))
            return node.error("input " + Twine(i) + " (scales of a quantised cache, or norms) is not supported");
    for (const char *name : {"k_quant_type", "v_quant_type"})
        if (node.text(name, "NONE") != "NONE")
            return node.error("a quantised cache is not supported; " + Twine(name) + " should be NONE");
    if (node.integer("sliding_window_cache", 0) || node.integer("qk_output", 0))
        return node.error("sliding_window_cache and qk_output are not supported");
    if (!node.hasInput(LastPositions) || !node.hasInput(TotalLength))
        return node.error("seqlens_k and total_sequence_length have to be there");
    return success();
}

/// Reads queries, keys and values apart, or packed behind each other in the query.
static FailureOr<Operands> readOperands(const Node &node)
{
    GraphBuilder &g = node.g;
    if (failed(node.checkRank(Query, 3)))
        return failure();
    const int64_t batch = node.shape(Query)[0], count = node.shape(Query)[1], width = node.shape(Query)[2];
    const int64_t heads = node.integer("num_heads", 0), shared = node.integer("kv_num_heads", 0);
    if (heads < 1 || shared < 1 || heads > width || heads % shared != 0)
        return node.error("num_heads is " + Twine(heads) + " and kv_num_heads is " + Twine(shared) +
                          ", which has to divide it");
    if (!node.hasInput(Key) && !node.hasInput(ValueInput)) {
        if (width % (heads + 2 * shared) != 0)
            return node.error("a packed width of " + Twine(width) + " does not split into " +
                              Twine(heads + 2 * shared) + " heads");
        Value all = splitHeads(g, node.input(Query), heads + 2 * shared);
        auto part = [&](int64_t first, int64_t size) {
            return g.slice(all, {0, first, 0, 0}, {batch, size, count, GraphBuilder::shapeOf(all)[3]}, {1, 1, 1, 1});
        };
        return Operands{part(0, heads), part(heads, shared), part(heads + shared, shared)};
    }
    if (!node.hasInput(Key) || !node.hasInput(ValueInput) || width % heads != 0)
        return node.error("key and value have to be given together, and num_heads has to divide the query's width");
    const Shape wanted{batch, count, width / heads * shared};
    for (unsigned i : {unsigned(Key), unsigned(ValueInput)})
        if (failed(expectShape(node, i, wanted)) || failed(node.checkSameType(Query, i)))
            return failure();
    return Operands{splitHeads(g, node.input(Query), heads), splitHeads(g, node.input(Key), shared),
                    splitHeads(g, node.input(ValueInput), shared)};
}

/// The length of the present cache, which is a shape: the larger one of the past's and the longest sequence.
static FailureOr<int64_t> presentLength(const Node &node, int64_t count, int64_t past)
{
    std::optional<Shape> total = integersOf(constantOf(node.input(TotalLength)));
    if (!total && past > 0) // computed: a cache that has room for all
        return past;
    if (!total || total->size() != 1)
        return node.error("total_sequence_length has to be known at compile time, since it is the length of the "
                          "cache; fix the model's inputs with --shape or --dim");
    if (total->front() < count || total->front() > (int64_t(1) << 24))
        return node.error("total_sequence_length is " + Twine(total->front()) + " for a query of " + Twine(count));
    return std::max(past, total->front());
}

/// The first first[b] rows of the past, then the new ones [B, M, S, H], then zeros up to `length`.
static FailureOr<Value> presentOf(const Node &node, unsigned past, Value rows, Value first, int64_t length)
{
    GraphBuilder &g = node.g;
    Shape shape(GraphBuilder::shapeOf(rows));
    const int64_t count = shape[2], before = node.hasInput(past) && node.rank(past) == 4 ? node.shape(past)[2] : 0;
    if (node.hasInput(past)) {
        shape[2] = before;
        if (failed(expectShape(node, past, shape)) || failed(node.checkSameType(Query, past)))
            return failure();
    }
    shape[2] = length;
    if (failed(node.checkShape(shape)))
        return failure();
    Value cache = node.input(past);
    auto type = RankedTensorType::get(shape, GraphBuilder::elementOf(rows));
    return g.generate(type, [&](OpBuilder &b, Location loc, ValueRange index) -> Value {
        auto number = [&](int64_t value) { return GraphBuilder::scalar(b, loc, b.getIndexType(), value); };
        auto clamped = [&](Value position, int64_t extent) -> Value {
            position = arith::MaxSIOp::create(b, loc, position, number(0));
            return arith::MinSIOp::create(b, loc, position, number(extent - 1));
        };
        auto rowOf = [&](Value tensor, Value position) {
            return GraphBuilder::at(b, loc, tensor, {index[0], index[1], position, index[3]});
        };
        Value start = GraphBuilder::castScalar(b, loc, GraphBuilder::at(b, loc, first, index[0]), b.getIndexType());
        Value position = arith::SubIOp::create(b, loc, index[2], start);
        Value isOld = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, position, number(0));
        Value isNew = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, position, number(count));
        Value zero = GraphBuilder::scalar(b, loc, type.getElementType(), 0.0);
        Value added = arith::SelectOp::create(b, loc, isNew, rowOf(rows, clamped(position, count)), zero);
        Value old = before > 0 ? rowOf(cache, clamped(index[2], before)) : zero;
        return arith::SelectOp::create(b, loc, isOld, old, added);
    });
}

/// Softmax of rows whose denominator has one more term, exp(sink of the head), or exp(0) with smooth_softmax.
static FailureOr<Value> softmaxWithSink(const Node &node, Value scores)
{
    GraphBuilder &g = node.g;
    if (!node.hasInput(Sink) && !node.integer("smooth_softmax", 0))
        return softmaxOfRows(g, scores);
    const Shape shape(GraphBuilder::shapeOf(scores));
    Shape column(shape), wide(shape);
    column[3] = 1;
    ++wide[3];
    const Type element = GraphBuilder::elementOf(scores);
    Value sink = g.splat(RankedTensorType::get({}, element), 0.0);
    if (node.hasInput(Sink)) {
        if (failed(expectShape(node, Sink, {shape[1]})))
            return failure();
        sink = g.reshape(g.cast(node.input(Sink), element), {1, shape[1], 1, 1});
    }
    Value all = softmaxOfRows(g, g.concat({scores, g.broadcastTo(sink, column)}, 3));
    return g.slice(all, {0, 0, 0, 0}, shape, {1, 1, 1, 1});
}

/// Where the query's first row stands in each sequence, [B]: 0 while the prompt is read, which is when the query is as
/// long as the longest sequence; later so that its last row comes last.
static Value firstPositions(const Node &node, int64_t count, std::optional<int64_t> total)
{
    GraphBuilder &g = node.g;
    Value last = node.input(LastPositions), length = node.input(TotalLength);
    const Type integer = GraphBuilder::elementOf(last);
    return g.generate(GraphBuilder::typeOf(last), [&](OpBuilder &b, Location loc, ValueRange index) -> Value {
        Value zero = GraphBuilder::scalar(b, loc, integer, int64_t(0));
        if (total == count)
            return zero;
        Value end = GraphBuilder::at(b, loc, last, index);
        Value start = arith::SubIOp::create(b, loc, end, GraphBuilder::scalar(b, loc, integer, count - 1));
        start = arith::MaxSIOp::create(b, loc, start, zero);
        if (total)
            return start;
        SmallVector<Value> only(GraphBuilder::typeOf(length).getRank(),
                                GraphBuilder::scalar(b, loc, b.getIndexType(), int64_t(0)));
        Value longest = GraphBuilder::castScalar(b, loc, GraphBuilder::at(b, loc, length, only), integer);
        Value isPrompt = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, longest,
                                               GraphBuilder::scalar(b, loc, integer, count));
        return arith::SelectOp::create(b, loc, isPrompt, zero, start);
    });
}

Outputs importGroupQueryAttention(Node &node)
{
    GraphBuilder &g = node.g;
    auto isIndex = [](Type type) { return type.isInteger(32) || type.isInteger(64); };
    if (failed(checkSupported(node)))
        return failure();
    FailureOr<Operands> operands = readOperands(node);
    if (failed(operands))
        return failure();
    const int64_t batch = node.shape(Query)[0], count = node.shape(Query)[1];
    if (failed(expectShape(node, LastPositions, {batch})) || node.type(TotalLength).getNumElements() != 1 ||
        !isIndex(node.element(LastPositions)) || !isIndex(node.element(TotalLength)))
        return node.error("seqlens_k should hold an int32 or int64 for each sequence, and total_sequence_length one");
    const int64_t past = node.hasInput(PastKey) && node.rank(PastKey) == 4 ? node.shape(PastKey)[2] : 0;
    FailureOr<int64_t> length = presentLength(node, count, past);
    if (failed(length))
        return failure();
    std::optional<Shape> total = integersOf(constantOf(node.input(TotalLength)));
    Value first = firstPositions(node, count, total ? std::optional(total->front()) : std::nullopt);

    const Type element = node.element(Query), wide = accumulatorOf(element);
    Value q = g.cast(operands->q, wide), k = operands->k;
    if (node.integer("do_rotary", 0)) {
        Value positions = positionsFrom(g, first, batch, count);
        if (node.hasInput(Positions)) {
            if (failed(expectShape(node, Positions, {batch, count})))
                return failure();
            positions = node.input(Positions);
        }
        const bool interleaved = node.integer("rotary_interleaved", 0);
        FailureOr<Value> query = rotateByCaches(node, q, positions, Cosines, interleaved);
        FailureOr<Value> key = rotateByCaches(node, g.cast(k, wide), positions, Cosines, interleaved);
        if (failed(query) || failed(key))
            return failure();
        q = *query;
        k = g.cast(*key, element);
    }
    FailureOr<Value> keys = presentOf(node, PastKey, k, first, *length),
                     values = presentOf(node, PastValue, operands->v, first, *length);
    if (failed(keys) || failed(values))
        return failure();

    if (failed(node.checkShape(scoresShape(q, *keys))))
        return failure();
    Value scores = attentionScores(g, q, g.cast(*keys, wide), attentionScale(node, GraphBuilder::shapeOf(q)[3]));
    scores = capScores(g, scores, node.number("softcap", 0.0));
    Value bias;
    if (node.hasInput(Bias)) {
        const int64_t given = node.rank(Bias) == 4 ? node.shape(Bias)[3] : 0;
        Shape shape(GraphBuilder::shapeOf(scores));
        shape[3] = std::min(given, *length);
        if (failed(checkBias(node, Bias, shape)))
            return failure();
        // Keys behind the longest sequence are masked below, whatever is added to them.
        bias = g.pad(g.cast(node.input(Bias), wide), {0, 0, 0, 0}, {0, 0, 0, *length - given},
                     GraphBuilder::scalarAttr(wide, 0.0));
    }
    // As many keys as there are is all of them.
    const int64_t window = std::min(node.integer("local_window_size", -1), *length);
    const bool causal = node.integer("causal", 1) != 0;
    Value last = node.input(LastPositions);
    scores = maskScores(g, scores, bias, [&](OpBuilder &b, Location loc, ValueRange index) -> Value {
        auto position = [&](Value of) {
            return GraphBuilder::castScalar(b, loc, GraphBuilder::at(b, loc, of, index[0]), b.getIndexType());
        };
        if (causal)
            return attendsCausally(b, loc, index, position(first), window);
        return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sle, index[3], position(last));
    });
    FailureOr<Value> probabilities = softmaxWithSink(node, scores);
    if (failed(probabilities))
        return failure();
    Value result = joinHeads(g, attentionOutput(g, *probabilities, g.cast(*values, wide)));
    return SmallVector<Value>{g.cast(result, element), *keys, *values};
}

} // namespace barecc::onnx_import
