// Einsum: sums of products over named axes.
#include "compiler/import/onnx/Arithmetic.h"
#include "compiler/import/onnx/Layout.h"
#include "compiler/import/onnx/Matrix.h"

#include "llvm/ADT/MapVector.h"

using namespace mlir;

namespace barecc::onnx_import {

namespace {

/// The name of an axis: a letter, or for an axis of the ellipsis 256 + its place counted from the last.
using Label = int;
using Labels = SmallVector<Label>;
constexpr Label ellipsis = 256;

/// A tensor whose axes have names.
struct Term {
    Value value;
    Labels labels;
};

/// The names of "ab...c" for a tensor of `rank` axes; `rank` < 0 takes `ellipsisRank` axes for the ellipsis.
FailureOr<Labels> parseTerm(const Node &node, StringRef text, int64_t rank, int64_t ellipsisRank)
{
    Labels labels;
    const size_t letters = llvm::count_if(text, llvm::isAlpha);
    if (rank >= 0)
        ellipsisRank = rank - int64_t(letters);
    bool seen = false;
    while (!text.empty()) {
        if (text.consume_front("...") && !seen) {
            seen = true;
            for (int64_t d = ellipsisRank; d-- > 0;)
                labels.push_back(ellipsis + Label(d));
        } else if (!text.empty() && llvm::isAlpha(text.front())) {
            labels.push_back(text.front());
            text = text.drop_front();
        } else {
            return node.error("the equation has something other than letters, commas, '->' and '...'; correct it");
        }
    }
    if (rank >= 0 && int64_t(labels.size()) != rank)
        return node.error("a term of the equation does not name the " + Twine(rank) + " axes of its input");
    return labels;
}

/// Extents of all names, where 1 gives way to any other; an error where two differ.
class Extents {
public:
    LogicalResult collect(const Node &node, const Term &term)
    {
        for (auto [label, extent] : llvm::zip(term.labels, GraphBuilder::shapeOf(term.value))) {
            int64_t &known = extents.insert({label, 1}).first->second;
            if (known != 1 && extent != 1 && known != extent)
                return node.error("an axis has the extent " + Twine(known) + " in one input and " + Twine(extent) +
                                  " in another");
            if (known == 1)
                known = extent;
        }
        return success();
    }
    int64_t of(Label label) const { return extents.lookup(label); }
    bool contains(Label label) const { return extents.contains(label); }
    SmallVector<int64_t> of(ArrayRef<Label> labels) const
    {
        SmallVector<int64_t> shape;
        for (Label label : labels)
            shape.push_back(of(label));
        return shape;
    }

private:
    llvm::MapVector<Label, int64_t> extents;
};

/// The sum of products of all terms over the names that are not in `kept`, in one nest of loops.
Value contractInLoops(GraphBuilder &g, ArrayRef<Term> terms, const Labels &kept, const Extents &extents)
{
    OpBuilder &b = g.b;
    Labels loops(kept);
    for (const Term &term : terms)
        for (Label label : term.labels)
            if (!llvm::is_contained(loops, label))
                loops.push_back(label);
    auto loopOf = [&](Label label) { return b.getAffineDimExpr(unsigned(llvm::find(loops, label) - loops.begin())); };

    SmallVector<Value> inputs;
    SmallVector<AffineMap> maps;
    for (const Term &term : terms) {
        // Axes of extent 1 are read at 0; the loop's extent follows from another operand or from the result, and a name
        // whose extent is 1 everywhere keeps its loop.
        SmallVector<AffineExpr> results;
        for (auto [label, extent] : llvm::zip(term.labels, GraphBuilder::shapeOf(term.value)))
            results.push_back(extent == extents.of(label) ? loopOf(label) : b.getAffineConstantExpr(0));
        inputs.push_back(term.value);
        maps.push_back(AffineMap::get(unsigned(loops.size()), 0, results, b.getContext()));
    }
    SmallVector<AffineExpr> results;
    for (Label label : kept)
        results.push_back(loopOf(label));
    maps.push_back(AffineMap::get(unsigned(loops.size()), 0, results, b.getContext()));
    SmallVector<utils::IteratorType> iterators(kept.size(), utils::IteratorType::parallel);
    iterators.resize(loops.size(), utils::IteratorType::reduction);

    const Type element = GraphBuilder::elementOf(inputs[0]), wide = accumulatorOf(element);
    auto type = RankedTensorType::get(extents.of(kept), wide);
    auto body = [&](OpBuilder &inner, Location at, ValueRange arguments) {
        Value product = GraphBuilder::castScalar(inner, at, arguments[0], wide);
        for (Value argument : arguments.drop_front().drop_back()) {
            Value factor = GraphBuilder::castScalar(inner, at, argument, wide);
            product = isa<FloatType>(wide) ? arith::MulFOp::create(inner, at, product, factor).getResult()
                                           : arith::MulIOp::create(inner, at, product, factor).getResult();
        }
        linalg::YieldOp::create(inner, at, addScalars(inner, at, {arguments.back(), product}));
    };
    auto op = linalg::GenericOp::create(b, g.loc, TypeRange{type}, inputs,
                                        ValueRange{g.filled(type, GraphBuilder::scalarAttr(wide, 0.0))}, maps,
                                        iterators, body);
    return g.cast(g.fold(op.getResult(0)), element);
}

/// Transposes a term so that its axes have the order `labels`.
Value ordered(GraphBuilder &g, const Term &term, ArrayRef<Label> labels)
{
    SmallVector<int64_t> permutation;
    for (Label label : labels)
        permutation.push_back(llvm::find(term.labels, label) - term.labels.begin());
    return g.transpose(term.value, permutation);
}

/// Two terms as a matrix product: batch names are in both and kept, the depth is in both and summed, rows and columns
/// are in one. Null where the terms do not have this form.
FailureOr<Value> contractAsMatrices(const Node &node, const Term &a, const Term &b, const Labels &kept,
                                    const Extents &extents)
{
    GraphBuilder &g = node.g;
    Labels batch, rows, columns, depth;
    for (const Term *term : {&a, &b}) {
        const Term &other = term == &a ? b : a;
        for (auto [i, label] : llvm::enumerate(term->labels)) {
            const bool shared = llvm::is_contained(other.labels, label), stays = llvm::is_contained(kept, label);
            const bool repeated = llvm::count(term->labels, label) > 1;
            if (repeated || (!shared && !stays) || GraphBuilder::shapeOf(term->value)[i] != extents.of(label))
                return Value();
            if (!shared)
                (term == &a ? rows : columns).push_back(label);
            else if (term == &a)
                (stays ? batch : depth).push_back(label);
        }
    }
    auto joined = [](std::initializer_list<ArrayRef<Label>> parts) {
        Labels all;
        for (ArrayRef<Label> part : parts)
            llvm::append_range(all, part);
        return all;
    };
    const int64_t m = ShapedType::getNumElements(extents.of(rows)), k = ShapedType::getNumElements(extents.of(depth));
    const int64_t n = ShapedType::getNumElements(extents.of(columns));
    SmallVector<int64_t> left = extents.of(batch), right = left;
    left.append({m, k});
    right.append({k, n});
    Value lhs = g.reshape(ordered(g, a, joined({batch, rows, depth})), left);
    Value rhs = g.reshape(ordered(g, b, joined({batch, depth, columns})), right);
    FailureOr<Value> result = matrixProduct(node, lhs, rhs);
    if (failed(result))
        return failure();
    const Labels order = joined({batch, rows, columns});
    return ordered(g, {g.reshape(*result, extents.of(order)), order}, kept);
}

FailureOr<Value> contract(const Node &node, ArrayRef<Term> terms, const Labels &kept, const Extents &extents)
{
    if (failed(node.checkShape(extents.of(kept))))
        return failure();
    if (terms.size() == 2) {
        FailureOr<Value> result = contractAsMatrices(node, terms[0], terms[1], kept, extents);
        if (failed(result) || *result)
            return result;
    }
    return contractInLoops(node.g, terms, kept, extents);
}

/// What "ij,jk" without an arrow stands for: the ellipsis, then the names that occur once, in order.
Labels implicitOutput(ArrayRef<Term> terms, int64_t ellipsisRank)
{
    Labels output;
    for (int64_t d = ellipsisRank; d-- > 0;)
        output.push_back(ellipsis + Label(d));
    for (Label letter = 'A'; letter <= 'z'; ++letter) {
        size_t count = 0;
        for (const Term &term : terms)
            count += llvm::count(term.labels, letter);
        if (count == 1)
            output.push_back(letter);
    }
    return output;
}

} // namespace

Outputs importEinsum(Node &node)
{
    std::string equation = node.text("equation", "");
    llvm::erase(equation, ' ');
    const auto [left, right] = StringRef(equation).split("->");
    const bool isExplicit = StringRef(equation).contains("->");
    SmallVector<StringRef> texts;
    left.split(texts, ',');
    if (texts.size() != node.inputCount())
        return node.error("the equation has " + Twine(texts.size()) + " terms for " + Twine(node.inputCount()) +
                          " inputs");
    for (unsigned i = 0; i < node.inputCount(); ++i)
        if (!node.hasInput(i))
            return node.error("input " + Twine(i) + " is missing");

    SmallVector<Term> terms;
    Extents extents;
    int64_t ellipsisRank = 0;
    for (auto [i, text] : llvm::enumerate(texts)) {
        Value input = node.input(unsigned(i));
        if (GraphBuilder::elementOf(input) != GraphBuilder::elementOf(node.input(0)))
            return node.error("the inputs have different element types");
        FailureOr<Labels> labels = parseTerm(node, text, GraphBuilder::typeOf(input).getRank(), 0);
        if (failed(labels) || failed(node.checkShape(GraphBuilder::shapeOf(input))))
            return failure();
        terms.push_back({input, *labels});
        if (failed(extents.collect(node, terms.back())))
            return failure();
        ellipsisRank = std::max<int64_t>(ellipsisRank, llvm::count_if(*labels, [](Label l) { return l >= ellipsis; }));
    }
    FailureOr<Labels> output = implicitOutput(terms, ellipsisRank);
    if (isExplicit)
        output = parseTerm(node, right, -1, ellipsisRank);
    if (failed(output))
        return failure();
    for (Label label : *output)
        if (!extents.contains(label) || llvm::count(*output, label) > 1)
            return node.error("the result names an axis that no input has, or one twice");

    if (llvm::any_of(terms, [](const Term &term) { return GraphBuilder::typeOf(term.value).getNumElements() == 0; })) {
        const auto type = RankedTensorType::get(extents.of(*output), node.element(0));
        return failed(node.checkShape(type.getShape())) ? Outputs(failure())
                                                        : Outputs(SmallVector<Value>{node.g.splat(type, 0.0)});
    }

    // Two terms at a time, keeping the names that are still needed.
    while (terms.size() > 2) {
        Labels kept;
        for (Label label : llvm::concat<const Label>(terms[0].labels, terms[1].labels)) {
            const bool needed = llvm::is_contained(*output, label) ||
                                llvm::any_of(ArrayRef(terms).drop_front(2),
                                             [&](const Term &term) { return llvm::is_contained(term.labels, label); });
            if (needed && !llvm::is_contained(kept, label))
                kept.push_back(label);
        }
        Extents pair;
        if (failed(pair.collect(node, terms[0])) || failed(pair.collect(node, terms[1])))
            return failure();
        FailureOr<Value> value = contract(node, ArrayRef(terms).take_front(2), kept, pair);
        if (failed(value))
            return failure();
        terms.erase(terms.begin());
        terms[0] = {*value, kept};
    }
    FailureOr<Value> result = contract(node, terms, *output, extents);
    if (failed(result))
        return failure();
    return SmallVector<Value>{*result};
}

} // namespace barecc::onnx_import
