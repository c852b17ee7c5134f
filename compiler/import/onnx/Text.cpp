// Operators over sequences of words, which are numbers here: strings have no place in plain C tensors.
#include "compiler/import/onnx/Layout.h"
#include "compiler/import/onnx/ScalarMath.h"

using namespace mlir;

namespace barecc::onnx_import {

namespace {

/// The n-grams of one length that are looked for: `count` rows of `length` words.
struct Grams {
    int64_t length;
    ArrayRef<int64_t> words;
    int64_t count() const { return int64_t(words.size()) / length; }
};

/// Cuts the pool into n-grams of length 1, 2, ..., which start at `starts`.
FailureOr<SmallVector<Grams>> gramsOf(const Node &node, ArrayRef<int64_t> pool, ArrayRef<int64_t> starts)
{
    SmallVector<Grams> all;
    for (auto [i, start] : llvm::enumerate(starts)) {
        const int64_t end = i + 1 < starts.size() ? starts[i + 1] : int64_t(pool.size()), length = int64_t(i) + 1;
        if (start < 0 || end < start || end > int64_t(pool.size()) || (end - start) % length != 0)
            return node.error("ngram_counts does not cut the pool of " + Twine(pool.size()) + " words into n-grams");
        all.push_back({length, pool.slice(size_t(start), size_t(end - start))});
    }
    return all;
}

/// How often each n-gram is in each row of `words` [rows, columns], up to `skips` words left out between two of it:
/// [rows, grams], as f32.
Value countGrams(GraphBuilder &g, Value words, const Grams &grams, int64_t skips)
{
    const int64_t rows = GraphBuilder::shapeOf(words)[0], columns = GraphBuilder::shapeOf(words)[1];
    Value pool = g.reshape(g.constant(grams.words, g.b.getI64Type()), {grams.count(), grams.length});
    // Whether an n-gram that starts at a word, with so many left out between two, ends inside of the row.
    Value fits = g.generate(RankedTensorType::get({skips + 1, columns}, g.b.getI1Type()),
                            [&](OpBuilder &b, Location loc, ValueRange index) {
                                const ScalarMath m{b, loc};
                                auto constant = [&](int64_t n) { return m.number(index[0], double(n)); };
                                Value step = m.add(index[0], constant(1));
                                Value last = m.add(index[1], m.multiply(step, constant(grams.length - 1)));
                                return m.less(last, constant(columns));
                            });
    // Loops: row, n-gram, skip, start.
    AffineExpr row, gram, skip, start;
    bindDims(g.b.getContext(), row, gram, skip, start);
    const AffineMap maps[] = {AffineMap::get(4, 0, {skip, start}, g.b.getContext()),
                              AffineMap::get(4, 0, {row, gram}, g.b.getContext())};
    using utils::IteratorType;
    const IteratorType loops[] = {IteratorType::parallel, IteratorType::parallel, IteratorType::reduction,
                                  IteratorType::reduction};
    auto type = RankedTensorType::get({rows, grams.count()}, g.b.getF32Type());
    return g.contract(type, fits, maps, loops, GraphBuilder::scalarAttr(type.getElementType(), 0.0),
                      [&](OpBuilder &b, Location loc, ValueRange v) {
                          const ScalarMath m{b, loc};
                          Value r = linalg::IndexOp::create(b, loc, 0), i = linalg::IndexOp::create(b, loc, 1);
                          Value step = linalg::IndexOp::create(b, loc, 2), at = linalg::IndexOp::create(b, loc, 3);
                          step = m.add(step, m.number(step, 1));
                          Value found = v[0], end = m.number(at, double(columns - 1));
                          for (int64_t n = 0; n < grams.length; ++n) {
                              Value word = GraphBuilder::at(b, loc, words, {r, m.smallest(at, end)});
                              Value wanted = GraphBuilder::at(b, loc, pool, {i, m.number(at, double(n))});
                              found = arith::AndIOp::create(b, loc, found, m.equal(word, wanted));
                              at = m.add(at, step);
                          }
                          return m.add(v[1], GraphBuilder::castScalar(b, loc, found, type.getElementType(), true));
                      });
}

/// Counts [rows, n-grams] as the node's mode wants them.
FailureOr<Value> weighted(const Node &node, Value counts)
{
    GraphBuilder &g = node.g;
    const std::string mode = node.text("mode", "");
    const int64_t grams = GraphBuilder::shapeOf(counts)[1];
    if (mode != "TF" && mode != "IDF" && mode != "TFIDF")
        return node.error("mode is '" + mode + "', but should be TF, IDF or TFIDF");
    if (mode == "TF")
        return counts;
    SmallVector<double> weights = node.numbers("weights").value_or(SmallVector<double>(size_t(grams), 1.0));
    if (int64_t(weights.size()) != grams)
        return node.error("there should be one weight for each of the " + Twine(grams) + " n-grams");
    SmallVector<float> singles(weights.begin(), weights.end());
    Value factors =
        g.constant(DenseElementsAttr::get(RankedTensorType::get({grams}, g.b.getF32Type()), ArrayRef(singles)));
    return mapElements(g, {counts, factors}, g.b.getF32Type(), [&](const ScalarMath &m, ValueRange v) {
        Value zero = m.number(v[0], 0);
        return mode == "IDF" ? m.select(m.less(zero, v[0]), v[1], zero) : m.multiply(v[0], v[1]);
    });
}

} // namespace

static Outputs importTfIdfVectorizer(Node &node)
{
    GraphBuilder &g = node.g;
    if (node.attribute("pool_strings"))
        return node.error("strings are not supported; number the words");
    const SmallVector<int64_t> pool = node.integers("pool_int64s").value_or(SmallVector<int64_t>());
    const SmallVector<int64_t> indexes = node.integers("ngram_indexes").value_or(SmallVector<int64_t>());
    FailureOr<SmallVector<Grams>> grams =
        gramsOf(node, pool, node.integers("ngram_counts").value_or(SmallVector<int64_t>()));
    const int64_t shortest = node.integer("min_gram_length", 1), longest = node.integer("max_gram_length", 1);
    const int64_t skips = node.integer("max_skip_count", 0);
    if (failed(grams))
        return failure();
    if (node.rank(0) < 1 || node.rank(0) > 2)
        return node.error("the input should be a row of words, or a batch of rows");
    if (skips < 0 || skips > INT_MAX / 2)
        return node.error("max_skip_count is negative or excessive");
    const int64_t columns = node.shape(0).back(), rows = node.rank(0) == 1 ? 1 : node.shape(0)[0];
    Value words = g.reshape(g.cast(node.input(0), g.b.getI64Type()), {rows, columns});

    SmallVector<Value> counts;
    int64_t total = 0;
    for (const Grams &some : *grams) {
        if (some.count() == 0)
            continue;
        total += some.count();
        if (failed(node.checkShape({std::min(skips, columns) + 1, columns})) || failed(node.checkShape({rows, total})))
            return failure();
        const bool counted = some.length >= shortest && some.length <= longest && some.length <= columns;
        const int64_t room = some.length > 1 ? (columns - 1) / (some.length - 1) - 1 : 0; // more cannot be left out
        if (counted)
            counts.push_back(countGrams(g, words, some, std::min(skips, room)));
        else
            counts.push_back(g.splat(RankedTensorType::get({rows, some.count()}, g.b.getF32Type()), 0));
    }
    if (total == 0 || int64_t(indexes.size()) != total)
        return node.error("the pool has " + Twine(total) + " n-grams, but ngram_indexes has " + Twine(indexes.size()));
    FailureOr<Value> values = weighted(node, g.concat(counts, 1));
    if (failed(values))
        return failure();

    // To their places in the output; where there is no n-gram for one, a column of zeros is read.
    const int64_t last = *llvm::max_element(indexes);
    if (last < 0 || last >= mostTableElements)
        return node.error("index " + Twine(last) + " of an n-gram is negative or excessive");
    const int64_t extent = last + 1;
    if (failed(node.checkShape({rows, extent})))
        return failure();
    SmallVector<int64_t> sources(size_t(extent), total);
    for (auto [i, index] : llvm::enumerate(indexes)) {
        if (index < 0 || sources[size_t(index)] != total)
            return node.error("index " + Twine(index) + " of an n-gram is negative or another's too");
        sources[size_t(index)] = int64_t(i);
    }
    Value padded = g.pad(*values, {0, 0}, {0, 1}, GraphBuilder::scalarAttr(g.b.getF32Type(), 0.0));
    Value placed = g.gather(padded, g.constant(sources, g.b.getI64Type()), 1);
    SmallVector<int64_t> shape(node.shape(0));
    shape.back() = extent;
    return {{g.reshape(placed, shape)}};
}

llvm::ArrayRef<Entry> textOperators()
{
    static const Entry table[] = {
        {"", "TfIdfVectorizer", 9, importTfIdfVectorizer, "int32, int64"},
    };
    return table;
}

} // namespace barecc::onnx_import
