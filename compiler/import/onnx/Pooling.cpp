// MaxPool, AveragePool, LpPool and their global forms.
#include "compiler/import/onnx/Arithmetic.h"
#include "compiler/import/onnx/Convolution.h"
#include "compiler/import/onnx/Layout.h"
#include "compiler/import/onnx/Quantization.h"
#include "compiler/import/onnx/ScalarMath.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

/// What every pooling operator starts with: the image as [N, spatial..., C], and the window.
struct Pooling {
    Value image;
    Window window;
};

static LogicalResult checkImage(const Node &node, Value input)
{
    const ArrayRef<int64_t> shape = GraphBuilder::shapeOf(input);
    if (shape.size() < 3)
        return node.error("the input " + shapeText(shape) + " has no spatial axis; it has to be N x C x D1 x ...");
    return success();
}

static FailureOr<Pooling> readPooling(const Node &node, Value input)
{
    if (failed(checkImage(node, input)))
        return failure();
    std::optional<Shape> kernel = node.integers("kernel_shape");
    const ArrayRef<int64_t> spatial = GraphBuilder::shapeOf(input).drop_front(2);
    if (!kernel || kernel->size() != spatial.size())
        return node.error("kernel_shape has to have one entry for each of the " + Twine(spatial.size()) +
                          " spatial axes");
    FailureOr<Window> window = readWindow(node, spatial, *kernel);
    if (failed(window))
        return failure();
    for (size_t d = 0; d < spatial.size(); ++d)
        if (window->low[d] >= window->extent(d) || window->high[d] >= window->extent(d))
            return node.error("pads are as wide as the window; they have to be smaller");
    Value image = toChannelsLast(node.g, input);
    if (failed(checkWindow(node, *window, GraphBuilder::shapeOf(image), GraphBuilder::shapeOf(image).back())))
        return failure();
    return Pooling{image, *window};
}

/// nn operations take 32-bit floats over one or two spatial axes.
static bool isKernelCase(const Pooling &p)
{
    return GraphBuilder::elementOf(p.image).isF32() && p.window.kernel.size() <= 2;
}

static Shape twoAxes(ArrayRef<int64_t> values, int64_t missing)
{
    return values.size() == 1 ? Shape{missing, values[0]} : Shape(values);
}

static Shape withBatchAndChannels(ArrayRef<int64_t> spatial, Value image)
{
    Shape shape{GraphBuilder::shapeOf(image).front()};
    llvm::append_range(shape, spatial);
    shape.push_back(GraphBuilder::shapeOf(image).back());
    return shape;
}

/// An nn pooling operation over one or two spatial axes, made by `create` from the type of its output, its input and
/// the window, and the result as [N, spatial..., C] again.
static Value poolOnKernel(GraphBuilder &g, const Pooling &p,
                          llvm::function_ref<Value(RankedTensorType, Value, const Window &)> create)
{
    Window w = p.window;
    for (Shape *ones : {&w.kernel, &w.strides, &w.dilations, &w.output})
        *ones = twoAxes(*ones, 1);
    for (Shape *zeros : {&w.low, &w.high})
        *zeros = twoAxes(*zeros, 0);
    const ArrayRef<int64_t> spatial = GraphBuilder::shapeOf(p.image).drop_front().drop_back();
    Value flat = g.reshape(p.image, withBatchAndChannels(twoAxes(spatial, 1), p.image));
    auto type = GraphBuilder::typeOf(flat).clone(withBatchAndChannels(w.output, flat));
    return g.reshape(create(type, flat, w), withBatchAndChannels(p.window.output, p.image));
}

// ---- Largest -----------------------------------------------------------------------------------------------

/// The smallest value of a type.
static TypedAttr lowest(Type element)
{
    if (auto real = dyn_cast<FloatType>(element))
        return FloatAttr::get(element, APFloat::getInf(real.getFloatSemantics(), true));
    return IntegerAttr::get(element, APInt::getSignedMinValue(element.getIntOrFloatBitWidth()));
}

/// The larger of two numbers; of a NaN and a number the number, as in the operation and its kernels.
static Value largerNumber(OpBuilder &b, Location loc, ValueRange operands)
{
    const ScalarMath m{b, loc};
    return m.select(m.less(operands[1], operands[0]), operands[0], operands[1]);
}

/// Of signed elements; with `quantization`, of the integers of tensors of that element type.
static Value maxPool(GraphBuilder &g, const Pooling &p, Type quantization = {})
{
    if (isKernelCase(p) || (quantization && p.window.kernel.size() <= 2))
        return poolOnKernel(g, p, [&](RankedTensorType type, Value input, const Window &w) {
            if (quantization) {
                input = g.quantized(input, GraphBuilder::typeOf(input).clone(quantization));
                type = type.clone(quantization);
            }
            return g.storage(nn::MaxPool2DOp::create(g.b, g.loc, type, input, w.kernel, w.strides, w.padding(),
                                                     w.dilations, FloatAttr(), FloatAttr()));
        });
    const TypedAttr least = lowest(GraphBuilder::elementOf(p.image));
    return pool(g, p.image, p.window, least, least, largerNumber);
}

/// Where the largest element of each window lies, as an offset into the [N, C, spatial...] tensor: row-major, or with
/// `columnMajor` counting the spatial axes from the first. Of equal elements the first wins.
static Value positionsOfLargest(GraphBuilder &g, const Pooling &p, bool columnMajor)
{
    const Window &w = p.window;
    const size_t spatial = w.kernel.size(), rank = spatial + 2;
    const Shape shape(GraphBuilder::shapeOf(p.image)), output = withBatchAndChannels(w.output, p.image);
    OpBuilder &b = g.b;
    const Type i64 = b.getI64Type();

    // A point of the loops: output position, then tap. The accumulator is the best offset into [N, spatial..., C] so
    // far, or -1, and the best value is read back through it.
    SmallVector<AffineExpr> taps;
    for (size_t d = 0; d < spatial; ++d)
        taps.push_back(b.getAffineDimExpr(unsigned(rank + d)));
    const unsigned loops = unsigned(rank + spatial);
    SmallVector<AffineMap> maps{
        AffineMap::get(loops, 0, taps, b.getContext()),
        AffineMap::get(loops, 0, b.getMultiDimIdentityMap(unsigned(rank)).getResults(), b.getContext())};
    SmallVector<utils::IteratorType> iterators(rank, utils::IteratorType::parallel);
    iterators.append(spatial, utils::IteratorType::reduction);
    auto type = RankedTensorType::get(output, i64);
    Value extents = g.splat(RankedTensorType::get(w.kernel, b.getI8Type()), 0.0);
    Value flat = g.reshape(p.image, {GraphBuilder::typeOf(p.image).getNumElements()});
    auto body = [&](OpBuilder &b, Location loc, ValueRange arguments) {
        auto index = [&](int64_t value) { return GraphBuilder::scalar(b, loc, b.getIndexType(), value); };
        Value inside = GraphBuilder::scalar(b, loc, b.getI1Type(), int64_t(1));
        Value offset = linalg::IndexOp::create(b, loc, 0);
        for (size_t d = 0; d <= spatial; ++d) {
            Value at = linalg::IndexOp::create(b, loc, d + 1);
            if (d < spatial) {
                Value tap = linalg::IndexOp::create(b, loc, rank + d);
                at = arith::MulIOp::create(b, loc, at, index(w.strides[d]));
                at = arith::AddIOp::create(b, loc, at, arith::MulIOp::create(b, loc, tap, index(w.dilations[d])));
                at = arith::SubIOp::create(b, loc, at, index(w.low[d]));
                Value below = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, at, index(shape[d + 1]));
                Value above = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sge, at, index(0));
                inside = arith::AndIOp::create(b, loc, inside, arith::AndIOp::create(b, loc, below, above));
            }
            offset = arith::AddIOp::create(b, loc, arith::MulIOp::create(b, loc, offset, index(shape[d + 1])), at);
        }
        Value none = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, arguments[1],
                                           GraphBuilder::scalar(b, loc, i64, int64_t(0)));
        Value best =
            arith::MaxSIOp::create(b, loc, GraphBuilder::castScalar(b, loc, arguments[1], b.getIndexType()), index(0));
        Value here = arith::SelectOp::create(b, loc, inside, offset, index(0));
        Value candidate = GraphBuilder::at(b, loc, flat, here), champion = GraphBuilder::at(b, loc, flat, best);
        const ScalarMath m{b, loc};
        Value larger = m.less(champion, candidate);
        if (isa<FloatType>(candidate.getType())) { // a number wins over a NaN
            Value first = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNO, champion, champion);
            Value second = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::ORD, candidate, candidate);
            larger = arith::OrIOp::create(b, loc, larger, arith::AndIOp::create(b, loc, first, second));
        }
        Value wins = arith::AndIOp::create(b, loc, inside, arith::OrIOp::create(b, loc, none, larger));
        Value chosen = arith::SelectOp::create(b, loc, wins, GraphBuilder::castScalar(b, loc, here, i64), arguments[1]);
        linalg::YieldOp::create(b, loc, chosen);
    };
    auto op = linalg::GenericOp::create(b, g.loc, TypeRange{type}, ValueRange{extents},
                                        ValueRange{g.filled(type, b.getI64IntegerAttr(-1))}, maps, iterators, body);
    Value offsets = g.fold(op.getResult(0));

    // From an offset into [N, spatial..., C] to one into [N, C, spatial...].
    return g.elementwise(offsets, i64, [&](OpBuilder &b, Location loc, ValueRange operands) {
        auto number = [&](int64_t value) { return GraphBuilder::scalar(b, loc, i64, value); };
        SmallVector<Value> position(rank);
        Value rest = operands[0];
        for (size_t d = rank; d-- > 0;) {
            position[d] = arith::RemSIOp::create(b, loc, rest, number(shape[d]));
            rest = arith::DivSIOp::create(b, loc, rest, number(shape[d]));
        }
        SmallVector<size_t> order{0, rank - 1};
        for (size_t d = 0; d < spatial; ++d)
            order.push_back(columnMajor ? spatial - d : d + 1);
        Value offset = number(0);
        for (size_t d : order)
            offset =
                arith::AddIOp::create(b, loc, arith::MulIOp::create(b, loc, offset, number(shape[d])), position[d]);
        return offset;
    });
}

Outputs importMaxPool(Node &node)
{
    GraphBuilder &g = node.g;
    Type quantization;
    if (Value quantized = node.quantizedInput(0);
        quantized && isa<quant::UniformQuantizedType>(GraphBuilder::elementOf(quantized)))
        quantization = GraphBuilder::elementOf(quantized);
    const bool flips = node.isUnsigned(0) && !quantization; // stored integers are signed ones
    Value input = flips ? flipSign(g, node.input(0)) : node.movable(0);
    FailureOr<Pooling> p = readPooling(node, widened(g, input));
    if (failed(p))
        return failure();
    Value largest = g.cast(toChannelsFirst(g, maxPool(g, *p, quantization)), GraphBuilder::elementOf(input));
    SmallVector<Value> outputs{node.moved(0, flips ? flipSign(g, largest) : largest)};
    if (node.wantsOutput(1))
        outputs.push_back(toChannelsFirst(g, positionsOfLargest(g, *p, node.integer("storage_order", 0) != 0)));
    return outputs;
}

// ---- Mean --------------------------------------------------------------------------------------------------

FailureOr<Value> averagePool(const Node &node, Value input)
{
    GraphBuilder &g = node.g;
    FailureOr<Pooling> p = readPooling(node, widened(g, input));
    if (failed(p))
        return failure();
    const Type element = GraphBuilder::elementOf(input);
    const bool countPadding = node.integer("count_include_pad", 0) != 0;
    if (isKernelCase(*p)) {
        Value mean = poolOnKernel(g, *p, [&](RankedTensorType type, Value flat, const Window &w) -> Value {
            return nn::AvgPool2DOp::create(g.b, g.loc, type, flat, w.kernel, w.strides, w.padding(), w.dilations,
                                           countPadding, FloatAttr(), FloatAttr());
        });
        return toChannelsFirst(g, g.cast(mean, element));
    }
    if (llvm::any_of(p->window.output, [](int64_t extent) { return extent > mostTableElements; }))
        return node.error("the output " + shapeText(p->window.output) + " has an excessive extent");
    const Type wide = GraphBuilder::elementOf(p->image);
    const TypedAttr zero = GraphBuilder::scalarAttr(wide, 0.0);
    Value sums = pool(g, p->image, p->window, zero, zero, addScalars);
    return toChannelsFirst(
        g, g.cast(divide(g, sums,
                         tapCounts(g, p->window, GraphBuilder::shapeOf(p->image).drop_front().drop_back(), countPadding,
                                   wide)),
                  element));
}

Outputs importAveragePool(Node &node)
{
    FailureOr<Value> result = averagePool(node, node.input(0));
    if (failed(result))
        return failure();
    return SmallVector<Value>{*result};
}

// ---- Norm --------------------------------------------------------------------------------------------------

/// |x|^p of each element, or, with `root`, x^(1/p).
static Value power(GraphBuilder &g, Value value, double p, bool root)
{
    return g.elementwise(
        value, GraphBuilder::elementOf(value), [&](OpBuilder &b, Location loc, ValueRange operands) -> Value {
            Value x = operands[0];
            if (p == 2.0)
                return root ? math::SqrtOp::create(b, loc, x).getResult()
                            : arith::MulFOp::create(b, loc, x, x).getResult();
            if (!root)
                x = math::AbsFOp::create(b, loc, x);
            if (p == 1.0)
                return x;
            return math::PowFOp::create(b, loc, x, GraphBuilder::scalar(b, loc, x.getType(), root ? 1.0 / p : p));
        });
}

/// The attribute p. (Opset 1 has it as a floating-point number.)
static FailureOr<double> readOrder(const Node &node)
{
    const double order = node.opset < 2 ? node.number("p", 2.0) : double(node.integer("p", 2));
    if (!(order >= 1.0))
        return node.error("p is " + std::to_string(order) + "; it has to be at least 1");
    return order;
}

Outputs importLpPool(Node &node)
{
    GraphBuilder &g = node.g;
    FailureOr<Pooling> p = readPooling(node, node.input(0));
    FailureOr<double> order = readOrder(node);
    if (failed(p) || failed(order))
        return failure();
    const Type element = GraphBuilder::elementOf(p->image), wide = accumulatorOf(element);
    Value powers = power(g, g.cast(p->image, wide), *order, false);
    const TypedAttr zero = GraphBuilder::scalarAttr(wide, 0.0);
    Value sums = pool(g, powers, p->window, zero, zero, addScalars);
    return SmallVector<Value>{toChannelsFirst(g, g.cast(power(g, sums, *order, true), element))};
}

// ---- Whole images ------------------------------------------------------------------------------------------

static Shape spatialAxes(Value image)
{
    Shape axes;
    for (int64_t d = 1; d + 1 < GraphBuilder::typeOf(image).getRank(); ++d)
        axes.push_back(d);
    return axes;
}

/// Whether there is a pixel for a window to take.
static bool hasPixels(Value input) { return !llvm::is_contained(GraphBuilder::shapeOf(input).drop_front(2), 0); }

/// A window as large as the image, which is made two-dimensional where it has more axes.
static Pooling wholeImage(GraphBuilder &g, Value input)
{
    Value image = toChannelsLast(g, input);
    Shape spatial(GraphBuilder::shapeOf(image).drop_front().drop_back());
    if (spatial.size() > 2) {
        spatial = {spatial[0], ShapedType::getNumElements(ArrayRef(spatial).drop_front())};
        image = g.reshape(image, withBatchAndChannels(spatial, image));
    }
    const Shape ones(spatial.size(), 1), zeros(spatial.size(), 0);
    return {image, {spatial, ones, ones, zeros, zeros, ones}};
}

/// [N, C] as the image [N, C, 1, ...] of the rank that the input had.
static Value asImage(GraphBuilder &g, Value pooled, Value input)
{
    Shape shape(GraphBuilder::shapeOf(input).take_front(2));
    shape.resize(GraphBuilder::shapeOf(input).size(), 1);
    return g.reshape(pooled, shape);
}

FailureOr<Value> globalAveragePool(const Node &node, Value input)
{
    GraphBuilder &g = node.g;
    if (failed(checkImage(node, input)))
        return failure();
    const Type element = GraphBuilder::elementOf(input);
    Value wide = widened(g, input);
    if (GraphBuilder::elementOf(wide).isF32() && hasPixels(input)) {
        Value mean =
            poolOnKernel(g, wholeImage(g, wide), [&](RankedTensorType type, Value flat, const Window &w) -> Value {
                return nn::AvgPool2DOp::create(g.b, g.loc, type, flat, w.kernel, w.strides, w.padding(), w.dilations,
                                               false, FloatAttr(), FloatAttr());
            });
        return asImage(g, g.cast(toChannelsFirst(g, mean), element), input);
    }
    Value image = toChannelsLast(g, wide);
    return toChannelsFirst(g, g.cast(mean(g, image, spatialAxes(image)), element));
}

Outputs importGlobalAveragePool(Node &node)
{
    FailureOr<Value> result = globalAveragePool(node, node.input(0));
    if (failed(result))
        return failure();
    return SmallVector<Value>{*result};
}

Outputs importGlobalMaxPool(Node &node)
{
    if (failed(checkImage(node, node.input(0))))
        return failure();
    GraphBuilder &g = node.g;
    Value input = node.input(0), wide = widened(g, input), largest;
    if (hasPixels(input)) {
        largest = maxPool(g, wholeImage(g, wide));
    } else {
        Value image = toChannelsLast(g, wide);
        largest = g.reduce(image, spatialAxes(image), true, lowest(GraphBuilder::elementOf(wide)), maximumOfScalars);
    }
    return SmallVector<Value>{asImage(g, g.cast(toChannelsFirst(g, largest), node.element(0)), input)};
}

Outputs importGlobalLpPool(Node &node)
{
    if (failed(checkImage(node, node.input(0))))
        return failure();
    GraphBuilder &g = node.g;
    FailureOr<double> order = readOrder(node);
    if (failed(order))
        return failure();
    const Type element = GraphBuilder::elementOf(node.input(0)), wide = accumulatorOf(element);
    Value image = toChannelsLast(g, g.cast(node.input(0), wide));
    Value sums = sum(g, power(g, image, *order, false), spatialAxes(image));
    return SmallVector<Value>{toChannelsFirst(g, g.cast(power(g, sums, *order, true), element))};
}

} // namespace barecc::onnx_import
