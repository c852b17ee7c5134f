// Determinants, by Gaussian elimination.
#include "compiler/import/onnx/Arithmetic.h"
#include "compiler/import/onnx/Layout.h"
#include "compiler/import/onnx/Matrix.h"
#include "compiler/import/onnx/ScalarMath.h"

using namespace mlir;

namespace barecc::onnx_import {

/// The steps of the elimination are written out one after another; larger matrices would give excessive code.
static constexpr int64_t mostRows = 512;

/// For each matrix of [N, m, m] the row whose first element is the largest: [N].
static Value pivotRows(GraphBuilder &g, Value matrices)
{
    const ArrayRef<int64_t> shape = GraphBuilder::shapeOf(matrices);
    Value column = g.slice(matrices, {0, 0, 0}, {shape[0], shape[1], 1}, {1, 1, 1});
    Value sizes =
        g.elementwise(column, GraphBuilder::elementOf(column), [](OpBuilder &b, Location loc, ValueRange x) -> Value {
            return math::AbsFOp::create(b, loc, x[0]);
        });
    return g.argReduce(g.reshape(sizes, {shape[0], shape[1]}), 1, false, true, false, g.b.getI64Type());
}

static Value rowOf(OpBuilder &b, Location loc, Value rows, Value matrix)
{
    return GraphBuilder::castScalar(b, loc, GraphBuilder::at(b, loc, rows, matrix), b.getIndexType());
}

/// The determinants so far times the pivots. Taking row r to the top, past the r rows before it, turns the sign r
/// times.
static Value timesPivots(GraphBuilder &g, Value determinants, Value matrices, Value rows)
{
    return g.generate(GraphBuilder::typeOf(determinants), [&](OpBuilder &b, Location loc, ValueRange index) {
        const ScalarMath m{b, loc};
        Value zero = GraphBuilder::scalar(b, loc, b.getIndexType(), int64_t(0));
        Value two = GraphBuilder::scalar(b, loc, b.getIndexType(), int64_t(2)), row = rowOf(b, loc, rows, index[0]);
        Value pivot = GraphBuilder::at(b, loc, matrices, {index[0], row, zero});
        Value even = m.equal(m.remainder(row, two), zero);
        Value factor = m.select(even, pivot, m.subtract(m.number(pivot, 0), pivot));
        return m.multiply(GraphBuilder::at(b, loc, determinants, index), factor);
    });
}

/// The matrices without the pivot's row and first column, after the pivot's row was subtracted from the others so often
/// that their first elements vanish.
static Value eliminated(GraphBuilder &g, Value matrices, Value rows)
{
    const ArrayRef<int64_t> shape = GraphBuilder::shapeOf(matrices);
    auto type = GraphBuilder::typeOf(matrices).clone({shape[0], shape[1] - 1, shape[2] - 1});
    return g.generate(type, [&](OpBuilder &b, Location loc, ValueRange index) {
        const ScalarMath m{b, loc};
        Value zero = GraphBuilder::scalar(b, loc, b.getIndexType(), int64_t(0));
        Value one = GraphBuilder::scalar(b, loc, b.getIndexType(), int64_t(1));
        Value pivotRow = rowOf(b, loc, rows, index[0]), column = m.add(index[2], one);
        Value row = m.select(m.less(index[1], pivotRow), index[1], m.add(index[1], one));
        auto element = [&](Value r, Value c) { return GraphBuilder::at(b, loc, matrices, {index[0], r, c}); };
        Value pivot = element(pivotRow, zero), nothing = m.number(pivot, 0);
        // Where the pivot is zero, all of its column is, and so is the determinant.
        Value factor = m.select(m.equal(pivot, nothing), nothing, m.divide(element(row, zero), pivot));
        return m.subtract(element(row, column), m.multiply(factor, element(pivotRow, column)));
    });
}

Outputs importDet(Node &node)
{
    GraphBuilder &g = node.g;
    const int64_t rank = node.rank(0);
    if (rank < 2 || node.shape(0)[rank - 1] != node.shape(0)[rank - 2])
        return node.error("the input " + shapeText(node.shape(0)) + " should hold square matrices");
    const int64_t extent = node.shape(0).back();
    if (extent > mostRows)
        return node.error("matrices of " + Twine(extent) + " rows; at most " + Twine(mostRows) + " are supported");
    const ArrayRef<int64_t> batch = node.shape(0).drop_back(2);
    const int64_t count = ShapedType::getNumElements(batch);
    const Type element = node.element(0), wide = accumulatorOf(element);
    Value matrices = g.reshape(g.cast(node.input(0), wide), {count, extent, extent});
    Value determinants = g.splat(RankedTensorType::get({count}, wide), 1);
    for (int64_t left = extent; left > 0; --left) {
        Value rows = pivotRows(g, matrices);
        determinants = timesPivots(g, determinants, matrices, rows);
        if (left > 1)
            matrices = eliminated(g, matrices, rows);
    }
    return SmallVector<Value>{g.cast(g.reshape(determinants, batch), element)};
}

} // namespace barecc::onnx_import
