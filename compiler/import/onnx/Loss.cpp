// Losses over classes: negative log likelihood, and the cross entropy of a softmax.
#include "compiler/import/onnx/Arithmetic.h"
#include "compiler/import/onnx/Layout.h"
#include "compiler/import/onnx/ScalarMath.h"
#include "compiler/import/onnx/Softmax.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

/// Labels [N, d...] for scores [N, C, d...], and weights [C] where they are there.
static LogicalResult checkLabels(Node &node)
{
    if (node.rank(0) < 2 || node.shape(0)[1] < 1)
        return node.error("the scores should have a batch and a class axis, and no empty one");
    Shape expected(node.shape(0));
    expected.erase(expected.begin() + 1);
    if (node.shape(1) != ArrayRef(expected))
        return node.error("the labels are " + shapeText(node.shape(1)) + ", but the scores without their classes are " +
                          shapeText(expected));
    if (!node.element(1).isInteger(32) && !node.element(1).isInteger(64))
        return node.error("the labels should be int32 or int64");
    if (!node.hasInput(2))
        return success();
    if (node.rank(2) != 1 || node.shape(2)[0] != node.shape(0)[1])
        return node.error("there should be one weight for each of the " + Twine(node.shape(0)[1]) + " classes");
    return node.checkSameType(0, 2);
}

/// What a label contributes: `ignored` says whether it is the ignored one; `position` is safe to read at, whatever the
/// label is.
struct Label {
    Value ignored, position;
};

static Label readLabel(Node &node, OpBuilder &b, Location loc, ValueRange index, std::optional<int64_t> ignoreIndex)
{
    // In 64 bits, like the label that is ignored.
    Value label = GraphBuilder::castScalar(b, loc, GraphBuilder::at(b, loc, node.input(1), index), b.getI64Type());
    Value ignored = GraphBuilder::scalar(b, loc, b.getI1Type(), int64_t(0));
    if (ignoreIndex)
        ignored = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, label,
                                        GraphBuilder::scalar(b, loc, label.getType(), *ignoreIndex));
    auto constant = [&](int64_t value) { return GraphBuilder::scalar(b, loc, label.getType(), value); };
    Value clamped = arith::MaxSIOp::create(b, loc, label, constant(0));
    clamped = arith::MinSIOp::create(b, loc, clamped, constant(node.shape(0)[1] - 1));
    return {ignored, GraphBuilder::castScalar(b, loc, clamped, b.getIndexType())};
}

/// -weight[label] * logProbability[label] for each label, reduced as the node says. The mean is divided by the weights
/// that took part.
static Outputs likelihoodLoss(Node &node, Value logProbabilities)
{
    GraphBuilder &g = node.g;
    const std::string reduction = node.text("reduction", "mean");
    if (reduction != "none" && reduction != "sum" && reduction != "mean")
        return node.error("reduction is '" + reduction + "', but should be none, sum or mean");
    const Type element = node.element(0), wide = accumulatorOf(element);
    std::optional<int64_t> ignoreIndex;
    if (node.attribute("ignore_index"))
        ignoreIndex = node.integer("ignore_index", 0);
    Value scores = g.cast(logProbabilities, wide), weights;
    if (node.hasInput(2))
        weights = g.cast(node.input(2), wide);
    auto type = RankedTensorType::get(node.shape(1), wide);

    auto weightOf = [&](const ScalarMath &m, const Label &label) {
        Value zero = GraphBuilder::scalar(m.b, m.loc, wide, 0.0), one = GraphBuilder::scalar(m.b, m.loc, wide, 1.0);
        return m.select(label.ignored, zero, weights ? GraphBuilder::at(m.b, m.loc, weights, label.position) : one);
    };
    Value loss = g.generate(type, [&](OpBuilder &b, Location loc, ValueRange index) {
        const ScalarMath m{b, loc};
        const Label label = readLabel(node, b, loc, index, ignoreIndex);
        SmallVector<Value> source(index);
        source.insert(source.begin() + 1, label.position);
        Value score = GraphBuilder::at(b, loc, scores, source), zero = m.number(score, 0);
        Value product = m.multiply(m.subtract(zero, score), weightOf(m, label));
        return m.select(label.ignored, zero, product); // the score may be infinite
    });
    const Shape axes = llvm::to_vector(llvm::seq<int64_t>(0, type.getRank()));
    if (reduction == "sum" || reduction == "mean")
        loss = g.reshape(sum(g, loss, axes), {});
    if (reduction == "mean" && (weights || ignoreIndex)) {
        Value taken = g.generate(type, [&](OpBuilder &b, Location loc, ValueRange index) {
            return weightOf({b, loc}, readLabel(node, b, loc, index, ignoreIndex));
        });
        loss = divide(g, loss, g.reshape(sum(g, taken, axes), {}));
    } else if (reduction == "mean") {
        loss = divide(g, loss, double(type.getNumElements()));
    }
    return {{g.cast(loss, element)}};
}

static Outputs importNegativeLogLikelihoodLoss(Node &node)
{
    if (failed(checkLabels(node)))
        return failure();
    return likelihoodLoss(node, node.input(0));
}

/// The loss of the scores' log softmax along the classes, which is the second output.
static Outputs importSoftmaxCrossEntropyLoss(Node &node)
{
    if (failed(checkLabels(node)))
        return failure();
    Value logProbabilities = softmaxOverAxis(node.g, node.input(0), 1, /*logarithm=*/true);
    Outputs outputs = likelihoodLoss(node, logProbabilities);
    if (succeeded(outputs))
        outputs->push_back(logProbabilities);
    return outputs;
}

llvm::ArrayRef<Entry> lossOperators()
{
    static const Entry table[] = {
        {"", "NegativeLogLikelihoodLoss", 12, importNegativeLogLikelihoodLoss, floatTypes, 2},
        {"", "SoftmaxCrossEntropyLoss", 12, importSoftmaxCrossEntropyLoss, floatTypes, 2},
    };
    return table;
}

} // namespace barecc::onnx_import
