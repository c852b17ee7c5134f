// Reductions along axes, positions of extremes, running sums.
#include "compiler/import/onnx/Quantization.h"
#include "compiler/import/onnx/ScalarMath.h"
#include "compiler/ir/Procedure.h"

using namespace mlir;

namespace barecc::onnx_import {

using Axes = SmallVector<int64_t>;

/// A reduction in three parts: what is done to each element, how two are combined from which start, what is done to
/// the result. The start is that of an ONNX element type.
struct Reduction {
    Value (*before)(const ScalarMath &m, Value x);
    Value (*combine)(const ScalarMath &m, Value x, Value accumulator);
    TypedAttr (*start)(Type element);
    Value (*after)(const ScalarMath &m, Value x);
};

static Value same(const ScalarMath &, Value x) { return x; }
static Value square(const ScalarMath &m, Value x) { return m.multiply(x, x); }
static Value exponential(const ScalarMath &m, Value x) { return math::ExpOp::create(m.b, m.loc, x); }

static Value absolute(const ScalarMath &m, Value x)
{
    if (isa<FloatType>(x.getType()))
        return math::AbsFOp::create(m.b, m.loc, x);
    return m.isUnsigned() ? x : math::AbsIOp::create(m.b, m.loc, x).getResult();
}

/// A function of reals; integers go by way of double.
template <typename Op> static Value real(const ScalarMath &m, Value x)
{
    const Type type = x.getType();
    if (isa<FloatType>(type))
        return Op::create(m.b, m.loc, x);
    Value wide = GraphBuilder::castScalar(m.b, m.loc, x, m.b.getF64Type(), m.isUnsigned());
    return GraphBuilder::castScalar(m.b, m.loc, Op::create(m.b, m.loc, wide), type, false, m.isUnsigned());
}

static Value add(const ScalarMath &m, Value x, Value y) { return m.add(x, y); }
static Value multiply(const ScalarMath &m, Value x, Value y) { return m.multiply(x, y); }
static Value largest(const ScalarMath &m, Value x, Value y) { return m.largest(x, y); }
static Value smallest(const ScalarMath &m, Value x, Value y) { return m.smallest(x, y); }

static TypedAttr zero(Type element) { return GraphBuilder::scalarAttr(boundary::signless(element), 0); }
static TypedAttr one(Type element) { return GraphBuilder::scalarAttr(boundary::signless(element), 1); }

static TypedAttr lowest(Type element)
{
    if (isa<FloatType>(element))
        return GraphBuilder::scalarAttr(element, -INFINITY);
    const unsigned width = element.getIntOrFloatBitWidth();
    return IntegerAttr::get(boundary::signless(element),
                            element.isUnsignedInteger() ? APInt::getMinValue(width) : APInt::getSignedMinValue(width));
}

static TypedAttr highest(Type element)
{
    if (isa<FloatType>(element))
        return GraphBuilder::scalarAttr(element, INFINITY);
    const unsigned width = element.getIntOrFloatBitWidth();
    return IntegerAttr::get(boundary::signless(element),
                            element.isUnsignedInteger() ? APInt::getMaxValue(width) : APInt::getSignedMaxValue(width));
}

static constexpr Reduction sum{same, add, zero, same};
static constexpr Reduction product{same, multiply, one, same};
static constexpr Reduction maximum{same, largest, lowest, same};
static constexpr Reduction minimum{same, smallest, highest, same};
static constexpr Reduction norm1{absolute, add, zero, same};
static constexpr Reduction norm2{square, add, zero, real<math::SqrtOp>};
static constexpr Reduction sumSquare{square, add, zero, same};
static constexpr Reduction logSum{same, add, zero, real<math::LogOp>};
static constexpr Reduction sumExp{exponential, add, zero, same};

/// The axes to reduce: all where none are named, unless the node asks for none then.
static FailureOr<Axes> reducedAxes(Node &node)
{
    FailureOr<std::optional<Axes>> given = node.integersOrInput("axes", 1);
    if (failed(given))
        return failure();
    if (*given && !(*given)->empty())
        return node.axes(**given, node.rank(0));
    if (node.integer("noop_with_empty_axes", 0) != 0)
        return Axes();
    return llvm::to_vector(llvm::seq<int64_t>(0, node.rank(0)));
}

/// Half-precision numbers are summed in single precision.
static Type widened(Type element)
{
    return ScalarMath::isShort(element) ? Type(Float32Type::get(element.getContext())) : element;
}
static Value widened(GraphBuilder &g, Value x) { return g.cast(x, widened(GraphBuilder::elementOf(x))); }

/// `element` is that of x, with the sign of integers.
static Value reduce(GraphBuilder &g, const Reduction &kind, Value x, ArrayRef<int64_t> axes, bool keepDims,
                    Type element)
{
    Value result = g.reduce(x, axes, keepDims, kind.start(element), [&](OpBuilder &b, Location loc, ValueRange v) {
        const ScalarMath m{b, loc, element};
        return kind.combine(m, kind.before(m, v[0]), v[1]);
    });
    if (kind.after == same)
        return result;
    return g.elementwise(result, GraphBuilder::elementOf(x), [&](OpBuilder &b, Location loc, ValueRange v) {
        return kind.after(ScalarMath{b, loc, element}, v[0]);
    });
}

template <const Reduction &kind> static Outputs importReduce(Node &node)
{
    FailureOr<Axes> axes = reducedAxes(node);
    if (failed(axes))
        return failure();
    Value result = reduce(node.g, kind, widened(node.g, node.input(0)), *axes, node.integer("keepdims", 1) != 0,
                          widened(node.onnxElement(0)));
    return {{node.g.cast(result, node.element(0))}};
}

static Outputs importReduceMean(Node &node)
{
    FailureOr<Axes> axes = reducedAxes(node);
    if (failed(axes))
        return failure();
    double count = 1;
    for (int64_t axis : *axes)
        count *= double(node.shape(0)[axis]);
    if (count == 0 && !isa<FloatType>(node.element(0)))
        return node.error("the mean of no integers is not defined");
    const Type element = widened(node.onnxElement(0));
    Value total = reduce(node.g, sum, widened(node.g, node.input(0)), *axes, node.integer("keepdims", 1) != 0, element);
    Value mean = mapElements(node.g, total, element,
                             [&](const ScalarMath &m, ValueRange x) { return m.divide(x[0], m.number(x[0], count)); });
    return {{node.g.cast(mean, node.element(0))}};
}

/// log(sum(exp(x))) = m + log(sum(exp(x - m))) with m the largest element: no overflow.
static Outputs importReduceLogSumExp(Node &node)
{
    FailureOr<Axes> axes = reducedAxes(node);
    if (failed(axes))
        return failure();
    GraphBuilder &g = node.g;
    const Type type = node.element(0);
    Value x =
        isa<FloatType>(type) ? widened(g, node.input(0)) : g.cast(node.input(0), g.b.getF64Type(), node.isUnsigned(0));
    const Type wide = GraphBuilder::elementOf(x);
    Value top = reduce(g, maximum, x, *axes, /*keepDims=*/true, wide);
    // An infinite one is not subtracted from itself.
    Value shift = mapElements(g, top, wide, [](const ScalarMath &m, ValueRange v) {
        Value finite = m.less(absolute(m, v[0]), m.number(v[0], INFINITY));
        return m.select(finite, v[0], m.number(v[0], 0));
    });
    Value shifted =
        mapElements(g, {x, shift}, wide, [](const ScalarMath &m, ValueRange v) { return m.subtract(v[0], v[1]); });
    Value total = reduce(g, sumExp, shifted, *axes, /*keepDims=*/true, wide);
    Value result = mapElements(g, {total, shift}, wide, [](const ScalarMath &m, ValueRange v) {
        return m.add(real<math::LogOp>(m, v[0]), v[1]);
    });
    if (node.integer("keepdims", 1) == 0) {
        SmallVector<int64_t> kept;
        for (int64_t d = 0; d < node.rank(0); ++d)
            if (!llvm::is_contained(*axes, d))
                kept.push_back(node.shape(0)[d]);
        result = g.reshape(result, kept);
    }
    return {{g.cast(result, type, false, node.isUnsigned(0))}};
}

template <bool isLargest> static Outputs importArg(Node &node)
{
    FailureOr<int64_t> axis = node.axis(node.integer("axis", 0), node.rank(0));
    if (failed(axis))
        return failure();
    if (node.shape(0)[*axis] == 0)
        return node.error("an empty axis has no extreme");
    Value x = node.isUnsigned(0) ? flipSign(node.g, node.input(0)) : widened(node.g, node.input(0));
    const Type i64 = node.g.b.getI64Type();
    node.setElement(0, i64);
    return {{node.g.argReduce(x, *axis, node.integer("keepdims", 1) != 0, isLargest,
                              node.integer("select_last_index", 0) != 0, i64)}};
}

/// A running sum or product along one axis: result[i] combines x[j] over all j that come before i, and i itself unless
/// `exclusive`.
struct Running {
    const Reduction &kind;
    int64_t axis;
    bool exclusive, reverse;
    Type element; // with the sign of integers

    /// Of a constant, which folds: one loop more than the tensor has, over j, where elements that do not take part are
    /// left out.
    Value ofConstant(GraphBuilder &g, Value x) const
    {
        const RankedTensorType type = GraphBuilder::typeOf(x);
        const unsigned rank = unsigned(type.getRank());
        SmallVector<AffineExpr> source;
        for (unsigned d = 0; d < rank; ++d)
            source.push_back(g.b.getAffineDimExpr(d == unsigned(axis) ? rank : d));
        const AffineMap maps[] = {AffineMap::get(rank + 1, 0, source, g.b.getContext()),
                                  AffineMap::getMultiDimIdentityMap(rank + 1, g.b.getContext()).dropResult(rank)};
        SmallVector<utils::IteratorType> loops(rank, utils::IteratorType::parallel);
        loops.push_back(utils::IteratorType::reduction);
        return g.contract(type, x, maps, loops, kind.start(element), [&](OpBuilder &b, Location loc, ValueRange v) {
            Value i = linalg::IndexOp::create(b, loc, axis), j = linalg::IndexOp::create(b, loc, rank);
            if (reverse)
                std::swap(i, j);
            const auto before = exclusive ? arith::CmpIPredicate::slt : arith::CmpIPredicate::sle;
            Value takesPart = arith::CmpIOp::create(b, loc, before, j, i);
            const ScalarMath m{b, loc, element};
            return m.select(takesPart, kind.combine(m, v[0], v[1]), v[1]);
        });
    }

    /// In one pass on the device.
    Value ofComputed(GraphBuilder &g, Value x) const
    {
        const RankedTensorType type = GraphBuilder::typeOf(x);
        const int64_t extent = type.getShape()[axis];
        const int64_t outer = ShapedType::getNumElements(type.getShape().take_front(axis));
        const int64_t inner = ShapedType::getNumElements(type.getShape().drop_front(axis + 1));
        const RankedTensorType flat = type.clone({outer, extent, inner});
        Value result = procedure(g, g.reshape(x, flat.getShape()), flat, /*inPlace=*/0, [&](Procedure &p) {
            Buffer in = p.input(0), out = p.result(0);
            p.forEach({outer, inner}, [&](Scalars line) {
                Scalar start = p.scalar(arith::ConstantOp::create(p.b, p.loc, kind.start(element)));
                p.loop(0, extent, {start}, [&](Scalar step, Scalars carried) {
                    Scalar i = reverse ? p.index(extent - 1) - step : step, x = in(line[0], i, line[1]);
                    const ScalarMath m{p.b, p.loc, element};
                    Scalar next = p.scalar(kind.combine(m, x.value, carried[0].value));
                    out(line[0], i, line[1]) = exclusive ? carried[0] : next;
                    return Scalars{next};
                });
            });
        })[0];
        return g.reshape(result, type.getShape());
    }

    Value of(GraphBuilder &g, Value x) const
    {
        return constantOf(x) || GraphBuilder::typeOf(x).getNumElements() == 0 ? ofConstant(g, x) : ofComputed(g, x);
    }
};

/// Along an axis that the model computes: along each, and the right one is taken.
static Value alongComputedAxis(Node &node, Running running, Value x)
{
    GraphBuilder &g = node.g;
    const int64_t rank = GraphBuilder::typeOf(x).getRank();
    Value axis = g.cast(g.reshape(node.input(1), {}), g.b.getI64Type()), result;
    for (running.axis = 0; running.axis < rank; ++running.axis) {
        Value along = running.of(g, x);
        if (!result) {
            result = along;
            continue;
        }
        result = g.elementwise({axis, along, result}, GraphBuilder::elementOf(x),
                               [&](OpBuilder &b, Location loc, ValueRange v) -> Value {
                                   const ScalarMath m{b, loc};
                                   Value first = m.equal(v[0], m.number(v[0], double(running.axis)));
                                   Value fromLast = m.equal(v[0], m.number(v[0], double(running.axis - rank)));
                                   return m.select(arith::OrIOp::create(b, loc, first, fromLast), v[1], v[2]);
                               });
    }
    return result;
}

template <const Reduction &kind> static Outputs importRunning(Node &node)
{
    if (node.type(1).getNumElements() != 1 || !isa<IntegerType>(node.element(1)))
        return node.error("the axis should be one integer");
    if (node.rank(0) < 1)
        return node.error("a scalar has no axis");
    GraphBuilder &g = node.g;
    Value x = widened(g, node.input(0));
    Running running{kind, 0, node.integer("exclusive", 0) != 0, node.integer("reverse", 0) != 0,
                    widened(node.onnxElement(0))};
    std::optional<SmallVector<int64_t>> known = integersOf(constantOf(node.input(1)));
    if (!known)
        return {{g.cast(alongComputedAxis(node, running, x), node.element(0))}};
    FailureOr<int64_t> axis = node.axis(known->front(), node.rank(0));
    if (failed(axis))
        return failure();
    running.axis = *axis;
    return {{g.cast(running.of(g, x), node.element(0))}};
}

static constexpr char reducedTypes[] = "bfloat16, float16, float, double, int32, int64, uint32, uint64";
static constexpr char comparedTypes[] =
    "bfloat16, float16, float, double, int8, int32, int64, uint8, uint32, uint64, bool";

/// bool has no arithmetic: the largest of it is whether any is true, the smallest whether all are.
template <const Reduction &kind> static Outputs importReduceBool(Node &node)
{
    if (!node.element(0).isInteger(1))
        return importReduce<kind>(node);
    FailureOr<Axes> axes = reducedAxes(node);
    if (failed(axes))
        return failure();
    const Type byte = node.g.b.getIntegerType(8, /*isSigned=*/false);
    Value result = reduce(node.g, kind, node.g.cast(node.input(0), boundary::signless(byte)), *axes,
                          node.integer("keepdims", 1) != 0, byte);
    return {{node.g.cast(result, node.element(0))}};
}

llvm::ArrayRef<Entry> reductionOperators()
{
    static const Entry table[] = {
        {"", "ReduceSum", 1, importReduce<sum>, reducedTypes},
        {"", "ReduceProd", 1, importReduce<product>, reducedTypes},
        {"", "ReduceMean", 1, importReduceMean, reducedTypes},
        {"", "ReduceMax", 1, importReduceBool<maximum>, comparedTypes},
        {"", "ReduceMin", 1, importReduceBool<minimum>, comparedTypes},
        {"", "ReduceL1", 1, importReduce<norm1>, reducedTypes},
        {"", "ReduceL2", 1, importReduce<norm2>, reducedTypes},
        {"", "ReduceSumSquare", 1, importReduce<sumSquare>, reducedTypes},
        {"", "ReduceLogSum", 1, importReduce<logSum>, reducedTypes},
        {"", "ReduceLogSumExp", 1, importReduceLogSumExp, reducedTypes},
        {"", "ArgMax", 1, importArg<true>, numberTypes},
        {"", "ArgMin", 1, importArg<false>, numberTypes},
        {"", "CumSum", 11, importRunning<sum>, reducedTypes, 2},
        {"", "CumProd", 26, importRunning<product>, reducedTypes, 2},
    };
    return table;
}

} // namespace barecc::onnx_import
