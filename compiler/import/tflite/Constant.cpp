// Tensors whose values are known at compile time: shapes, ranges, filled ones.
#include "compiler/import/tflite/Node.h"

#include <array>
#include <cmath>

using namespace mlir;

namespace barecc::tflite_import {

static Outputs shape(Node &node)
{
    const Type element = node.outputElement();
    if (!element.isInteger(32) && !element.isInteger(64))
        return node.error("has to give int32 or int64; the file is damaged");
    return one(node.g.constant(node.shape(0), element));
}

static Outputs rank(Node &node)
{
    return one(node.g.reshape(node.g.constant(node.rank(0), node.g.b.getI32Type()), {}));
}

/// How many numbers from `start` on, `step` apart, lie before `limit`; infinitely many, or NaN, where there is no end.
static double lengthOf(double start, double limit, double step) { return std::ceil((limit - start) / step); }

static double lengthOf(int64_t start, int64_t limit, int64_t step)
{
    if (step > 0 ? start >= limit : start <= limit)
        return step == 0 ? INFINITY : 0;
    // The distance of two integers may need all bits, and so may the size of the lowest one.
    const auto from = uint64_t(start), to = uint64_t(limit), by = uint64_t(step);
    return step == 0 ? INFINITY : double(step > 0 ? (to - from - 1) / by + 1 : (from - to - 1) / (0 - by) + 1);
}

static Outputs range(Node &node)
{
    const Type element = node.element(0);
    if (node.quantization(0) || node.isUnsigned(0) || element.isInteger(1))
        return node.unsupportedType();
    SmallVector<TypedAttr> bounds;
    static constexpr std::array<llvm::StringLiteral, 3> what{"the start", "the limit", "the step"};
    for (unsigned i = 0; i < what.size(); ++i) {
        FailureOr<TypedAttr> bound = node.constantElement(i, what[i]);
        if (failed(bound))
            return failure();
        if (bound->getType() != element)
            return node.error("has a start, limit and step of different types; the file is damaged");
        bounds.push_back(*bound);
    }
    auto whole = [&](unsigned i) { return cast<IntegerAttr>(bounds[i]).getInt(); };
    auto real = [&](unsigned i) { return cast<FloatAttr>(bounds[i]).getValueAsDouble(); };
    const double length =
        node.isFloat(0) ? lengthOf(real(0), real(1), real(2)) : lengthOf(whole(0), whole(1), whole(2));
    if (!(length < double(int64_t(1) << 28)))
        return node.error("has a step of zero or a result too large to be meant; the file is damaged");
    auto type = RankedTensorType::get({int64_t(std::max(length, 0.0))}, element);
    return one(node.g.generate(type, [&](OpBuilder &b, Location loc, ValueRange index) {
        const Scalar s{b, loc};
        Value start = arith::ConstantOp::create(b, loc, bounds[0]), step = arith::ConstantOp::create(b, loc, bounds[2]);
        return s.add(start, s.mul(s.convert(index[0], element), step));
    }));
}

static Outputs fill(Node &node)
{
    FailureOr<SmallVector<int64_t>> dims = node.constantIntegers(0, "the shape");
    if (failed(dims) || failed(node.requireSize(*dims)))
        return failure();
    if (node.g.typeOf(node.input(1)).getNumElements() != 1)
        return node.error("fills with more than one value; the file is damaged");
    return one(node.g.broadcastTo(node.g.reshape(node.storage(1), {}), *dims));
}

static Outputs oneHot(Node &node)
{
    auto options = node.options<tflite::OneHotOptions>();
    FailureOr<int64_t> depth = node.constantInteger(1, "the depth");
    if (failed(options) || failed(depth))
        return failure();
    for (unsigned i : {2u, 3u})
        if (node.g.typeOf(node.input(i)).getNumElements() != 1)
            return node.error("has more than one value for on or off; the file is damaged");
    if (failed(node.requireIndices(0)))
        return failure();
    if (node.element(2) != node.element(3))
        return node.unsupportedType();
    FailureOr<int64_t> axis = node.axis((*options)->axis(), node.rank(0) + 1);
    if (failed(axis))
        return failure();
    SmallVector<int64_t> result(node.shape(0));
    result.insert(result.begin() + *axis, *depth);
    if (failed(node.requireSize(result)))
        return failure();
    Value indices = node.input(0), on = node.g.reshape(node.storage(2), {}), off = node.g.reshape(node.storage(3), {});
    return one(node.g.generate(RankedTensorType::get(result, node.element(2)),
                               [&](OpBuilder &b, Location loc, ValueRange index) {
                                   const Scalar s{b, loc};
                                   SmallVector<Value> at(index);
                                   at.erase(at.begin() + *axis);
                                   Value wanted = s.convert(GraphBuilder::at(b, loc, indices, at), b.getIndexType());
                                   return s.select(s.equal(wanted, index[*axis]), GraphBuilder::at(b, loc, on, {}),
                                                   GraphBuilder::at(b, loc, off, {}));
                               }));
}

/// Coordinates of the elements that are true: their number, and so the result's shape, has to be known.
static Outputs where(Node &node)
{
    std::optional<std::vector<double>> values = numbersOf(barecc::constantOf(node.input(0)));
    if (!values)
        return node.unknown(0, "the condition, which says how large the result is,");
    const ArrayRef<int64_t> shape = node.shape(0);
    const auto rank = int64_t(shape.size()), found = int64_t(llvm::count_if(*values, [](double v) { return v != 0; }));
    if (failed(node.requireSize({found, rank})))
        return failure();
    SmallVector<int64_t> coordinates;
    for (auto [offset, value] : llvm::enumerate(*values)) {
        if (value == 0)
            continue;
        SmallVector<int64_t> index(shape.size());
        int64_t rest = int64_t(offset);
        for (size_t d = shape.size(); d-- > 0; rest /= shape[d])
            index[d] = rest % shape[d];
        llvm::append_range(coordinates, index);
    }
    const int64_t count = rank == 0 ? 0 : found;
    return one(node.g.reshape(node.g.constant(coordinates, node.g.b.getI64Type()), {count, rank}));
}

ArrayRef<Entry> constantOperators()
{
    static const Entry entries[] = {
        {tflite::BuiltinOperator_FILL, fill, 2, "all", {0b10}},
        {tflite::BuiltinOperator_ONE_HOT, oneHot, 4, "all", {0b1100}},
        {tflite::BuiltinOperator_RANGE, range, 3, "float32, int32, int64 (known at compile time)"},
        {tflite::BuiltinOperator_RANK, rank, 1, "all"},
        {tflite::BuiltinOperator_SHAPE, shape, 1, "all"},
        {tflite::BuiltinOperator_WHERE, where, 1, "all (known at compile time)"},
    };
    return entries;
}

} // namespace barecc::tflite_import
