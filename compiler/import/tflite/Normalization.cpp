// Softmax, and division by norms.
#include "compiler/import/tflite/Node.h"

using namespace mlir;

namespace barecc::tflite_import {

static Outputs softmaxOf(Node &node, float beta, bool logarithm)
{
    if (node.rank(0) < 1 || node.shape(0).back() < 1)
        return node.error("has an input without a last dimension; the file is damaged");
    if (node.quantization(0) ? failed(node.requirePerTensor(0)) || failed(node.requireQuantizedOutput())
                             : failed(node.requireFloat()))
        return failure();
    auto type = RankedTensorType::get(node.shape(0), node.outputElement());
    return one(nn::SoftmaxOp::create(node.g.b, node.g.loc, type, node.input(0), APFloat(beta), logarithm).getResult());
}

static Outputs softmax(Node &node)
{
    auto options = node.options<tflite::SoftmaxOptions>();
    if (failed(options))
        return failure();
    return softmaxOf(node, (*options)->beta(), false);
}

static Outputs logSoftmax(Node &node) { return softmaxOf(node, 1.0f, true); }

static Outputs l2Normalization(Node &node)
{
    if (failed(node.requireFloat()))
        return failure();
    if (node.rank(0) < 1)
        return node.error("has an input without a last dimension; the file is damaged");
    Value squares =
        node.map(node.input(0), node.element(0), [](Scalar s, ValueRange in) { return s.mul(in[0], in[0]); });
    Value sum = node.g.reduce(squares, node.rank(0) - 1, true, node.g.b.getF32FloatAttr(0),
                              [](OpBuilder &b, Location loc, ValueRange in) {
                                  return Scalar{b, loc}.add(in[1], in[0]);
                              });
    Value norm = node.map(sum, node.element(0),
                          [](Scalar s, ValueRange in) { return s.max(s.op<math::SqrtOp>(in), s.same(in[0], 1e-6)); });
    return one(
        node.map({node.input(0), norm}, node.element(0), [](Scalar s, ValueRange in) { return s.div(in[0], in[1]); }));
}

/// x * (bias + alpha * sum of squares of the channels within `radius`)^-beta.
static Outputs localResponseNormalization(Node &node)
{
    auto options = node.options<tflite::LocalResponseNormalizationOptions>();
    if (failed(options) || failed(node.requireFloat()) || failed(node.requireRank(0, 4)))
        return failure();
    const int64_t radius = std::min<int64_t>((*options)->radius(), node.shape(0)[3]);
    if (radius < 0)
        return node.error("has a negative radius; the file is damaged");
    const double bias = (*options)->bias(), alpha = (*options)->alpha(), beta = (*options)->beta();
    Value squares =
        node.map(node.input(0), node.element(0), [](Scalar s, ValueRange in) { return s.mul(in[0], in[0]); });
    squares = node.g.pad(squares, {0, 0, 0, radius}, {0, 0, 0, radius}, node.g.b.getF32FloatAttr(0));
    MLIRContext *context = node.g.b.getContext();
    AffineExpr n, y, x, c, k;
    bindDims(context, n, y, x, c, k);
    // Each channel of the window weighs alpha; the weights also say how far it reaches.
    Value window = node.g.splat(RankedTensorType::get({2 * radius + 1}, node.element(0)), alpha);
    SmallVector<utils::IteratorType> loops(4, utils::IteratorType::parallel);
    loops.push_back(utils::IteratorType::reduction);
    Value sums = node.g.contract(node.g.typeOf(node.input(0)), {squares, window},
                                 {AffineMap::get(5, 0, {n, y, x, c + k}, context), AffineMap::get(5, 0, k),
                                  AffineMap::get(5, 0, {n, y, x, c}, context)},
                                 loops, node.g.b.getF32FloatAttr(0), [](OpBuilder &b, Location loc, ValueRange in) {
                                     const Scalar s{b, loc};
                                     return s.add(in[2], s.mul(in[0], in[1]));
                                 });
    return one(node.map({node.input(0), sums}, node.element(0), [&](Scalar s, ValueRange in) {
        return s.mul(in[0], s.op<math::PowFOp>({s.add(in[1], s.same(in[1], bias)), s.same(in[1], -beta)}));
    }));
}

ArrayRef<Entry> normalizationOperators()
{
    static const Entry entries[] = {
        {tflite::BuiltinOperator_L2_NORMALIZATION, l2Normalization, 1, "float32"},
        {tflite::BuiltinOperator_LOCAL_RESPONSE_NORMALIZATION, localResponseNormalization, 1, "float32"},
        {tflite::BuiltinOperator_LOG_SOFTMAX, logSoftmax, 1, "float32, int8, uint8"},
        {tflite::BuiltinOperator_SOFTMAX, softmax, 1, "float32, int8, uint8, int16"},
    };
    return entries;
}

} // namespace barecc::tflite_import
