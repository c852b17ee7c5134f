// ai.onnx.ml support vector machines: a kernel function of each row with each support vector, and weighted sums of
// those.
#include "compiler/import/onnx/Arithmetic.h"
#include "compiler/import/onnx/LinearModels.h"
#include "compiler/import/onnx/PostTransform.h"
#include "compiler/import/onnx/ScalarMath.h"
#include "compiler/ir/Procedure.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;
using Numbers = SmallVector<double>;

static Numbers numbersOf(const Node &node, StringRef name) { return node.numbers(name).value_or(Numbers()); }

// ---- Kernels -----------------------------------------------------------------------------------------------

/// kernel(row, vector): [N, V] for rows [N, F] and `count` vectors, by the attributes kernel_type and kernel_params,
/// which are gamma, coef0 and degree.
static FailureOr<Value> kernels(const Node &node, Value rows, ArrayRef<double> vectors, int64_t count)
{
    GraphBuilder &g = node.g;
    const Type f32 = g.b.getF32Type();
    const std::string kind = node.text("kernel_type", "LINEAR");
    Numbers parameters = numbersOf(node, "kernel_params");
    parameters.resize(std::max<size_t>(parameters.size(), 3), 0.0);
    const double gamma = parameters[0], offset = parameters[1], degree = parameters[2];
    const int64_t features = GraphBuilder::shapeOf(rows)[1];
    if (failed(node.checkShape({GraphBuilder::shapeOf(rows)[0], count})))
        return failure();
    if (kind == "RBF") {
        AffineExpr n, v, f;
        bindDims(g.b.getContext(), n, v, f);
        auto map = [&](ArrayRef<AffineExpr> at) { return AffineMap::get(3, 0, at, g.b.getContext()); };
        const utils::IteratorType loops[] = {utils::IteratorType::parallel, utils::IteratorType::parallel,
                                             utils::IteratorType::reduction};
        Value distances =
            g.contract(RankedTensorType::get({GraphBuilder::shapeOf(rows)[0], count}, f32),
                       {rows, numbersAs(g, vectors, {count, features}, f32)}, {map({n, f}), map({v, f}), map({n, v})},
                       loops, GraphBuilder::scalarAttr(f32, 0.0), [](OpBuilder &b, Location loc, ValueRange x) {
                           const ScalarMath m{b, loc};
                           Value distance = m.subtract(x[0], x[1]);
                           return m.add(x[2], m.multiply(distance, distance));
                       });
        return mapElements(g, distances, f32, [&](const ScalarMath &m, ValueRange x) -> Value {
            return math::ExpOp::create(m.b, m.loc, m.multiply(x[0], m.number(x[0], -gamma)));
        });
    }
    Value products = linearScores(g, rows, vectors, Numbers(size_t(count), 0.0));
    if (kind == "LINEAR")
        return products;
    if (kind != "POLY" && kind != "SIGMOID")
        return node.error("kernel_type is '" + kind + "'; it has to be LINEAR, POLY, RBF or SIGMOID");
    return mapElements(g, products, f32, [&](const ScalarMath &m, ValueRange x) -> Value {
        Value line = m.add(m.multiply(x[0], m.number(x[0], gamma)), m.number(x[0], offset));
        if (kind == "POLY")
            return math::PowFOp::create(m.b, m.loc, line, m.number(x[0], degree));
        return math::TanhOp::create(m.b, m.loc, line);
    });
}

// ---- Regression --------------------------------------------------------------------------------------------

/// Without support vectors the coefficients are those of a linear model.
Outputs importSVMRegressor(Node &node)
{
    GraphBuilder &g = node.g;
    FailureOr<Value> rows = featureRows(node, g.b.getF32Type());
    if (failed(rows))
        return failure();
    const Numbers coefficients = numbersOf(node, "coefficients"), vectors = numbersOf(node, "support_vectors"),
                  rho = numbersOf(node, "rho");
    const int64_t count = node.integer("n_supports", 0), features = GraphBuilder::shapeOf(*rows)[1];
    const int64_t wanted = count > 0 ? count : features;
    if (count < 0 || rho.empty() || int64_t(coefficients.size()) != wanted ||
        (count > 0 && (vectors.size() % size_t(features) != 0 || int64_t(vectors.size()) / features != count)))
        return node.error("rho, coefficients or support_vectors do not fit " + Twine(count) + " supports of " +
                          Twine(features) + " features");
    FailureOr<Value> terms = *rows;
    if (count > 0)
        terms = kernels(node, *rows, vectors, count);
    if (failed(terms))
        return failure();
    Value score = linearScores(g, *terms, coefficients, rho[0]);
    if (node.integer("one_class", 0))
        score = mapElements(g, score, g.b.getF32Type(), [](const ScalarMath &m, ValueRange x) {
            return m.select(m.less(m.number(x[0], 0), x[0]), m.number(x[0], 1), m.number(x[0], -1));
        });
    return SmallVector<Value>{score};
}

// ---- Classification ----------------------------------------------------------------------------------------

namespace {

/// A classifier between each two of the classes, in the order (0, 1), (0, 2), ... (1, 2), ...
struct Pairs {
    explicit Pairs(int64_t classes)
    {
        for (int64_t i = 0; i < classes; ++i)
            for (int64_t j = i + 1; j < classes; ++j)
                all.emplace_back(i, j);
    }
    SmallVector<std::pair<int64_t, int64_t>> all;
};

} // namespace

/// [N, classes], how many of the pairs that a class is part of it wins: the first of a pair where its score is
/// positive.
static Value votes(GraphBuilder &g, Value scores, const Pairs &pairs, int64_t classes)
{
    const Type f32 = g.b.getF32Type();
    const int64_t count = int64_t(pairs.all.size());
    // Of a won or lost pair each class gets 1 or 0: won . first + (1 - won) . second, with won of 1 or 0.
    Numbers difference(size_t(classes * count), 0.0), lost(size_t(classes), 0.0);
    for (auto [p, pair] : llvm::enumerate(pairs.all)) {
        difference[size_t(pair.first * count) + p] += 1;
        difference[size_t(pair.second * count) + p] -= 1;
        lost[size_t(pair.second)] += 1;
    }
    Value won = mapElements(g, scores, f32, [](const ScalarMath &m, ValueRange x) {
        return m.select(m.less(m.number(x[0], 0), x[0]), m.number(x[0], 1), m.number(x[0], 0));
    });
    return linearScores(g, won, difference, lost);
}

/// Probabilities of the classes, [N, classes], from those of the pairs: `scores` [N, pairs] under 1 / (1 + exp(a s +
/// b)), joined by the second method of T.-F. Wu, C.-J. Lin and R. C. Weng, "Probability Estimates for Multi-class
/// Classification by Pairwise Coupling" (2004), algorithm 2, with the limits of libsvm.
static Value probabilities(GraphBuilder &g, Value scores, const Pairs &pairs, int64_t classes, ArrayRef<double> a,
                           ArrayRef<double> b)
{
    const Type f32 = g.b.getF32Type();
    const int64_t rows = GraphBuilder::shapeOf(scores)[0];
    constexpr int rounds = 100;
    auto matrix = RankedTensorType::get({classes, classes}, f32);
    auto result = RankedTensorType::get({rows, classes}, f32);
    Value inputs[] = {scores};
    auto body = [&](Procedure &p) {
        Buffer in = p.input(0), out = p.result(0), r = p.result(1), q = p.result(2), qp = p.result(3);
        p.loop(0, rows, [&](Scalar n) {
            for (auto [k, pair] : llvm::enumerate(pairs.all)) {
                Scalar line = Scalar(in(n, int64_t(k))) * a[k] + b[k];
                Scalar power = p.scalar(math::ExpOp::create(p.b, p.loc, line.value));
                Scalar first = p.number(f32, 1) / (power + 1.0);
                first = smallest(largest(first, p.number(f32, 1e-7)), p.number(f32, 1 - 1e-7));
                r(pair.first, pair.second) = first;
                r(pair.second, pair.first) = p.number(f32, 1) - first;
            }
            p.loop(0, classes, [&](Scalar i) {
                out(n, i) = 1.0 / double(classes);
                Scalars sum = p.loop(0, classes, {p.number(f32, 0)}, [&](Scalar j, Scalars carried) {
                    Scalar other = r(j, i), own = r(i, j);
                    Scalar apart = i != j;
                    q(i, j) = p.number(f32, 0) - other * own;
                    return Scalars{select(apart, carried[0] + other * other, carried[0])};
                });
                q(i, i) = sum[0];
            });
            // Gauss-Seidel steps until all of Q p are as large as p' Q p.
            auto multiply = [&] {
                return p.loop(0, classes, {p.number(f32, 0)}, [&](Scalar i, Scalars total) {
                    Scalars sum = p.loop(0, classes, {p.number(f32, 0)}, [&](Scalar j, Scalars carried) {
                        return Scalars{carried[0] + Scalar(q(i, j)) * Scalar(out(n, j))};
                    });
                    qp(i) = sum[0];
                    return Scalars{total[0] + Scalar(out(n, i)) * sum[0]};
                })[0];
            };
            auto goesOn = [&](Scalars state) { return state[0] < double(rounds); };
            p.loopWhile({p.index(0)}, goesOn, [&](Scalars state) {
                Scalar product = multiply();
                Scalar error = p.loop(0, classes, {p.number(f32, 0)}, [&](Scalar i, Scalars worst) {
                    Scalar distance = Scalar(qp(i)) - product;
                    return Scalars{largest(worst[0], largest(distance, p.number(f32, 0) - distance))};
                })[0];
                return p.choose(
                    error < 0.005 / double(classes), [&] { return Scalars{p.index(rounds)}; },
                    [&] {
                        p.loop(0, classes, {product}, [&](Scalar i, Scalars carried) {
                            Scalar own = q(i, i), step = (carried[0] - Scalar(qp(i))) / own, scale = step + 1.0;
                            out(n, i) = Scalar(out(n, i)) + step;
                            Scalar next = (carried[0] + step * (step * own + Scalar(qp(i)) * 2.0)) / scale / scale;
                            p.loop(0, classes, [&](Scalar j) {
                                qp(j) = (Scalar(qp(j)) + step * Scalar(q(i, j))) / scale;
                                out(n, j) = Scalar(out(n, j)) / scale;
                            });
                            return Scalars{next};
                        });
                        return Scalars{state[0] + 1.0};
                    });
            });
        });
    };
    return procedure(g, inputs, {result, matrix, matrix, RankedTensorType::get({classes}, f32)}, {}, body)[0];
}

/// Decisions between each two classes by their support vectors; the class that wins most is the label. Scores are the
/// decisions (those of two classes as both columns), or probabilities where the model has their parameters.
static Outputs importByVectors(Node &node, Value rows, ArrayRef<int64_t> labels, ArrayRef<int64_t> vectorsOfClass,
                               PostTransform transform)
{
    GraphBuilder &g = node.g;
    const int64_t classes = int64_t(labels.size()), features = GraphBuilder::shapeOf(rows)[1];
    const Pairs pairs(classes);
    const size_t pairCount = pairs.all.size();
    const Numbers vectors = numbersOf(node, "support_vectors"), coefficients = numbersOf(node, "coefficients"),
                  rho = numbersOf(node, "rho"), a = numbersOf(node, "prob_a"), b = numbersOf(node, "prob_b");
    // Where the vectors of each class begin.
    Shape begin{0};
    for (int64_t count : vectorsOfClass) {
        if (count < 0 || count > int64_t(vectors.size()))
            return node.error("vectors_per_class has the number " + Twine(count));
        begin.push_back(begin.back() + count);
    }
    const int64_t count = begin.back();
    if (vectors.size() % size_t(features) != 0 || int64_t(vectors.size()) / features != count ||
        int64_t(coefficients.size()) != (classes - 1) * count || rho.size() < pairCount ||
        (!a.empty() && a.size() < pairCount) || a.size() != b.size())
        return node.error("support_vectors, coefficients, rho, prob_a or prob_b do not fit " + Twine(count) +
                          " vectors of " + Twine(classes) + " classes");
    if (std::max(classes, count) > mostTableElements / int64_t(pairCount))
        return node.error(Twine(pairCount) + " pairs of classes are too many");
    if (failed(node.checkShape({GraphBuilder::shapeOf(rows)[0], std::max(classes, int64_t(pairCount))})))
        return failure();
    FailureOr<Value> terms = kernels(node, rows, vectors, count);
    if (failed(terms))
        return failure();
    // The coefficients of a class's vectors against class j are in row j, or j - 1 behind its own.
    Numbers weights(pairCount * size_t(count), 0.0);
    for (auto [p, pair] : llvm::enumerate(pairs.all)) {
        auto [i, j] = pair;
        for (int64_t v = begin[size_t(i)]; v < begin[size_t(i) + 1]; ++v)
            weights[p * size_t(count) + size_t(v)] = coefficients[size_t((j - 1) * count + v)];
        for (int64_t v = begin[size_t(j)]; v < begin[size_t(j) + 1]; ++v)
            weights[p * size_t(count) + size_t(v)] = coefficients[size_t(i * count + v)];
    }
    Value scores = linearScores(g, *terms, weights, ArrayRef(rho).take_front(pairCount));
    Value label = labelsAt(g, labels, bestOfRows(g, votes(g, scores, pairs, classes)));
    if (!a.empty())
        return SmallVector<Value>{label, transformScores(g, probabilities(g, scores, pairs, classes, a, b), transform)};
    if (classes > 2)
        return SmallVector<Value>{label, transformScores(g, scores, transform)};
    FailureOr<Value> both = binaryScores(node, scores, transform != PostTransform::None, transform);
    if (failed(both))
        return failure();
    return SmallVector<Value>{label, *both};
}

Outputs importSVMClassifier(Node &node)
{
    GraphBuilder &g = node.g;
    FailureOr<Value> rows = featureRows(node, g.b.getF32Type());
    FailureOr<Shape> labels = classLabels(node, "classlabels_ints");
    FailureOr<PostTransform> transform = postTransformOf(node);
    if (failed(rows) || failed(labels) || failed(transform))
        return failure();
    const int64_t classes = int64_t(labels->size()), features = GraphBuilder::shapeOf(*rows)[1];
    if (classes < 2 || classes > 4096)
        return node.error("there are " + Twine(classes) + " class labels; from 2 to 4096 are supported");
    const Shape vectorsOfClass = node.integers("vectors_per_class").value_or(Shape());
    if (llvm::any_of(vectorsOfClass, [](int64_t count) { return count != 0; })) {
        if (int64_t(vectorsOfClass.size()) != classes)
            return node.error("vectors_per_class has " + Twine(vectorsOfClass.size()) + " numbers for " +
                              Twine(classes) + " classes");
        return importByVectors(node, *rows, *labels, vectorsOfClass, *transform);
    }
    // A linear model, with one offset for all classes.
    const Numbers coefficients = numbersOf(node, "coefficients"), rho = numbersOf(node, "rho");
    if (rho.empty() || int64_t(coefficients.size()) != classes * features)
        return node.error("there are " + Twine(coefficients.size()) + " coefficients for " + Twine(classes) +
                          " classes of " + Twine(features) + " features, or rho is missing");
    Value scores = linearScores(g, *rows, coefficients, Numbers(size_t(classes), rho[0]));
    return SmallVector<Value>{labelsAt(g, *labels, bestOfRows(g, scores)), transformScores(g, scores, *transform)};
}

} // namespace barecc::onnx_import
