// ai.onnx.ml tree ensembles: a walk from each root to a leaf, then the leaves' votes added up.
#include "compiler/import/onnx/Trees.h"

#include "compiler/import/onnx/Arithmetic.h"
#include "compiler/import/onnx/PostTransform.h"
#include "compiler/import/onnx/ScalarMath.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

namespace {

enum class Aggregate { Average, Sum, Min, Max };

/// Tables of an ensemble. Leaves are numbered behind the inner nodes.
struct Tables {
    Tables(GraphBuilder &g, const Ensemble &e, Type real);

    int64_t innerCount, leafCount;
    Value roots, features, thresholds, yes, no;
    Value tests, missing; // null where all nodes agree: then the one test is `test`, and NaN goes the false way
    SmallVector<TreeTest> kinds;
};

} // namespace

Tables::Tables(GraphBuilder &g, const Ensemble &e, Type real)
    : innerCount(int64_t(e.inner.size())), leafCount(int64_t(e.leaves.size()))
{
    const Type i32 = g.b.getI32Type(), i8 = g.b.getI8Type();
    auto number = [&](int64_t place) { return place < 0 ? innerCount + ~place : place; };
    auto column = [&](llvm::function_ref<int64_t(const Ensemble::Inner &)> of, Type type) {
        Shape values;
        for (const Ensemble::Inner &inner : e.inner)
            values.push_back(of(inner));
        return g.constant(values, type);
    };
    Shape first;
    for (int64_t root : e.roots)
        first.push_back(number(root));
    roots = g.constant(first, i32);
    if (innerCount == 0)
        return;
    features = column([](const Ensemble::Inner &inner) { return inner.feature; }, i32);
    yes = column([&](const Ensemble::Inner &inner) { return number(inner.yes); }, i32);
    no = column([&](const Ensemble::Inner &inner) { return number(inner.no); }, i32);
    std::vector<double> splits;
    for (const Ensemble::Inner &inner : e.inner) {
        splits.push_back(inner.threshold);
        if (!llvm::is_contained(kinds, inner.test))
            kinds.push_back(inner.test);
    }
    thresholds = numbersAs(g, splits, {innerCount}, real);
    if (kinds.size() > 1)
        tests = column([](const Ensemble::Inner &inner) { return int64_t(inner.test); }, i8);
    if (llvm::any_of(e.inner, [](const Ensemble::Inner &inner) { return inner.missingIsTrue; }))
        missing = column([](const Ensemble::Inner &inner) { return int64_t(inner.missingIsTrue); }, i8);
}

static Value compare(const ScalarMath &m, TreeTest test, Value x, Value threshold)
{
    auto by = [&](arith::CmpFPredicate predicate) -> Value {
        return arith::CmpFOp::create(m.b, m.loc, predicate, x, threshold);
    };
    switch (test) {
    case TreeTest::LessOrEqual: return by(arith::CmpFPredicate::OLE);
    case TreeTest::Less: return by(arith::CmpFPredicate::OLT);
    case TreeTest::GreaterOrEqual: return by(arith::CmpFPredicate::OGE);
    case TreeTest::Greater: return by(arith::CmpFPredicate::OGT);
    case TreeTest::Equal: return by(arith::CmpFPredicate::OEQ);
    case TreeTest::NotEqual: return by(arith::CmpFPredicate::UNE);
    }
    llvm_unreachable("all tests are listed");
}

/// The leaf, counted from 0, that each row of `rows` [N, F] comes to in each tree: [N, T] of int32. All trees are
/// walked for `depth` steps; at a leaf a step stays where it is.
static Value leavesOf(GraphBuilder &g, Value rows, const Tables &t, int64_t depth)
{
    OpBuilder &b = g.b;
    const Type i32 = b.getI32Type();
    const int64_t trees = GraphBuilder::shapeOf(t.roots)[0];
    auto type = RankedTensorType::get({GraphBuilder::shapeOf(rows)[0], trees}, i32);
    auto leaf = [&](const ScalarMath &m, Value node) { return m.subtract(node, m.number(node, double(t.innerCount))); };
    if (depth == 0)
        return g.generate(type, [&](OpBuilder &inner, Location loc, ValueRange index) {
            return leaf(ScalarMath{inner, loc}, GraphBuilder::at(inner, loc, t.roots, index[1]));
        });
    // The number of steps follows from no operand, so a constant that is not read says it.
    Value steps = g.splat(RankedTensorType::get({depth}, b.getI8Type()), 0.0);
    AffineExpr n, tree, step;
    bindDims(b.getContext(), n, tree, step);
    const AffineMap maps[] = {AffineMap::get(3, 0, step, b.getContext()),
                              AffineMap::get(3, 0, {n, tree}, b.getContext())};
    const utils::IteratorType loops[] = {utils::IteratorType::parallel, utils::IteratorType::parallel,
                                         utils::IteratorType::reduction};
    Value ends = g.contract(
        type, steps, maps, loops, GraphBuilder::scalarAttr(i32, 0.0),
        [&](OpBuilder &inner, Location loc, ValueRange arguments) -> Value {
            const ScalarMath m{inner, loc};
            Value row = linalg::IndexOp::create(inner, loc, 0), root = linalg::IndexOp::create(inner, loc, 1),
                  done = linalg::IndexOp::create(inner, loc, 2);
            Value node =
                m.select(m.equal(done, m.number(done, 0)), GraphBuilder::at(inner, loc, t.roots, root), arguments[1]);
            Value isInner = m.less(node, m.number(node, double(t.innerCount)));
            Value place = GraphBuilder::castScalar(
                inner, loc, m.smallest(node, m.number(node, double(t.innerCount - 1))), inner.getIndexType());
            auto entry = [&](Value table) { return GraphBuilder::at(inner, loc, table, place); };
            Value feature = GraphBuilder::castScalar(inner, loc, entry(t.features), inner.getIndexType());
            Value x = GraphBuilder::at(inner, loc, rows, {row, feature}), threshold = entry(t.thresholds);
            Value holds = compare(m, t.kinds[0], x, threshold);
            for (TreeTest kind : ArrayRef(t.kinds).drop_front()) {
                Value test = entry(t.tests);
                holds = m.select(m.equal(test, m.number(test, double(kind))), compare(m, kind, x, threshold), holds);
            }
            if (t.missing) {
                Value goes = entry(t.missing);
                Value isMissing = arith::CmpFOp::create(inner, loc, arith::CmpFPredicate::UNO, x, x);
                goes = m.equal(goes, m.number(goes, 1));
                holds = arith::OrIOp::create(inner, loc, holds, arith::AndIOp::create(inner, loc, isMissing, goes));
            }
            return m.select(isInner, m.select(holds, entry(t.yes), entry(t.no)), node);
        });
    return mapElements(g, ends, i32, [&](const ScalarMath &m, ValueRange x) { return leaf(m, x[0]); });
}

static Value combine(const ScalarMath &m, Aggregate aggregate, Value x, Value y)
{
    switch (aggregate) {
    case Aggregate::Average:
    case Aggregate::Sum: return m.add(x, y);
    case Aggregate::Min: return m.smallest(x, y);
    case Aggregate::Max: return m.largest(x, y);
    }
    llvm_unreachable("all aggregates are listed");
}

/// Scores [N, targets] from the leaves [N, T]. Targets that no leaf votes for have the score 0.
static Value votesOf(GraphBuilder &g, const Ensemble &e, Value leaves, int64_t targets, Aggregate aggregate, Type real)
{
    OpBuilder &b = g.b;
    const double infinity = std::numeric_limits<double>::infinity();
    const double neutral = aggregate == Aggregate::Min ? infinity : aggregate == Aggregate::Max ? -infinity : 0.0;
    auto combined = [&](double x, double y) {
        return aggregate == Aggregate::Min ? std::min(x, y) : aggregate == Aggregate::Max ? std::max(x, y) : x + y;
    };
    // One vote a leaf, as boosted trees have: whom it is for. Else a table with a column for each target.
    const bool single = targets > 1 && llvm::all_of(e.leaves, [](const auto &votes) { return votes.size() <= 1; });
    const int64_t columns = single ? 1 : targets;
    std::vector<double> weights(e.leaves.size() * size_t(columns), neutral);
    Shape elected(e.leaves.size(), -1);
    for (auto [leaf, votes] : llvm::enumerate(e.leaves)) {
        for (const Ensemble::Vote &vote : votes) {
            double &weight = weights[leaf * size_t(columns) + size_t(single ? 0 : vote.target)];
            weight = combined(weight, vote.weight);
            elected[leaf] = vote.target;
        }
    }
    Value table = numbersAs(g, weights, {int64_t(e.leaves.size()), columns}, real);
    Value winners = single ? g.constant(elected, b.getI32Type()) : Value();

    AffineExpr n, target, tree;
    bindDims(b.getContext(), n, target, tree);
    const AffineMap maps[] = {AffineMap::get(3, 0, {n, tree}, b.getContext()),
                              AffineMap::get(3, 0, {n, target}, b.getContext())};
    const utils::IteratorType loops[] = {utils::IteratorType::parallel, utils::IteratorType::parallel,
                                         utils::IteratorType::reduction};
    auto type = RankedTensorType::get({GraphBuilder::shapeOf(leaves)[0], targets}, real);
    Value scores = g.contract(
        type, leaves, maps, loops, GraphBuilder::scalarAttr(real, neutral),
        [&](OpBuilder &inner, Location loc, ValueRange arguments) -> Value {
            const ScalarMath m{inner, loc};
            Value leaf = GraphBuilder::castScalar(inner, loc, arguments[0], inner.getIndexType());
            Value wanted = linalg::IndexOp::create(inner, loc, 1);
            if (!single)
                return combine(m, aggregate, arguments[1], GraphBuilder::at(inner, loc, table, {leaf, wanted}));
            Value weight = GraphBuilder::at(inner, loc, table,
                                            {leaf, GraphBuilder::scalar(inner, loc, inner.getIndexType(), int64_t(0))});
            Value winner =
                GraphBuilder::castScalar(inner, loc, GraphBuilder::at(inner, loc, winners, leaf), inner.getIndexType());
            return m.select(m.equal(winner, wanted), combine(m, aggregate, arguments[1], weight), arguments[1]);
        });
    if (aggregate == Aggregate::Average)
        return divide(g, scores, double(e.roots.size()));
    if (aggregate == Aggregate::Sum)
        return scores;
    return mapElements(g, scores, real, [&](const ScalarMath &m, ValueRange x) {
        return m.select(m.equal(x[0], m.number(x[0], neutral)), m.number(x[0], 0), x[0]);
    });
}

/// Scores of an ensemble for the rows of input 0, after checks of what the ensemble refers to.
static FailureOr<Value> scoresOf(const Node &node, const Ensemble &e, int64_t targets, Aggregate aggregate)
{
    GraphBuilder &g = node.g;
    const Type real = e.isDouble || node.element(0).isF64() ? Type(g.b.getF64Type()) : g.b.getF32Type();
    FailureOr<Value> rows = featureRows(node, real);
    if (failed(rows))
        return failure();
    const int64_t features = GraphBuilder::shapeOf(*rows)[1];
    for (const Ensemble::Inner &inner : e.inner)
        if (inner.feature < 0 || inner.feature >= features)
            return node.error("a tree asks for feature " + Twine(inner.feature) + " of " + Twine(features));
    for (const auto &votes : e.leaves)
        for (const Ensemble::Vote &vote : votes)
            if (vote.target < 0 || vote.target >= targets)
                return node.error("a leaf votes for target " + Twine(vote.target) + " of " + Twine(targets));
    const std::optional<int64_t> depth = e.depth();
    if (!depth)
        return node.error("a tree leads back to one of its nodes");
    const int64_t trees = int64_t(e.roots.size()), count = GraphBuilder::shapeOf(*rows)[0];
    if (failed(node.checkShape({count, trees})) || failed(node.checkShape({count, targets})))
        return failure();
    if (targets > mostTableElements / int64_t(e.leaves.size()))
        return node.error(Twine(targets) + " targets are too many for " + Twine(e.leaves.size()) + " leaves");
    Value leaves = leavesOf(g, *rows, Tables(g, e, real), *depth);
    return votesOf(g, e, leaves, targets, aggregate, real);
}

/// Adds the attribute base_values, one for each of `targets` scores.
static FailureOr<Value> withBaseValues(const Node &node, Value scores, ArrayRef<double> base)
{
    const int64_t targets = GraphBuilder::shapeOf(scores)[1];
    if (base.empty())
        return scores;
    if (int64_t(base.size()) != targets)
        return node.error("there are " + Twine(base.size()) + " base_values for " + Twine(targets) + " scores");
    return add(node.g, scores, numbersAs(node.g, base, {1, targets}, GraphBuilder::elementOf(scores)));
}

static Outputs importTreeEnsembleRegressor(Node &node)
{
    static const std::pair<StringRef, Aggregate> names[] = {
        {"AVERAGE", Aggregate::Average}, {"SUM", Aggregate::Sum}, {"MIN", Aggregate::Min}, {"MAX", Aggregate::Max}};
    const std::string given = node.text("aggregate_function", "SUM");
    const auto *aggregate = llvm::find_if(names, [&](const auto &entry) { return entry.first == given; });
    if (aggregate == std::end(names))
        return node.error("aggregate_function is '" + given + "'; it has to be AVERAGE, SUM, MIN or MAX");
    const int64_t targets = node.integer("n_targets", 1);
    if (targets < 1)
        return node.error("n_targets is " + Twine(targets));
    FailureOr<Ensemble> e = readTreesByNode(node, "target");
    if (failed(e))
        return failure();
    bool isDouble = false;
    FailureOr<std::vector<double>> base = realAttribute(node, "base_values", isDouble);
    FailureOr<PostTransform> transform = postTransformOf(node);
    FailureOr<Value> scores = scoresOf(node, *e, targets, aggregate->second);
    if (failed(base) || failed(transform) || failed(scores))
        return failure();
    scores = withBaseValues(node, *scores, *base);
    if (failed(scores))
        return failure();
    return SmallVector<Value>{node.g.cast(regressionScores(node.g, *scores, *transform), node.g.b.getF32Type())};
}

static Outputs importTreeEnsemble(Node &node)
{
    const int64_t targets = node.integer("n_targets", 1), aggregate = node.integer("aggregate_function", 1),
                  transform = node.integer("post_transform", 0);
    if (targets < 1 || aggregate < 0 || aggregate > 3 || transform < 0 || transform > 4)
        return node.error("n_targets, aggregate_function or post_transform is out of its range");
    FailureOr<Ensemble> e = readTreesByBranch(node);
    if (failed(e))
        return failure();
    FailureOr<Value> scores = scoresOf(node, *e, targets, Aggregate(aggregate));
    if (failed(scores))
        return failure();
    return SmallVector<Value>{
        node.g.cast(regressionScores(node.g, *scores, PostTransform(transform)), node.element(0))};
}

/// The label of the best score. Where there are two classes and leaves vote for one of them only, it is a decision
/// about the second class: at 1/2 where no vote is negative, as probabilities are, else at 0.
static Outputs importTreeEnsembleClassifier(Node &node)
{
    GraphBuilder &g = node.g;
    FailureOr<Shape> labels = classLabels(node, "classlabels_int64s");
    FailureOr<PostTransform> transform = postTransformOf(node);
    if (failed(labels) || failed(transform))
        return failure();
    const int64_t classes = int64_t(labels->size());
    if (classes < 2)
        return node.error("there should be at least two class labels");
    FailureOr<Ensemble> e = readTreesByNode(node, "class");
    if (failed(e))
        return failure();
    bool isDouble = false, votesFor[] = {false, false}, positive = true;
    for (const auto &votes : e->leaves) {
        for (const Ensemble::Vote &vote : votes) {
            if (vote.target == 0 || vote.target == 1)
                votesFor[vote.target] = true;
            positive &= vote.weight >= 0;
        }
    }
    FailureOr<std::vector<double>> base = realAttribute(node, "base_values", isDouble);
    FailureOr<Value> scores = scoresOf(node, *e, classes, Aggregate::Sum);
    if (failed(base) || failed(scores))
        return failure();
    const bool binary = classes == 2 && votesFor[0] != votesFor[1];
    auto results = [&](Value which, Value finalScores) {
        return SmallVector<Value>{labelsAt(g, *labels, which), g.cast(finalScores, g.b.getF32Type())};
    };
    if (!binary) {
        scores = withBaseValues(node, *scores, *base);
        if (failed(scores))
            return failure();
        return results(bestOfRows(g, *scores), transformScores(g, *scores, *transform));
    }
    const int64_t rows = GraphBuilder::shapeOf(*scores)[0], column = votesFor[1] ? 1 : 0;
    Value score = g.slice(*scores, {0, column}, {rows, 1}, {1, 1});
    if (!base->empty()) {
        if (base->size() > 2)
            return node.error("there are " + Twine(base->size()) + " base_values for 2 classes");
        score = add(g, score, (*base)[base->size() == 2 ? size_t(column) : 0]);
    }
    Value which = aboveThreshold(g, score, positive ? 0.5 : 0.0);
    if (column == 0 && base->size() < 2) {
        FailureOr<Value> both = binaryScores(node, score, positive, *transform);
        if (failed(both))
            return failure();
        return results(which, *both);
    }
    // Scores of a class that nothing votes for are 0.
    Value zeros = g.splat(GraphBuilder::typeOf(score), 0.0);
    Value both = g.concat(column == 0 ? ValueRange{score, zeros} : ValueRange{zeros, score}, 1);
    return results(which, transformScores(g, both, *transform));
}

ArrayRef<Entry> treeOperators()
{
    static const char ml[] = "ai.onnx.ml", types[] = "float, double, int32, int64";
    static const Entry entries[] = {
        {ml, "TreeEnsembleRegressor", 1, importTreeEnsembleRegressor, types},
        {ml, "TreeEnsembleClassifier", 1, importTreeEnsembleClassifier, types},
        {ml, "TreeEnsemble", 5, importTreeEnsemble, "float, double"},
    };
    return entries;
}

} // namespace barecc::onnx_import
