// Softmax, and division by norms.
#include "compiler/import/tflite/Node.h"
#include "compiler/ir/ScalarFixedPoint.h"

using namespace mlir;

namespace barecc::tflite_import {

static Outputs softmaxOf(Node &node, float beta, bool logarithm)
{
    if (node.rank(0) < 1)
        return node.error("has an input without a last dimension; the file is damaged");
    if (node.quantization(0) ? failed(node.requirePerTensor(0)) || failed(node.requireQuantizedOutput())
                             : failed(node.requireFloat()))
        return failure();
    if (node.quantization(0) && !(beta >= 0))
        return node.error("has a beta that is no positive number beside integers; the file is damaged");
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

/// The sum of body(element) along the last dimension, which is kept.
static Value sumOfRows(const Node &node, Value input, Type element, llvm::function_ref<Value(Scalar, Value)> body)
{
    return node.g.reduce(input, node.rank(0) - 1, true, GraphBuilder::scalarAttr(element, 0),
                         [&](OpBuilder &b, Location loc, ValueRange in) {
                             const Scalar s{b, loc};
                             return s.add(in[1], body(s, in[0]));
                         });
}

/// Rows of integers by the inverse root of their sum of squares, in steps of 1/128.
static Outputs quantizedL2Normalization(Node &node)
{
    if (failed(node.requirePerTensor(0)) || failed(node.requireQuantizedOutput()))
        return failure();
    const Type storage = node.element(0), i32 = node.g.b.getI32Type();
    if (!storage.isInteger(8) || Node::storageElement(node.outputElement()) != storage)
        return node.unsupportedType();
    if (node.outputScale() != 1.0f / 128 || node.outputZeroPoint() != 0)
        return node.error("has to give integers in steps of 1/128 around 0; quantise the model again");
    auto centred = [&](Scalar s, Value x) { return s.sub(s.widen(x), s.i32(node.zeroPoint(0))); };
    Value squares = sumOfRows(node, node.storage(0), i32, [&](Scalar s, Value element) {
        Value x = centred(s, element);
        return s.mul(x, x);
    });
    Value multiplier =
        node.map(squares, i32, [](Scalar s, ValueRange in) { return inverseSquareRootMultiplier(s, in[0]); });
    Value shift = node.map(squares, i32, [](Scalar s, ValueRange in) { return inverseSquareRootShift(s, in[0]); });
    // TFLite scales unsigned bytes by 128 before it rounds, signed ones as a part of the multiplier.
    const bool isByte = node.inputTensor(0).type == tflite::TensorType_UINT8;
    return one(node.map({node.storage(0), multiplier, shift}, storage, [&](Scalar s, ValueRange in) {
        Value x = centred(s, in[0]);
        Value y = isByte ? rescale(s, s.shiftLeft(x, 7), in[1], in[2]) : rescale(s, x, in[1], s.add(in[2], s.i32(7)));
        return narrowTo(s, y, {-128, 127}, storage);
    }));
}

static Outputs l2Normalization(Node &node)
{
    if (node.rank(0) < 1)
        return node.error("has an input without a last dimension; the file is damaged");
    if (node.quantization(0))
        return quantizedL2Normalization(node);
    if (failed(node.requireFloat()))
        return failure();
    Value sum = sumOfRows(node, node.input(0), node.element(0), [](Scalar s, Value x) { return s.mul(x, x); });
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
    FailureOr<Value> padded = node.padded(squares, {0, 0, 0, radius}, {0, 0, 0, radius}, node.g.b.getF32FloatAttr(0));
    if (failed(padded))
        return failure();
    MLIRContext *context = node.g.b.getContext();
    AffineExpr n, y, x, c, k;
    bindDims(context, n, y, x, c, k);
    // Each channel of the window weighs alpha; the weights also say how far it reaches.
    Value window = node.g.splat(RankedTensorType::get({2 * radius + 1}, node.element(0)), alpha);
    SmallVector<utils::IteratorType> loops(4, utils::IteratorType::parallel);
    loops.push_back(utils::IteratorType::reduction);
    Value sums = node.g.contract(node.g.typeOf(node.input(0)), {*padded, window},
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
        {tflite::BuiltinOperator_L2_NORMALIZATION, l2Normalization, 1, "float32, int8, uint8"},
        {tflite::BuiltinOperator_LOCAL_RESPONSE_NORMALIZATION, localResponseNormalization, 1, "float32"},
        {tflite::BuiltinOperator_LOG_SOFTMAX, logSoftmax, 1, "float32, int8, uint8"},
        {tflite::BuiltinOperator_SOFTMAX, softmax, 1, "float32, int8, uint8, int16, int8 to int16"},
    };
    return entries;
}

} // namespace barecc::tflite_import
