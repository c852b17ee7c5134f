// MatMul, Gemm and their fused forms.
#include "compiler/import/onnx/Matrix.h"

#include "compiler/import/onnx/Activation.h"
#include "compiler/import/onnx/Arithmetic.h"
#include "compiler/import/onnx/Layout.h"
#include "compiler/ir/Number.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

namespace {

/// The operands of a product as stacks of matrices, and the shape of the result.
struct Stacks {
    Value lhs, rhs;
    Shape batch, result;
    int64_t rows, columns;

    int64_t depth() const { return GraphBuilder::shapeOf(lhs).back(); }
    Shape stackOf(int64_t first, int64_t second) const
    {
        Shape shape(batch);
        shape.append({first, second});
        return shape;
    }
    Shape full() const { return stackOf(rows, columns); }
};

FailureOr<Stacks> makeStacks(const Node &node, Value lhs, Value rhs)
{
    GraphBuilder &g = node.g;
    Shape a(GraphBuilder::shapeOf(lhs)), b(GraphBuilder::shapeOf(rhs));
    if (a.empty() || b.empty())
        return node.error("a matrix product of a scalar; multiply with Mul");
    const bool row = a.size() == 1, column = b.size() == 1;
    if (row)
        a.insert(a.begin(), 1);
    if (column)
        b.push_back(1);
    Stacks s{g.reshape(lhs, a), g.reshape(rhs, b), {}, {}, a[a.size() - 2], b.back()};
    std::optional<Shape> batch = GraphBuilder::broadcastShape(ArrayRef(a).drop_back(2), ArrayRef(b).drop_back(2));
    if (a.back() != b[b.size() - 2] || !batch)
        return node.error("a product of " + shapeText(GraphBuilder::shapeOf(lhs)) + " and " +
                          shapeText(GraphBuilder::shapeOf(rhs)) + "; the shapes do not fit");
    s.batch = s.result = *batch;
    if (!row)
        s.result.push_back(s.rows);
    if (!column)
        s.result.push_back(s.columns);
    if (failed(node.checkShape(a)) || failed(node.checkShape(b)) || failed(node.checkShape(s.full())))
        return failure();
    return s;
}

/// Where an operand, broadcast to `shape`, is read at the loops that `shape` runs over.
AffineMap broadcastMap(OpBuilder &b, ArrayRef<int64_t> operand, ArrayRef<unsigned> loopOfAxis, unsigned loops)
{
    SmallVector<AffineExpr> results;
    const size_t skipped = loopOfAxis.size() - operand.size();
    for (auto [d, extent] : llvm::enumerate(operand))
        results.push_back(extent == 1 ? b.getAffineConstantExpr(0) : b.getAffineDimExpr(loopOfAxis[skipped + d]));
    return AffineMap::get(loops, 0, results, b.getContext());
}

/// In any element type. The innermost loop runs along rows of the right side and of the result.
Value product(GraphBuilder &g, const Stacks &s, Type accumulator, const IntegerOperands &integers)
{
    OpBuilder &b = g.b;
    const unsigned batch = unsigned(s.batch.size()), loops = batch + 3, m = batch, k = batch + 1, n = batch + 2;
    SmallVector<unsigned> lhsLoops, rhsLoops;
    for (unsigned d = 0; d < batch; ++d) {
        lhsLoops.push_back(d);
        rhsLoops.push_back(d);
    }
    SmallVector<unsigned> resultLoops(lhsLoops);
    lhsLoops.append({m, k});
    rhsLoops.append({k, n});
    resultLoops.append({m, n});
    // Extents of the loops have to follow from the operands, so the innermost axes are read as they are even where
    // their extent is 1.
    auto operandMap = [&](Value operand, ArrayRef<unsigned> loopOfAxis) {
        SmallVector<AffineExpr> results(
            broadcastMap(b, GraphBuilder::shapeOf(operand), loopOfAxis, loops).getResults());
        for (size_t last : {results.size() - 2, results.size() - 1})
            results[last] = b.getAffineDimExpr(loopOfAxis[loopOfAxis.size() - results.size() + last]);
        return AffineMap::get(loops, 0, results, b.getContext());
    };
    SmallVector<Value> inputs{s.lhs, s.rhs};
    SmallVector<AffineMap> maps{operandMap(s.lhs, lhsLoops), operandMap(s.rhs, rhsLoops)};
    for (auto [zero, loopOfAxis] :
         {std::pair(integers.lhsZero, ArrayRef(lhsLoops)), {integers.rhsZero, ArrayRef(rhsLoops)}}) {
        if (!zero)
            continue;
        inputs.push_back(zero);
        maps.push_back(broadcastMap(b, GraphBuilder::shapeOf(zero), loopOfAxis, loops));
    }
    SmallVector<AffineExpr> resultAt;
    for (unsigned loop : resultLoops)
        resultAt.push_back(b.getAffineDimExpr(loop));
    maps.push_back(AffineMap::get(loops, 0, resultAt, b.getContext()));
    SmallVector<utils::IteratorType> iterators(loops, utils::IteratorType::parallel);
    iterators[k] = utils::IteratorType::reduction;
    auto type = RankedTensorType::get(s.full(), accumulator);
    auto body = [&](OpBuilder &inner, Location at, ValueRange arguments) {
        auto widened = [&](Value number, Type element) {
            const bool isUnsigned = element && element.isUnsignedInteger();
            return GraphBuilder::castScalar(inner, at, number, accumulator, isUnsigned);
        };
        Value x = widened(arguments[0], integers.lhsElement), y = widened(arguments[1], integers.rhsElement);
        Value sum = arguments.back();
        if (isa<FloatType>(accumulator)) {
            sum = arith::AddFOp::create(inner, at, sum, arith::MulFOp::create(inner, at, x, y));
        } else {
            unsigned next = 2;
            auto withoutZero = [&](Value number, Value zero, Type element) -> Value {
                return zero ? arith::SubIOp::create(inner, at, number, widened(arguments[next++], element)) : number;
            };
            x = withoutZero(x, integers.lhsZero, integers.lhsElement);
            y = withoutZero(y, integers.rhsZero, integers.rhsElement);
            sum = arith::AddIOp::create(inner, at, sum, arith::MulIOp::create(inner, at, x, y));
        }
        linalg::YieldOp::create(inner, at, sum);
    };
    auto op = linalg::GenericOp::create(b, g.loc, TypeRange{type}, inputs,
                                        ValueRange{g.filled(type, GraphBuilder::scalarAttr(accumulator, 0.0))}, maps,
                                        iterators, body);
    return g.fold(op.getResult(0));
}

/// 32-bit floats, by the nn operation: [batch, rows, depth] times [batch or 1, depth, columns].
Value kernelProduct(GraphBuilder &g, const Stacks &s)
{
    const int64_t depth = s.depth(), batches = ShapedType::getNumElements(s.batch);
    const int64_t shared = ShapedType::getNumElements(GraphBuilder::shapeOf(s.rhs).drop_back(2));
    Value lhs = g.broadcastTo(s.lhs, s.stackOf(s.rows, depth));
    if (shared == 1) { // one tall matrix on the left
        lhs = g.reshape(lhs, {1, batches * s.rows, depth});
        Value rhs = g.reshape(s.rhs, {1, depth, s.columns});
        auto type = GraphBuilder::typeOf(lhs).clone({1, batches * s.rows, s.columns});
        return nn::MatMulOp::create(g.b, g.loc, type, lhs, rhs, false);
    }
    Value rhs = g.reshape(g.broadcastTo(s.rhs, s.stackOf(depth, s.columns)), {batches, depth, s.columns});
    auto type = GraphBuilder::typeOf(lhs).clone({batches, s.rows, s.columns});
    return nn::MatMulOp::create(g.b, g.loc, type, g.reshape(lhs, {batches, s.rows, depth}), rhs, false);
}

} // namespace

/// Whether a matrix can be the filter of a fully connected layer: constant, and not empty.
static bool isLayerFilter(Value matrix)
{
    const RankedTensorType type = GraphBuilder::typeOf(matrix);
    return isConstant(matrix) && type.getRank() == 2 && type.getNumElements() > 0;
}

FailureOr<Value> matrixProduct(const Node &node, Value lhs, Value rhs)
{
    GraphBuilder &g = node.g;
    const Type element = GraphBuilder::elementOf(lhs);
    if (GraphBuilder::elementOf(rhs) != element)
        return node.error("the two sides of a matrix product have different element types");
    FailureOr<Stacks> stacks = makeStacks(node, lhs, rhs);
    if (failed(stacks))
        return failure();
    const Stacks &s = *stacks;
    const bool isLayer = isLayerFilter(rhs);
    if (!element.isF32() && !(element.isF16() && isLayer))
        return g.reshape(g.cast(product(g, s, accumulatorOf(element), {}), element), s.result);
    if (isLayer) {
        const int64_t depth = GraphBuilder::shapeOf(rhs)[0];
        Value rows = g.reshape(s.lhs, {GraphBuilder::typeOf(s.lhs).getNumElements() / depth, depth});
        Value filter = arrangeFilter(g, rhs, {1, 0}, {s.columns, depth});
        return g.reshape(fullyConnected(g, rows, filter, {}, {}), s.result);
    }
    // Both sides are written out for the whole stack.
    if (failed(node.checkShape(s.stackOf(s.rows, s.depth()))) ||
        failed(node.checkShape(s.stackOf(s.depth(), s.columns))))
        return failure();
    return g.reshape(kernelProduct(g, s), s.result);
}

Value stackedProduct(GraphBuilder &g, Value lhs, Value rhs, bool turned)
{
    const Type element = GraphBuilder::elementOf(lhs);
    const Shape left(GraphBuilder::shapeOf(lhs)), right(GraphBuilder::shapeOf(rhs));
    const Shape result{left[0], left[1], right[turned ? 1 : 2]};
    if (element.isF32())
        return nn::MatMulOp::create(g.b, g.loc, RankedTensorType::get(result, element), lhs, rhs, turned);
    const Stacks s{lhs, turned ? g.transpose(rhs, {0, 2, 1}) : rhs, {left[0]}, result, left[1], result[2]};
    return g.cast(product(g, s, accumulatorOf(element), {}), element);
}

FailureOr<Value> integerMatrixProduct(const Node &node, Value lhs, Value rhs, const IntegerOperands &integers)
{
    FailureOr<Stacks> s = makeStacks(node, lhs, rhs);
    if (failed(s))
        return failure();
    return node.g.reshape(product(node.g, *s, node.g.b.getI32Type(), integers), s->result);
}

Value fullyConnected(GraphBuilder &g, Value rows, Value filter, Value bias, Value residual)
{
    const Type element = GraphBuilder::elementOf(rows);
    if (element.isF16() && isConstant(filter)) { // nn operations take 32-bit floats
        Value sums = fullyConnected(g, widened(g, rows), widened(g, filter), widened(g, bias), widened(g, residual));
        return g.cast(sums, element);
    }
    const int64_t count = GraphBuilder::shapeOf(rows)[0], columns = GraphBuilder::shapeOf(filter)[0];
    const int64_t depth = GraphBuilder::shapeOf(filter)[1];
    auto type = RankedTensorType::get({count, columns}, element);
    if (element.isF32() && isLayerFilter(filter))
        return nn::FullyConnectedOp::create(g.b, g.loc, type, rows, filter, bias, residual, FloatAttr(), FloatAttr());
    Value result;
    if (element.isF32()) {
        auto stacked = RankedTensorType::get({1, count, columns}, element);
        result = nn::MatMulOp::create(g.b, g.loc, stacked, g.reshape(rows, {1, count, depth}),
                                      g.reshape(filter, {1, columns, depth}), true);
        result = g.reshape(result, {count, columns});
    } else {
        const Stacks s{rows, g.transpose(filter, {1, 0}), {}, {count, columns}, count, columns};
        result = g.cast(product(g, s, accumulatorOf(element), {}), element);
    }
    if (bias)
        result = add(g, result, bias);
    return residual ? add(g, result, residual) : result;
}

/// `value` times a number, which has to be a whole one of 64 bits for integers.
static FailureOr<Value> scaled(const Node &node, Value value, double factor)
{
    if (factor == 1.0)
        return value;
    if (!isa<FloatType>(GraphBuilder::elementOf(value)) && factor != double(integerOf(factor)))
        return node.error("a factor that is not a whole number of 64 bits with integers; use floating-point inputs");
    return multiply(node.g, value, factor);
}

FailureOr<Value> generalProduct(const Node &node, Value a, Value b, Value c)
{
    GraphBuilder &g = node.g;
    if (GraphBuilder::typeOf(a).getRank() != 2 || GraphBuilder::typeOf(b).getRank() != 2)
        return node.error("A is " + shapeText(GraphBuilder::shapeOf(a)) + " and B is " +
                          shapeText(GraphBuilder::shapeOf(b)) + "; both have to be matrices");
    const Type element = GraphBuilder::elementOf(a);
    if (GraphBuilder::elementOf(b) != element || (c && GraphBuilder::elementOf(c) != element))
        return node.error("A, B and C have different element types");
    if (node.integer("transA", 0))
        a = g.transpose(a, {1, 0});
    const bool turned = node.integer("transB", 0) != 0;
    Value filter = turned ? b : arrangeFilter(g, b, {1, 0}, {GraphBuilder::shapeOf(b)[1], GraphBuilder::shapeOf(b)[0]});
    const int64_t rows = GraphBuilder::shapeOf(a)[0], columns = GraphBuilder::shapeOf(filter)[0];
    if (GraphBuilder::shapeOf(a)[1] != GraphBuilder::shapeOf(filter)[1])
        return node.error("a product of " + shapeText(GraphBuilder::shapeOf(a)) + " and the transpose of " +
                          shapeText(GraphBuilder::shapeOf(filter)) + "; the shapes do not fit");
    const Shape result{rows, columns};
    if (failed(node.checkShape(result)))
        return failure();
    const double alpha = node.number("alpha", 1.0), beta = node.number("beta", 1.0);

    // The factor goes into a constant filter, so that the bias can go into the operation; but not where that makes an
    // infinity, of which zeros would make NaN.
    bool scaleResult = alpha != 1.0;
    if (scaleResult && constantOf(filter)) {
        FailureOr<Value> folded = scaled(node, filter, alpha);
        if (failed(folded))
            return failure();
        const std::optional<std::vector<double>> numbers = numbersOf(constantOf(*folded));
        if (numbers && llvm::all_of(*numbers, [](double number) { return std::isfinite(number); })) {
            filter = *folded;
            scaleResult = false;
        }
    }
    Value bias, addend;
    if (c && beta != 0.0) {
        std::optional<Shape> common = GraphBuilder::broadcastShape(GraphBuilder::shapeOf(c), result);
        if (!common || *common != result)
            return node.error("C is " + shapeText(GraphBuilder::shapeOf(c)) + " and does not broadcast to " +
                              shapeText(result));
        FailureOr<Value> factored = scaled(node, c, beta);
        if (failed(factored))
            return failure();
        const ArrayRef<int64_t> shape = GraphBuilder::shapeOf(c);
        const int64_t extent = shape.empty() ? 1 : shape.back();
        if (GraphBuilder::typeOf(c).getNumElements() == extent && !scaleResult) {
            bias = g.broadcastTo(g.reshape(*factored, {extent}), {columns});
        } else {
            addend = *factored;
        }
    }
    Value sums = fullyConnected(g, a, filter, bias, {});
    if (scaleResult) {
        FailureOr<Value> factored = scaled(node, sums, alpha);
        if (failed(factored))
            return failure();
        sums = *factored;
    }
    return addend ? add(g, sums, addend) : sums;
}

static Outputs importMatMul(Node &node)
{
    FailureOr<Value> result = matrixProduct(node, node.input(0), node.input(1));
    if (failed(result))
        return failure();
    return SmallVector<Value>{*result};
}

static Outputs importGemm(Node &node)
{
    FailureOr<Value> result = generalProduct(node, node.input(0), node.input(1), node.input(2));
    if (failed(result))
        return failure();
    return SmallVector<Value>{*result};
}

/// com.microsoft FusedGemm: Gemm and an activation function.
static Outputs importFusedGemm(Node &node)
{
    FailureOr<Value> sums = generalProduct(node, node.input(0), node.input(1), node.input(2));
    FailureOr<Activation> activation = activationNamed(node, node.text("activation", ""));
    if (failed(sums) || failed(activation))
        return failure();
    activation->alpha = node.number("activation_alpha", activation->alpha);
    activation->beta = node.number("activation_beta", activation->beta);
    return SmallVector<Value>{
        node.g.elementwise(*sums, GraphBuilder::elementOf(*sums), [&](OpBuilder &b, Location loc, ValueRange operands) {
            return activation->apply(b, loc, operands[0]);
        })};
}

/// com.microsoft FusedMatMul: alpha * A' * B'. With transBatchA or transBatchB the stack is [M, batch.., K].
static Outputs importFusedMatMul(Node &node)
{
    GraphBuilder &g = node.g;
    auto side = [&](Value value, bool transposed, bool transposedBatch) {
        const int64_t rank = GraphBuilder::typeOf(value).getRank();
        Shape order;
        for (int64_t d = 0; d < rank; ++d)
            order.push_back(d);
        if (transposedBatch && rank >= 3) // the first axis goes behind the batch axes
            std::rotate(order.begin(), order.begin() + 1, order.end() - 1);
        if (transposed && rank >= 2)
            std::swap(order[rank - 2], order[rank - 1]);
        return rank == 2
                   ? arrangeFilter(g, value, order,
                                   {GraphBuilder::shapeOf(value)[order[0]], GraphBuilder::shapeOf(value)[order[1]]})
                   : g.transpose(value, order);
    };
    Value lhs = side(node.input(0), node.integer("transA", 0), node.integer("transBatchA", 0));
    Value rhs = side(node.input(1), node.integer("transB", 0), node.integer("transBatchB", 0));
    FailureOr<Value> result = matrixProduct(node, lhs, rhs);
    if (failed(result))
        return failure();
    return SmallVector<Value>{multiply(g, *result, node.number("alpha", 1.0))};
}

ArrayRef<Entry> matrixOperators()
{
    static const char types[] = "bfloat16, float16, float, double, int32, int64, uint32, uint64";
    static const Entry entries[] = {
        {"", "MatMul", 1, importMatMul, types, 2},
        {"", "Gemm", 1, importGemm, types, 2},
        {"", "Einsum", 12, importEinsum, numberTypes},
        {"", "Det", 11, importDet, floatTypes},
        {"com.microsoft", "FusedGemm", 1, importFusedGemm, floatTypes, 2},
        {"com.microsoft", "FusedMatMul", 1, importFusedMatMul, floatTypes, 2},
        {"com.microsoft", "TransposeMatMul", 1, importFusedMatMul, floatTypes, 2},
    };
    return entries;
}

} // namespace barecc::onnx_import
