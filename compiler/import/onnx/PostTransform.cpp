#include "compiler/import/onnx/PostTransform.h"

#include "compiler/import/onnx/Arithmetic.h"
#include "compiler/import/onnx/Layout.h"
#include "compiler/import/onnx/ScalarMath.h"
#include "compiler/import/onnx/Softmax.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

FailureOr<PostTransform> postTransformOf(const Node &node)
{
    static const std::pair<StringRef, PostTransform> names[] = {{"NONE", PostTransform::None},
                                                                {"SOFTMAX", PostTransform::Softmax},
                                                                {"LOGISTIC", PostTransform::Logistic},
                                                                {"SOFTMAX_ZERO", PostTransform::SoftmaxZero},
                                                                {"PROBIT", PostTransform::Probit}};
    const std::string given = node.text("post_transform", "NONE");
    for (auto [name, transform] : names)
        if (given == name)
            return transform;
    return node.error("post_transform is '" + given +
                      "'; it has to be one of NONE, SOFTMAX, LOGISTIC, SOFTMAX_ZERO "
                      "and PROBIT");
}

static Value map(GraphBuilder &g, ValueRange inputs, llvm::function_ref<Value(const ScalarMath &, ValueRange)> body)
{
    return mapElements(g, inputs, GraphBuilder::elementOf(inputs[0]), body);
}

static Value logistic(GraphBuilder &g, Value scores)
{
    return map(g, scores, [](const ScalarMath &m, ValueRange x) {
        // exp of what is not positive does not overflow.
        Value size = math::AbsFOp::create(m.b, m.loc, x[0]);
        Value power = math::ExpOp::create(m.b, m.loc, arith::NegFOp::create(m.b, m.loc, size));
        Value right = m.divide(m.number(power, 1), m.add(m.number(power, 1), power));
        return m.select(m.less(x[0], m.number(power, 0)), m.subtract(m.number(power, 1), right), right);
    });
}

/// The inverse of the normal distribution's cumulative function, sqrt(2) * erfinv(2 x - 1), where erfinv is S.
/// Winitzki's approximation with a = 0.147, which converters of these models have always been checked against.
static Value probit(GraphBuilder &g, Value scores)
{
    return map(g, scores, [](const ScalarMath &m, ValueRange x) -> Value {
        auto number = [&](double value) { return m.number(x[0], value); };
        constexpr double a = 0.147;
        Value y = m.subtract(m.multiply(x[0], number(2)), number(1));
        Value log = math::LogOp::create(m.b, m.loc, m.multiply(m.subtract(number(1), y), m.add(number(1), y)));
        Value half = m.add(number(2 / (3.14159 * a)), m.multiply(log, number(0.5)));
        Value inner = m.subtract(m.multiply(half, half), m.multiply(log, number(1 / a)));
        Value size = math::SqrtOp::create(m.b, m.loc, m.subtract(math::SqrtOp::create(m.b, m.loc, inner), half));
        Value root = m.multiply(size, number(std::sqrt(2.0)));
        return m.select(m.less(y, number(0)), arith::NegFOp::create(m.b, m.loc, root), root);
    });
}

static Value softmaxZero(GraphBuilder &g, Value scores)
{
    const Type element = GraphBuilder::elementOf(scores);
    const TypedAttr lowest =
        FloatAttr::get(element, APFloat::getInf(cast<FloatType>(element).getFloatSemantics(), true));
    Value largest = g.reduce(scores, 1, true, lowest, maximumOfScalars);
    Value powers = map(g, {scores, largest}, [](const ScalarMath &m, ValueRange x) {
        Value size = math::AbsFOp::create(m.b, m.loc, x[0]);
        Value power = math::ExpOp::create(m.b, m.loc, m.subtract(x[0], x[1]));
        return m.select(m.less(m.number(size, 1e-7), size), power, m.number(size, 0));
    });
    return divide(g, powers, sum(g, powers, 1));
}

Value transformScores(GraphBuilder &g, Value scores, PostTransform transform)
{
    switch (transform) {
    case PostTransform::None: return scores;
    case PostTransform::Softmax: return softmaxOfRows(g, scores);
    case PostTransform::Logistic: return logistic(g, scores);
    case PostTransform::SoftmaxZero: return softmaxZero(g, scores);
    case PostTransform::Probit: return probit(g, scores);
    }
    llvm_unreachable("all transforms are listed");
}

Value regressionScores(GraphBuilder &g, Value scores, PostTransform transform)
{
    if (GraphBuilder::shapeOf(scores)[1] == 1 && transform != PostTransform::Probit)
        return scores;
    return transformScores(g, scores, transform);
}

FailureOr<Value> binaryScores(const Node &node, Value score, bool probabilities, PostTransform transform)
{
    GraphBuilder &g = node.g;
    if (transform == PostTransform::Probit)
        return node.error("PROBIT with the scores of only one of two classes is not supported");
    const bool isLogistic = transform == PostTransform::Logistic;
    Value other = multiply(g, score, -1.0);
    if (probabilities && !isLogistic)
        other = add(g, other, 1.0);
    Value both = g.concat({other, score}, 1);
    return isLogistic ? logistic(g, both) : both;
}

FailureOr<Value> featureRows(const Node &node, Type element)
{
    const int64_t rank = node.rank(0);
    if ((rank != 1 && rank != 2) || node.shape(0).back() == 0)
        return node.error("the input is " + shapeText(node.shape(0)) + " but should be rows of features");
    const int64_t features = node.shape(0).back();
    return node.g.reshape(node.g.cast(node.input(0), element), {rank == 1 ? 1 : node.shape(0)[0], features});
}

FailureOr<Shape> classLabels(const Node &node, StringRef name)
{
    if (const onnx::AttributeProto *strings = node.attribute("classlabels_strings");
        strings && strings->strings_size() > 0) {
        if (node.wantsOutput(0))
            return node.error("the class labels are strings, which generated code has none of; take output '" +
                              node.proto.output(0) +
                              "' out of the graph's outputs and look the label of the best score up outside the model");
        return llvm::to_vector(llvm::seq<int64_t>(strings->strings_size()));
    }
    Shape labels = node.integers(name).value_or(Shape());
    if (labels.empty())
        return node.error("the class labels (" + name + ") are missing");
    return labels;
}

Value labelsAt(GraphBuilder &g, ArrayRef<int64_t> labels, Value which)
{
    return g.gather(g.constant(labels, g.b.getI64Type()), which, 0);
}

Value bestOfRows(GraphBuilder &g, Value scores) { return g.argReduce(scores, 1, false, true, false, g.b.getI32Type()); }

Value aboveThreshold(GraphBuilder &g, Value scores, double threshold)
{
    const int64_t rows = GraphBuilder::shapeOf(scores)[0];
    Value first = g.reshape(g.slice(scores, {0, 0}, {rows, 1}, {1, 1}), {rows});
    return mapElements(g, first, g.b.getI32Type(), [&](const ScalarMath &m, ValueRange x) {
        Value above = m.less(m.number(x[0], threshold), x[0]);
        return GraphBuilder::castScalar(m.b, m.loc, above, m.b.getI32Type());
    });
}

Value numbersAs(GraphBuilder &g, ArrayRef<double> numbers, ArrayRef<int64_t> shape, Type element)
{
    auto constant = [&](const auto &values) {
        const ArrayRef<char> bytes(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(values[0]));
        return g.constant(makeConstant(RankedTensorType::get(shape, element), bytes));
    };
    if (element.isF64())
        return constant(numbers);
    return constant(std::vector<float>(numbers.begin(), numbers.end()));
}

} // namespace barecc::onnx_import
