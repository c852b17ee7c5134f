// What stands in for attention in recurrent language models: LinearAttention, whose memory of the past is one matrix
// for each head, and CausalConvWithState, the short convolution before it. Both take their state and give the next one.
#include "compiler/import/onnx/LinearAttention.h"

#include "compiler/import/onnx/Arithmetic.h"
#include "compiler/import/onnx/Layout.h"
#include "compiler/import/onnx/ScalarMath.h"
#include "compiler/ir/Procedure.h"

#include <cmath>

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

// ---- LinearAttention ---------------------------------------------------------------------------------------

namespace {

/// The update of the state S [d_k, d_v] of a head at each step, by update_rule: S decays where it is gated, and v is
/// replaced by beta * (v - S'k) where it is a delta; then S += k v'.
struct LinearAttention {
    enum Input { Query, Key, Value_, PastState, Decay, Beta, EraseGate };

    bool gated = false, delta = false;
    int64_t batch = 0, steps = 0, queryHeads = 0, heads = 0, keySize = 0, valueSize = 0;
    Type wide; // of the calculation

    Shape stateShape() const { return {batch, heads, keySize, valueSize}; }
};

FailureOr<LinearAttention> readLinearAttention(const Node &node)
{
    LinearAttention a;
    const std::string rule = node.text("update_rule", "gated_delta");
    if (rule != "linear" && rule != "gated" && rule != "delta" && rule != "gated_delta")
        return node.error("update_rule is '" + rule + "'; it has to be linear, gated, delta or gated_delta");
    a.gated = StringRef(rule).starts_with("gated");
    a.delta = StringRef(rule).ends_with("delta");
    for (unsigned i = 0; i < 3; ++i)
        if (failed(node.checkRank(i, 3)) || failed(node.checkSameType(0, i)))
            return failure();
    a.batch = node.shape(0)[0];
    a.steps = node.shape(0)[1];
    for (unsigned i = 1; i < 3; ++i)
        if (node.shape(i).take_front(2) != node.shape(0).take_front(2))
            return node.error("input " + Twine(i) + " " + shapeText(node.shape(i)) + " does not fit the query " +
                              shapeText(node.shape(0)));
    a.queryHeads = node.integer("q_num_heads", 0);
    a.heads = node.integer("kv_num_heads", 0);
    if (a.heads < 1 || a.queryHeads < 1 || a.queryHeads % a.heads != 0)
        return node.error("q_num_heads is " + Twine(a.queryHeads) +
                          "; it has to be a positive multiple of "
                          "kv_num_heads, which is " +
                          Twine(a.heads));
    if (node.shape(0)[2] < a.queryHeads || node.shape(0)[2] % a.queryHeads != 0 || node.shape(1)[2] % a.heads != 0 ||
        node.shape(2)[2] % a.heads != 0)
        return node.error("the heads do not divide the rows of query, key and value");
    a.keySize = node.shape(1)[2] / a.heads;
    a.valueSize = node.shape(2)[2] / a.heads;
    if (node.shape(0)[2] / a.queryHeads != a.keySize)
        return node.error("a head of the query has " + Twine(node.shape(0)[2] / a.queryHeads) +
                          " elements, but one of the key has " + Twine(a.keySize));
    a.wide = accumulatorOf(node.element(0));
    if (failed(node.checkShape(a.stateShape())) ||
        failed(node.checkShape({a.batch, a.steps, a.queryHeads, a.valueSize})))
        return failure();
    return a;
}

/// Input i, which is there if and only if `needed`, as [batch, steps, columns of a head..., or 1]; its rows have one of
/// these lengths.
LogicalResult checkGate(const Node &node, const LinearAttention &a, unsigned i, bool allowed, bool needed,
                        ArrayRef<int64_t> lengths)
{
    if (node.hasInput(i) ? !allowed : needed)
        return node.error("input " + Twine(i) + (needed ? " is missing for" : " is not used by") + " this update_rule");
    if (!node.hasInput(i))
        return success();
    const ArrayRef<int64_t> shape = node.shape(i);
    if (shape.size() != 3 || shape.take_front(2) != node.shape(0).take_front(2) ||
        !llvm::is_contained(lengths, shape[2]) || !isa<FloatType>(node.element(i)))
        return node.error("input " + Twine(i) + " " + shapeText(shape) + " has to be floating-point, " +
                          shapeText({a.batch, a.steps, lengths.front()}));
    return success();
}

/// The steps of a head one after the other. Columns of the state do not depend on each other.
void runHead(Procedure &p, const LinearAttention &a, bool erases, const Scalar &b, const Scalar &h)
{
    using L = LinearAttention;
    Buffer query = p.input(L::Query), key = p.input(L::Key), value = p.input(L::Value_), past = p.input(L::PastState),
           kept = p.input(L::Decay), beta = p.input(L::Beta), erase = p.input(L::EraseGate);
    Buffer out = p.result(0), state = p.result(1);
    const Scalar zero = p.index(0), nothing = p.number(a.wide, 0);
    auto along = [&](Buffer rows, const Scalar &t, int64_t axis, const Scalar &i) -> Scalar {
        return rows(b, t, h, cast<MemRefType>(rows.memory.getType()).getDimSize(axis) == 1 ? zero : i);
    };
    p.forEach({a.keySize, a.valueSize}, [&](Scalars at) { state(b, h, at[0], at[1]) = past(b, h, at[0], at[1]); });
    p.loop(0, a.steps, [&](Scalar t) {
        if (a.gated)
            p.forEach({a.keySize, a.valueSize}, [&](Scalars at) {
                Element cell = state(b, h, at[0], at[1]);
                cell = Scalar(cell) * along(kept, t, 3, at[0]);
            });
        p.loop(0, a.valueSize, [&](Scalar column) {
            Scalar written = value(b, t, h, column);
            if (a.delta) {
                Scalar found = p.loop(0, a.keySize, {nothing}, [&](Scalar d, Scalars sum) {
                    Scalar k = key(b, t, h, d);
                    if (erases)
                        k = k * Scalar(erase(b, t, h, d));
                    return Scalars{sum[0] + k * Scalar(state(b, h, d, column))};
                })[0];
                const int64_t shares = cast<MemRefType>(beta.memory.getType()).getDimSize(2);
                written = Scalar(beta(b, t, shares == 1 ? zero : h)) * (written - found);
            }
            p.loop(0, a.keySize, [&](Scalar d) {
                Element cell = state(b, h, d, column);
                cell = Scalar(cell) + Scalar(key(b, t, h, d)) * written;
            });
            p.loop(0, a.queryHeads / a.heads, [&](Scalar member) {
                Scalar q = h * double(a.queryHeads / a.heads) + member;
                out(b, t, q, column) = p.loop(0, a.keySize, {nothing}, [&](Scalar d, Scalars sum) {
                    return Scalars{sum[0] + Scalar(query(b, t, q, d)) * Scalar(state(b, h, d, column))};
                })[0];
            });
        });
    });
}

} // namespace

/// Inputs: query [B, T, H_q * d_k], key [B, T, H * d_k], value [B, T, H * d_v], past_state [B, H, d_k, d_v], decay,
/// beta, erase_gate. H_q / H queries in a row share a state.
Outputs importLinearAttention(Node &node)
{
    using L = LinearAttention;
    GraphBuilder &g = node.g;
    FailureOr<LinearAttention> read = readLinearAttention(node);
    if (failed(read))
        return failure();
    const LinearAttention &a = *read;
    const int64_t keys = a.heads * a.keySize;
    if (failed(checkGate(node, a, L::Decay, a.gated, a.gated, {keys, a.heads})) ||
        failed(checkGate(node, a, L::Beta, a.delta, a.delta, {a.heads, 1})) ||
        failed(checkGate(node, a, L::EraseGate, a.delta, false, keys)))
        return failure();
    const Type element = node.element(0);
    const bool continues = node.hasInput(L::PastState);
    if (continues &&
        (node.shape(L::PastState) != ArrayRef(a.stateShape()) || !isa<FloatType>(node.element(L::PastState))))
        return node.error("past_state " + shapeText(node.shape(L::PastState)) + " has to be floating-point, " +
                          shapeText(a.stateShape()));
    const double given = node.number("scale", 0.0);

    auto rows = [&](unsigned i, int64_t heads) {
        const int64_t size = node.shape(i)[2];
        return g.reshape(g.cast(node.input(i), a.wide), {a.batch, a.steps, heads, size / heads});
    };
    Value none = g.splat(RankedTensorType::get({1, 1, 1, 1}, a.wide), 0.0);
    SmallVector<Value> inputs{
        multiply(g, rows(L::Query, a.queryHeads), given != 0.0 ? given : 1.0 / std::sqrt(double(a.keySize))),
        rows(L::Key, a.heads), rows(L::Value_, a.heads)};
    const auto stateType = RankedTensorType::get(a.stateShape(), a.wide);
    inputs.push_back(continues ? g.cast(node.input(L::PastState), a.wide) : g.splat(stateType, 0.0));
    inputs.push_back(
        !a.gated ? none
                 : mapElements(g, rows(L::Decay, a.heads), a.wide, [](const ScalarMath &m, ValueRange x) -> Value {
                       return math::ExpOp::create(m.b, m.loc, x[0]);
                   }));
    inputs.push_back(a.delta ? g.cast(node.input(L::Beta), a.wide) : none);
    inputs.push_back(node.hasInput(L::EraseGate) ? rows(L::EraseGate, a.heads) : none);
    const auto outType = RankedTensorType::get({a.batch, a.steps, a.queryHeads, a.valueSize}, a.wide);
    SmallVector<Value> results = procedure(g, inputs, {outType, stateType}, {}, [&](Procedure &p) {
        p.forEach({a.batch, a.heads}, [&](Scalars at) { runHead(p, a, node.hasInput(L::EraseGate), at[0], at[1]); });
    });
    Value out = g.reshape(results[0], {a.batch, a.steps, a.queryHeads * a.valueSize});
    return SmallVector<Value>{g.cast(out, element),
                              g.cast(results[1], continues ? node.element(L::PastState) : element)};
}

// ---- CausalConvWithState -----------------------------------------------------------------------------------

/// Inputs: X [B, C, L], weights [C, 1, K], bias [C], the last K - 1 elements before X, which are zero if they are not
/// given. Each channel has a filter of its own.
Outputs importCausalConvWithState(Node &node)
{
    GraphBuilder &g = node.g;
    if (failed(node.checkRank(0, 3)) || failed(node.checkRank(1, 3)) || failed(node.checkShape(node.shape(1))))
        return failure();
    const Shape shape(node.shape(0));
    const int64_t kernel = node.shape(1)[2];
    if (kernel < 1)
        return node.error("the weights " + shapeText(node.shape(1)) + " have no taps");
    const Shape before{shape[0], shape[1], kernel - 1};
    if (failed(node.checkShape({shape[0], shape[1], kernel - 1 + shape[2]})))
        return failure();
    if (node.shape(1) != ArrayRef<int64_t>{shape[1], 1, kernel})
        return node.error("the weights " + shapeText(node.shape(1)) + " do not fit the input " + shapeText(shape));
    if (node.hasInput(2) && node.shape(2) != ArrayRef<int64_t>{shape[1]})
        return node.error("the bias " + shapeText(node.shape(2)) + " has to have one element for each channel");
    if (node.hasInput(3) && node.shape(3) != ArrayRef(before))
        return node.error("past_state " + shapeText(node.shape(3)) + " has to be " + shapeText(before));
    for (unsigned i = 1; i < 4; ++i)
        if (node.hasInput(i) && failed(node.checkSameType(0, i)))
            return failure();
    const std::string activation = node.text("activation", "none");
    if (activation != "none" && activation != "silu" && activation != "swish")
        return node.error("activation is '" + activation + "'; it has to be none, silu or swish");

    const Type element = node.element(0), wide = accumulatorOf(element);
    Value past = node.hasInput(3) ? node.input(3) : g.splat(RankedTensorType::get(before, element), 0.0);
    Value all = kernel == 1 ? node.input(0) : g.concat({past, node.input(0)}, 2);
    Value next = past;
    if (kernel > 1)
        next = g.slice(all, {0, 0, shape[2]}, before, {1, 1, 1});

    AffineExpr b, c, l, k;
    bindDims(g.b.getContext(), b, c, l, k);
    auto map = [&](ArrayRef<AffineExpr> results) { return AffineMap::get(4, 0, results, g.b.getContext()); };
    SmallVector<utils::IteratorType> loops(4, utils::IteratorType::parallel);
    loops[3] = utils::IteratorType::reduction;
    Value weights = g.reshape(g.cast(node.input(1), wide), {shape[1], kernel});
    Value sums = g.contract(RankedTensorType::get(shape, wide), {g.cast(all, wide), weights},
                            {map({b, c, l + k}), map({c, k}), map({b, c, l})}, loops,
                            GraphBuilder::scalarAttr(wide, 0.0), [](OpBuilder &b, Location loc, ValueRange v) {
                                const ScalarMath m{b, loc};
                                return m.add(v[2], m.multiply(v[0], v[1]));
                            });
    if (node.hasInput(2))
        sums = add(g, sums, g.reshape(g.cast(node.input(2), wide), {1, shape[1], 1}));
    if (activation != "none")
        sums = mapElements(g, sums, wide, [](const ScalarMath &m, ValueRange x) -> Value {
            Value negative = arith::NegFOp::create(m.b, m.loc, x[0]);
            Value power = math::ExpOp::create(m.b, m.loc, negative);
            return m.divide(x[0], m.add(m.number(x[0], 1.0), power));
        });
    return SmallVector<Value>{g.cast(sums, element), next};
}

} // namespace barecc::onnx_import
