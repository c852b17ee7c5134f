// Matrix products as linalg.
#include "compiler/ir/lowering/Sums.h"

using namespace mlir;

namespace barecc::nn {

using utils::IteratorType;

/// Sums of products, in the type `sum`. The maps are those of GraphBuilder::contract; the last loop is the one summed
/// over.
static Value productSums(GraphBuilder &g, ArrayRef<int64_t> shape, Type sum, Value lhs, Value rhs,
                         ArrayRef<AffineMap> maps, IntegerForm lhsForm, IntegerForm rhsForm)
{
    SmallVector<IteratorType> loops(shape.size(), IteratorType::parallel);
    loops.push_back(IteratorType::reduction);
    return g.contract(RankedTensorType::get(shape, sum), {lhs, rhs}, maps, loops, GraphBuilder::scalarAttr(sum, 0.0),
                      [&](OpBuilder &b, Location loc, ValueRange in) {
                          const ScalarBuilder s{b, loc};
                          return s.add(in[2],
                                       s.mul(numberOf(s, in[0], sum, lhsForm), numberOf(s, in[1], sum, rhsForm)));
                      });
}

Value FullyConnectedOp::lowerToLinalg(OpBuilder &b)
{
    GraphBuilder g(b, getLoc());
    if (GraphBuilder::typeOf(getOutput()).getNumElements() == 0)
        return g.nothing(GraphBuilder::typeOf(getOutput()));
    const int64_t outputs = GraphBuilder::shapeOf(getFilter())[0], depth = GraphBuilder::shapeOf(getFilter())[1];
    const int64_t rows = GraphBuilder::typeOf(getOutput()).getNumElements() / outputs;
    AffineExpr m, n, k;
    bindDims(b.getContext(), m, n, k);
    const AffineMap maps[] = {AffineMap::get(3, 0, {m, k}, b.getContext()),
                              AffineMap::get(3, 0, {n, k}, b.getContext()),
                              AffineMap::get(3, 0, {m, n}, b.getContext())};
    Value sums = productSums(g, {rows, outputs}, sumType(GraphBuilder::typeOf(getInput())),
                             g.reshape(g.storage(getInput()), {rows, depth}), g.storage(getFilter()), maps,
                             integerForm(getInput()), integerForm(getFilter()));
    return resultOfSums(g, *this, sums);
}

Value MatMulOp::lowerToLinalg(OpBuilder &b)
{
    GraphBuilder g(b, getLoc());
    auto type = GraphBuilder::typeOf(getOutput());
    const ArrayRef<int64_t> right = GraphBuilder::shapeOf(getRhs());
    const bool isShared = right[0] == 1; // one matrix for the whole batch
    AffineExpr batch, m, n, k;
    bindDims(b.getContext(), batch, m, n, k);
    SmallVector<AffineExpr> rhsAt{batch, k, n};
    if (getTransposeRhs())
        std::swap(rhsAt[1], rhsAt[2]);
    Value rhs = getRhs();
    if (isShared) {
        rhsAt.erase(rhsAt.begin());
        rhs = g.reshape(rhs, right.drop_front());
    }
    const AffineMap maps[] = {AffineMap::get(4, 0, {batch, m, k}, b.getContext()),
                              AffineMap::get(4, 0, rhsAt, b.getContext()),
                              AffineMap::get(4, 0, {batch, m, n}, b.getContext())};
    Value sums = productSums(g, type.getShape(), sumType(type), getLhs(), rhs, maps, {}, {});
    return g.cast(sums, type.getElementType());
}

} // namespace barecc::nn
