#include "compiler/import/onnx/Resampling.h"

#include "compiler/import/onnx/Arithmetic.h"
#include "compiler/ir/Boundary.h"
#include "compiler/ir/Number.h"

#include <cmath>

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

// ---- Tables ------------------------------------------------------------------------------------------------

bool AxisTaps::isIdentity(int64_t inputExtent) const
{
    if (extent() != inputExtent || !isInside())
        return false;
    for (int64_t o = 0; o < extent(); ++o) {
        double atItself = 0.0;
        for (int64_t t = o * count; t < (o + 1) * count; ++t) {
            if (indices[size_t(t)] == o)
                atItself += weights[size_t(t)];
            else if (weights[size_t(t)] != 0.0)
                return false;
        }
        if (atItself != 1.0)
            return false;
    }
    return true;
}

double Resampling::coordinateOf(int64_t output, int64_t from, int64_t to, double scale, double start, double end) const
{
    const double x = double(output), last = double(from - 1), resized = scale * double(from);
    if (coordinates == "align_corners")
        return resized == 1.0 ? 0.0 : x * last / (resized - 1.0);
    if (coordinates == "asymmetric")
        return x / scale;
    if (coordinates == "tf_crop_and_resize")
        return start * last +
               (resized == 1.0 ? 0.5 * (end - start) * last : x * (end - start) * last / (resized - 1.0));
    if (coordinates == "tf_half_pixel_for_nn")
        return (x + 0.5) / scale;
    if (coordinates == "pytorch_half_pixel" && resized <= 1.0)
        return 0.0;
    const double halfPixel = (x + 0.5) / scale - 0.5;
    if (coordinates == "half_pixel_symmetric") // the centres of both images coincide
        return halfPixel + 0.5 * double(from) * (1.0 - double(to) / resized);
    return halfPixel;
}

int64_t Resampling::nearestTo(double coordinate, double scale) const
{
    if (nearest == "floor" || (nearest == "simple" && scale >= 1.0))
        return integerOf(std::floor(coordinate));
    if (nearest == "ceil" || nearest == "simple")
        return integerOf(std::ceil(coordinate));
    if (nearest == "round_prefer_ceil")
        return integerOf(std::floor(coordinate + 0.5));
    return integerOf(std::ceil(coordinate - 0.5));
}

double Resampling::weightAt(double distance) const
{
    const double x = std::abs(distance), a = cubicCoefficient;
    if (mode == Linear)
        return std::max(0.0, 1.0 - x);
    if (x <= 1.0)
        return ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0;
    return x < 2.0 ? ((a * x - 5.0 * a) * x + 8.0 * a) * x - 4.0 * a : 0.0;
}

int64_t Resampling::firstTap(double scale) const
{
    const double reach = mode == Cubic ? 2.0 : 1.0;
    return integerOf(std::floor(-reach / shrinkage(scale))) + 1;
}

AxisTaps Resampling::taps(int64_t from, int64_t to, double scale, double start, double end) const
{
    AxisTaps result;
    const double shrink = shrinkage(scale);
    const int64_t first = firstTap(scale);
    result.count = tapCount(scale);
    for (int64_t o = 0; o < to; ++o) {
        const double coordinate = coordinateOf(o, from, to, scale, start, end);
        const bool isInside =
            coordinates != "tf_crop_and_resize" || (coordinate >= 0.0 && coordinate <= double(from - 1));
        result.inside.push_back(isInside);
        // Outside any element will do, for the extrapolation value takes its place; the coordinate may be any number.
        const double x = isInside ? coordinate : 0.0;
        if (mode == Nearest) {
            result.indices.push_back(std::clamp<int64_t>(nearestTo(x, scale), 0, from - 1));
            result.weights.push_back(1.0);
            continue;
        }
        const int64_t base = integerOf(std::floor(x));
        SmallVector<double> weights;
        double total = 0.0;
        for (int64_t i = first; i < first + result.count; ++i) {
            const bool counts = !excludeOutside || (base + i >= 0 && base + i < from);
            weights.push_back(counts ? weightAt((double(i) - (x - double(base))) * shrink) : 0.0);
            total += weights.back();
            result.indices.push_back(std::clamp<int64_t>(base + i, 0, from - 1));
        }
        const bool normalizes = (antialias || excludeOutside) && total != 0.0;
        for (double weight : weights)
            result.weights.push_back(normalizes ? weight / total : weight);
    }
    return result;
}

// ---- Application -------------------------------------------------------------------------------------------

static Value indexTable(GraphBuilder &g, const AxisTaps &axis)
{
    return g.reshape(g.constant(axis.indices, g.b.getI32Type()), {axis.extent(), axis.count});
}

static Value weightTable(GraphBuilder &g, const AxisTaps &axis, Type element)
{
    std::vector<char> bytes(axis.weights.size() * byteWidth(element));
    storeFloats(element, axis.weights, bytes.data());
    return g.constant(makeConstant(RankedTensorType::get({axis.extent(), axis.count}, element), bytes));
}

/// Puts the extrapolation value where a coordinate was outside the input.
static Value extrapolate(GraphBuilder &g, Value value, ArrayRef<AxisTaps> axes, double extrapolation)
{
    for (const AxisTaps &axis : axes) {
        if (axis.isInside())
            continue;
        Shape shape(GraphBuilder::shapeOf(value).size(), 1);
        shape[size_t(axis.axis)] = axis.extent();
        Shape flags(axis.inside.begin(), axis.inside.end());
        Value inside = g.reshape(g.constant(flags, g.b.getI1Type()), shape);
        const Type element = GraphBuilder::elementOf(value);
        value = g.elementwise({value, inside}, element, [&](OpBuilder &b, Location loc, ValueRange operands) -> Value {
            Value outside = GraphBuilder::scalar(b, loc, element, extrapolation);
            return arith::SelectOp::create(b, loc, operands[1], operands[0], outside);
        });
    }
    return value;
}

/// k where every index is its own position divided by k, as in magnification by a whole number; else 0.
static int64_t repetition(const AxisTaps &axis)
{
    int64_t k = 1;
    while (k < axis.extent() && axis.indices[size_t(k)] == 0)
        ++k;
    for (int64_t o = 0; o < axis.extent(); ++o)
        if (axis.indices[size_t(o)] != o / k)
            return 0;
    return k;
}

Value gatherTaps(GraphBuilder &g, Value input, ArrayRef<AxisTaps> axes, double extrapolation)
{
    if (axes.empty())
        return input;
    Shape shape(GraphBuilder::shapeOf(input));
    SmallVector<Value> tables;
    SmallVector<int64_t> repetitions;
    for (const AxisTaps &axis : axes) {
        shape[size_t(axis.axis)] = axis.extent();
        repetitions.push_back(repetition(axis));
        tables.push_back(repetitions.back() ? Value() : indexTable(g, axis));
    }
    Value result =
        g.generate(GraphBuilder::typeOf(input).clone(shape), [&](OpBuilder &b, Location loc, ValueRange index) {
            SmallVector<Value> source(index);
            Value zero = GraphBuilder::scalar(b, loc, b.getIndexType(), int64_t(0));
            for (auto [i, axis] : llvm::enumerate(axes)) {
                Value &position = source[size_t(axis.axis)];
                if (repetitions[i])
                    position = arith::DivUIOp::create(b, loc, position,
                                                      GraphBuilder::scalar(b, loc, b.getIndexType(), repetitions[i]));
                else
                    position = GraphBuilder::castScalar(b, loc, GraphBuilder::at(b, loc, tables[i], {position, zero}),
                                                        b.getIndexType());
            }
            return GraphBuilder::at(b, loc, input, source);
        });
    return extrapolate(g, result, axes, extrapolation);
}

/// Few taps: the sum over all combinations of taps along `axes`, written out.
static Value sumFewTaps(GraphBuilder &g, Value input, ArrayRef<AxisTaps> axes)
{
    const Type element = GraphBuilder::elementOf(input);
    Shape shape(GraphBuilder::shapeOf(input));
    SmallVector<Value> indices, weights;
    for (const AxisTaps &axis : axes) {
        shape[size_t(axis.axis)] = axis.extent();
        indices.push_back(indexTable(g, axis));
        weights.push_back(weightTable(g, axis, element));
    }
    return g.generate(GraphBuilder::typeOf(input).clone(shape), [&](OpBuilder &b, Location loc, ValueRange index) {
        SmallVector<Value> source(index);
        std::function<Value(size_t)> sumAlong = [&](size_t level) -> Value {
            if (level == axes.size())
                return GraphBuilder::at(b, loc, input, source);
            const size_t axis = size_t(axes[level].axis);
            Value sum;
            for (int64_t t = 0; t < axes[level].count; ++t) {
                Value tap = GraphBuilder::scalar(b, loc, b.getIndexType(), t);
                source[axis] = GraphBuilder::castScalar(
                    b, loc, GraphBuilder::at(b, loc, indices[level], {index[axis], tap}), b.getIndexType());
                Value weight = GraphBuilder::at(b, loc, weights[level], {index[axis], tap});
                Value part = arith::MulFOp::create(b, loc, sumAlong(level + 1), weight);
                sum = sum ? arith::AddFOp::create(b, loc, sum, part).getResult() : part;
            }
            return sum;
        };
        return sumAlong(0);
    });
}

/// Many taps: a loop over those of one axis.
static Value sumManyTaps(GraphBuilder &g, Value input, const AxisTaps &axis)
{
    OpBuilder &b = g.b;
    const Type element = GraphBuilder::elementOf(input);
    Shape shape(GraphBuilder::shapeOf(input));
    shape[size_t(axis.axis)] = axis.extent();
    const unsigned rank = unsigned(shape.size());
    auto type = RankedTensorType::get(shape, element);
    const AffineMap table = AffineMap::get(
        rank + 1, 0, {b.getAffineDimExpr(unsigned(axis.axis)), b.getAffineDimExpr(rank)}, b.getContext());
    SmallVector<AffineMap> maps{
        table, table, AffineMap::get(rank + 1, 0, b.getMultiDimIdentityMap(rank).getResults(), b.getContext())};
    SmallVector<utils::IteratorType> iterators(rank, utils::IteratorType::parallel);
    iterators.push_back(utils::IteratorType::reduction);
    auto body = [&](OpBuilder &inner, Location loc, ValueRange arguments) {
        SmallVector<Value> source;
        for (unsigned d = 0; d < rank; ++d)
            source.push_back(linalg::IndexOp::create(inner, loc, d));
        source[size_t(axis.axis)] = GraphBuilder::castScalar(inner, loc, arguments[0], inner.getIndexType());
        Value part = arith::MulFOp::create(inner, loc, GraphBuilder::at(inner, loc, input, source), arguments[1]);
        Value sum = arith::AddFOp::create(inner, loc, arguments[2], part);
        linalg::YieldOp::create(inner, loc, sum);
    };
    auto op = linalg::GenericOp::create(
        b, g.loc, TypeRange{type}, ValueRange{indexTable(g, axis), weightTable(g, axis, element)},
        ValueRange{g.filled(type, GraphBuilder::scalarAttr(element, 0.0))}, maps, iterators, body);
    return g.fold(op.getResult(0));
}

Value sumTaps(GraphBuilder &g, Value input, ArrayRef<AxisTaps> axes, double extrapolation)
{
    static constexpr int64_t fewTaps = 4;
    Value result = input;
    for (ArrayRef<AxisTaps> left = axes; !left.empty();) {
        const bool pair = left.size() > 1 && left[0].count * left[1].count <= fewTaps;
        result = left[0].count > fewTaps ? sumManyTaps(g, result, left[0])
                                         : sumFewTaps(g, result, left.take_front(pair ? 2 : 1));
        left = left.drop_front(pair ? 2 : 1);
    }
    return extrapolate(g, result, axes, extrapolation);
}

Value truncateTo(GraphBuilder &g, Value sums, Type onnxElement)
{
    const Type from = GraphBuilder::elementOf(sums), element = boundary::signless(onnxElement);
    if (isa<FloatType>(element))
        return g.cast(sums, element);
    const bool isUnsigned = onnxElement.isUnsignedInteger();
    const unsigned width = element.getIntOrFloatBitWidth();
    const double low = isUnsigned ? 0.0 : -std::ldexp(1.0, int(width) - 1);
    // The largest number below the end of the range that the floating-point type has.
    const double end = std::ldexp(1.0, int(width) - (isUnsigned ? 0 : 1));
    const double high = width < 24 ? end - 1.0 : double(std::nextafterf(float(end), 0.0f));
    return g.elementwise(sums, element, [&](OpBuilder &b, Location loc, ValueRange operands) {
        Value bounded = arith::MaximumFOp::create(b, loc, operands[0], GraphBuilder::scalar(b, loc, from, low));
        bounded = arith::MinimumFOp::create(b, loc, bounded, GraphBuilder::scalar(b, loc, from, high));
        return GraphBuilder::castScalar(b, loc, bounded, element, false, isUnsigned);
    });
}

} // namespace barecc::onnx_import
