#include "compiler/import/onnx/AttentionCore.h"

#include "compiler/import/onnx/Arithmetic.h"
#include "compiler/import/onnx/Matrix.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

Value splitHeads(GraphBuilder &g, Value rows, int64_t heads)
{
    const ArrayRef<int64_t> shape = GraphBuilder::shapeOf(rows);
    return g.transpose(g.reshape(rows, {shape[0], shape[1], heads, shape[2] / heads}), {0, 2, 1, 3});
}

Value joinHeads(GraphBuilder &g, Value heads)
{
    const ArrayRef<int64_t> shape = GraphBuilder::shapeOf(heads);
    const Shape joined{shape[0], shape[2], shape[1] * shape[3]};
    return g.reshape(g.transpose(heads, {0, 2, 1, 3}), joined);
}

/// lhs [B, N, S, K] times rhs, [B, M, K, C] or turned [B, M, C, K]. Query heads that share a head on the right are one
/// tall matrix.
static Value productOfHeads(GraphBuilder &g, Value lhs, Value rhs, bool turned)
{
    const Shape left(GraphBuilder::shapeOf(lhs)), right(GraphBuilder::shapeOf(rhs));
    const int64_t stacks = left[0] * right[1], columns = right[turned ? 2 : 3];
    Value rows = g.reshape(lhs, {stacks, left[1] / right[1] * left[2], left[3]});
    Value product = stackedProduct(g, rows, g.reshape(rhs, {stacks, right[2], right[3]}), turned);
    return g.reshape(product, {left[0], left[1], left[2], columns});
}

Shape scoresShape(Value q, Value k)
{
    Shape shape(GraphBuilder::shapeOf(q));
    shape[3] = GraphBuilder::shapeOf(k)[2];
    return shape;
}

Value attentionScores(GraphBuilder &g, Value q, Value k, double scale)
{
    return productOfHeads(g, scale == 1.0 ? q : multiply(g, q, scale), k, true);
}

Value attentionOutput(GraphBuilder &g, Value probabilities, Value v)
{
    return productOfHeads(g, probabilities, v, false);
}

Value capScores(GraphBuilder &g, Value scores, double cap)
{
    if (cap == 0.0)
        return scores;
    const Type element = GraphBuilder::elementOf(scores);
    return g.elementwise(scores, element, [&](OpBuilder &b, Location loc, ValueRange operands) -> Value {
        Value limit = GraphBuilder::scalar(b, loc, element, cap);
        Value bounded = math::TanhOp::create(b, loc, arith::DivFOp::create(b, loc, operands[0], limit));
        return arith::MulFOp::create(b, loc, bounded, limit);
    });
}

Value maskScores(GraphBuilder &g, Value scores, Value bias, GraphBuilder::Body attends, double excluded)
{
    if (!bias && !attends)
        return scores;
    const Type element = GraphBuilder::elementOf(scores);
    SmallVector<Value> inputs{scores};
    if (bias)
        inputs.push_back(bias);
    return g.elementwise(inputs, element, [&](OpBuilder &b, Location loc, ValueRange operands) -> Value {
        Value score = operands[0];
        if (bias)
            score = arith::AddFOp::create(b, loc, score, operands[1]);
        if (!attends)
            return score;
        SmallVector<Value> index;
        for (int64_t d = 0; d < 4; ++d)
            index.push_back(linalg::IndexOp::create(b, loc, d));
        Value outside = GraphBuilder::scalar(b, loc, element, excluded);
        return arith::SelectOp::create(b, loc, attends(b, loc, index), score, outside);
    });
}

Value attendsCausally(OpBuilder &b, Location loc, ValueRange index, Value offset, int64_t window)
{
    Value last = arith::AddIOp::create(b, loc, index[2], offset);
    Value attends = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sle, index[3], last);
    if (window <= 0)
        return attends;
    Value before = arith::SubIOp::create(b, loc, last, GraphBuilder::scalar(b, loc, b.getIndexType(), window));
    Value inWindow = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sgt, index[3], before);
    return arith::AndIOp::create(b, loc, attends, inWindow);
}

Value rotatePairs(GraphBuilder &g, Value x, Value cosine, Value sine, bool interleaved)
{
    const Shape shape(GraphBuilder::shapeOf(x)), angles(GraphBuilder::shapeOf(cosine));
    const int64_t half = angles[2], rotated = 2 * half;
    // Pairs along the last axis but one or the last.
    const int64_t axis = interleaved ? 4 : 3;
    Shape split{shape[0], shape[1], shape[2], half};
    split.insert(split.begin() + axis, 2);
    auto part = [&](Value value, int64_t offset, int64_t size) {
        Shape offsets(GraphBuilder::shapeOf(value).size(), 0), sizes(GraphBuilder::shapeOf(value)),
            strides(sizes.size(), 1);
        const int64_t along = sizes.size() == 5 ? axis : 3;
        offsets[along] = offset;
        sizes[along] = size;
        return g.slice(value, offsets, sizes, strides);
    };
    Value pairs = g.reshape(part(x, 0, rotated), split);
    Value first = part(pairs, 0, 1), second = part(pairs, 1, 1);
    Shape alongHeads(split);
    alongHeads[0] = angles[0];
    alongHeads[1] = 1;
    alongHeads[axis] = 1;
    cosine = g.reshape(cosine, alongHeads);
    sine = g.reshape(sine, alongHeads);
    Value real = subtract(g, multiply(g, first, cosine), multiply(g, second, sine));
    Value imaginary = add(g, multiply(g, first, sine), multiply(g, second, cosine));
    Value turned = g.reshape(g.concat({real, imaginary}, axis), {shape[0], shape[1], shape[2], rotated});
    return rotated == shape[3] ? turned : g.concat({turned, part(x, rotated, shape[3] - rotated)}, 3);
}

} // namespace barecc::onnx_import
