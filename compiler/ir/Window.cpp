#include "compiler/ir/Window.h"

using namespace mlir;

namespace barecc {

using utils::IteratorType;

SmallVector<int64_t> Window::padding() const
{
    SmallVector<int64_t> all(low);
    llvm::append_range(all, high);
    return all;
}

int64_t Window::taps(size_t axis, int64_t position, int64_t imageExtent, bool countPadding) const
{
    const int64_t first = countPadding ? -low[axis] : 0, end = imageExtent + (countPadding ? high[axis] : 0);
    const int64_t origin = position * strides[axis] - low[axis], step = dilations[axis];
    const int64_t firstTap = std::max<int64_t>(0, llvm::divideCeilSigned(first - origin, step));
    const int64_t endTap = std::min(kernel[axis], llvm::divideCeilSigned(end - origin, step));
    return std::max<int64_t>(0, endTap - firstTap);
}

/// Pads [N, spatial..., C] so that every tap of the window lies inside.
static Value padForWindow(GraphBuilder &g, Value input, const Window &w, TypedAttr value)
{
    const ArrayRef<int64_t> shape = GraphBuilder::shapeOf(input);
    SmallVector<int64_t> low{0}, high{0};
    for (size_t d = 0; d < w.kernel.size(); ++d) {
        const int64_t needed = (w.output[d] - 1) * w.strides[d] + w.extent(d);
        low.push_back(w.low[d]);
        high.push_back(std::max<int64_t>(0, needed - shape[d + 1] - w.low[d]));
    }
    low.push_back(0);
    high.push_back(0);
    return g.pad(input, low, high, value);
}

Value numberOf(const ScalarBuilder &s, Value element, Type type, IntegerForm form)
{
    Value number = GraphBuilder::castScalar(s.b, s.loc, element, type, form.isUnsigned);
    return form.zeroPoint == 0 ? number : s.sub(number, s.integer(type, form.zeroPoint));
}

/// The element that stands for 0.
static TypedAttr zeroOf(Value operand, IntegerForm form)
{
    return GraphBuilder::scalarAttr(GraphBuilder::elementOf(operand), double(form.zeroPoint));
}

Value convolve(GraphBuilder &g, Value input, Value filter, const Window &w, int64_t groups, Type accumulator,
               IntegerForm filterForm, IntegerForm inputForm)
{
    const size_t spatial = w.kernel.size();
    OpBuilder &b = g.b;
    input = padForWindow(g, input, w, zeroOf(input, inputForm));

    // Groups as an axis of their own: input [N, spatial..., G, C / G], filter [G, M / G, kernel..., C / G].
    SmallVector<int64_t> inputShape(GraphBuilder::shapeOf(input)), filterShape(GraphBuilder::shapeOf(filter));
    const int64_t outputs = filterShape[0];
    inputShape.back() /= groups;
    inputShape.insert(inputShape.end() - 1, groups);
    filterShape[0] /= groups;
    filterShape.insert(filterShape.begin(), groups);
    input = g.reshape(input, inputShape);
    filter = g.reshape(filter, filterShape);

    // Loops: n, o..., g, m, k..., c.
    const unsigned loops = unsigned(2 * spatial + 4), group = unsigned(spatial + 1), channel = loops - 1;
    SmallVector<AffineExpr> inputAt{b.getAffineDimExpr(0)},
        filterAt{b.getAffineDimExpr(group), b.getAffineDimExpr(group + 1)};
    SmallVector<AffineExpr> outputAt{b.getAffineDimExpr(0)};
    SmallVector<int64_t> outputShape{inputShape[0]};
    for (size_t d = 0; d < spatial; ++d) {
        AffineExpr position = b.getAffineDimExpr(unsigned(d + 1)), tap = b.getAffineDimExpr(unsigned(group + 2 + d));
        inputAt.push_back(position * w.strides[d] + tap * w.dilations[d]);
        filterAt.push_back(tap);
        outputAt.push_back(position);
        outputShape.push_back(w.output[d]);
    }
    inputAt.append({b.getAffineDimExpr(group), b.getAffineDimExpr(channel)});
    filterAt.push_back(b.getAffineDimExpr(channel));
    outputAt.append({b.getAffineDimExpr(group), b.getAffineDimExpr(group + 1)});
    outputShape.append({groups, outputs / groups});

    SmallVector<IteratorType> iterators(spatial + 3, IteratorType::parallel);
    iterators.append(spatial + 1, IteratorType::reduction);
    auto type = RankedTensorType::get(outputShape, accumulator);
    Value init = g.filled(type, GraphBuilder::scalarAttr(accumulator, 0.0));
    SmallVector<AffineMap> maps;
    for (const SmallVector<AffineExpr> &results : {inputAt, filterAt, outputAt})
        maps.push_back(AffineMap::get(loops, 0, results, b.getContext()));
    auto op = linalg::GenericOp::create(b, g.loc, TypeRange{type}, ValueRange{input, filter}, ValueRange{init}, maps,
                                        iterators, [&](OpBuilder &inner, Location at, ValueRange arguments) {
                                            const ScalarBuilder s{inner, at};
                                            Value product = s.mul(numberOf(s, arguments[0], accumulator, inputForm),
                                                                  numberOf(s, arguments[1], accumulator, filterForm));
                                            linalg::YieldOp::create(inner, at, s.add(arguments[2], product));
                                        });
    Value result = g.fold(op.getResult(0));
    outputShape.pop_back();
    outputShape.back() = outputs;
    return g.reshape(result, outputShape);
}

/// Zeros between the pixels of [N, spatial..., C], so that they lie a stride apart.
static Value spread(GraphBuilder &g, Value image, ArrayRef<int64_t> strides, TypedAttr zeroElement)
{
    if (llvm::all_of(strides, [](int64_t stride) { return stride == 1; }))
        return image;
    SmallVector<int64_t> shape(GraphBuilder::shapeOf(image));
    for (auto [d, stride] : llvm::enumerate(strides))
        shape[d + 1] = (shape[d + 1] - 1) * stride + 1;
    return g.generate(GraphBuilder::typeOf(image).clone(shape), [&](OpBuilder &b, Location loc, ValueRange index) {
        SmallVector<Value> source(index);
        Value onPixel = GraphBuilder::scalar(b, loc, b.getI1Type(), int64_t(1));
        for (auto [d, stride] : llvm::enumerate(strides)) {
            Value step = GraphBuilder::scalar(b, loc, b.getIndexType(), stride);
            Value zero = GraphBuilder::scalar(b, loc, b.getIndexType(), int64_t(0));
            source[d + 1] = arith::DivUIOp::create(b, loc, index[d + 1], step);
            Value rest = arith::RemUIOp::create(b, loc, index[d + 1], step);
            Value hits = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, rest, zero);
            onPixel = arith::AndIOp::create(b, loc, onPixel, hits);
        }
        Value pixel = GraphBuilder::at(b, loc, image, source);
        Value zero = arith::ConstantOp::create(b, loc, zeroElement);
        return arith::SelectOp::create(b, loc, onPixel, pixel, zero).getResult();
    });
}

/// By an ordinary convolution of the spread image with the filter turned round.
Value convolveTransposed(GraphBuilder &g, Value input, Value filter, const Window &w, int64_t groups, Type accumulator,
                         IntegerForm filterForm, IntegerForm inputForm)
{
    Window ordinary = w;
    SmallVector<int64_t> offsets(w.kernel.size() + 2, 0), steps(offsets.size(), 1);
    for (size_t d = 0; d < w.kernel.size(); ++d) {
        ordinary.strides[d] = 1;
        ordinary.low[d] = w.extent(d) - 1 - w.low[d];
        ordinary.high[d] = w.extent(d) - 1 - w.high[d];
        offsets[d + 1] = w.kernel[d] - 1;
        steps[d + 1] = -1;
    }
    Value turned = g.slice(filter, offsets, SmallVector<int64_t>(GraphBuilder::shapeOf(filter)), steps);
    Value spreadInput = spread(g, input, w.strides, zeroOf(input, inputForm));
    return convolve(g, spreadInput, turned, ordinary, groups, accumulator, filterForm, inputForm);
}

Value reduceWindows(GraphBuilder &g, Value padded, ArrayRef<int64_t> kernel, ArrayRef<int64_t> strides,
                    ArrayRef<int64_t> dilations, ArrayRef<int64_t> output, TypedAttr init, GraphBuilder::Body body)
{
    OpBuilder &b = g.b;
    const size_t rank = kernel.size(), windowed = llvm::count_if(kernel, [](int64_t k) { return k > 1; });
    const unsigned loops = unsigned(rank + windowed);
    SmallVector<AffineExpr> inputAt, tapAt;
    SmallVector<int64_t> taps;
    for (size_t d = 0; d < rank; ++d) {
        AffineExpr position = b.getAffineDimExpr(unsigned(d)) * strides[d];
        if (kernel[d] > 1) {
            tapAt.push_back(b.getAffineDimExpr(unsigned(rank + taps.size())));
            position = position + tapAt.back() * dilations[d];
            taps.push_back(kernel[d]);
        }
        inputAt.push_back(position);
    }
    SmallVector<IteratorType> iterators(rank, IteratorType::parallel);
    iterators.append(windowed, IteratorType::reduction);
    // The extents of the tap loops follow from no operand of the computation, so a constant that is not read says them.
    Value extents = g.splat(RankedTensorType::get(taps, b.getI8Type()), 0.0);
    auto type = RankedTensorType::get(output, init.getType());
    SmallVector<AffineMap> maps{
        AffineMap::get(loops, 0, inputAt, b.getContext()), AffineMap::get(loops, 0, tapAt, b.getContext()),
        AffineMap::get(loops, 0, b.getMultiDimIdentityMap(unsigned(rank)).getResults(), b.getContext())};
    auto op = linalg::GenericOp::create(b, g.loc, TypeRange{type}, ValueRange{padded, extents},
                                        ValueRange{g.filled(type, init)}, maps, iterators,
                                        [&](OpBuilder &inner, Location at, ValueRange arguments) {
                                            Value combined = body(inner, at, {arguments[0], arguments[2]});
                                            linalg::YieldOp::create(inner, at, combined);
                                        });
    return g.fold(op.getResult(0));
}

Value pool(GraphBuilder &g, Value input, const Window &w, TypedAttr padding, TypedAttr init, GraphBuilder::Body body)
{
    Value padded = padForWindow(g, input, w, padding);
    auto everyAxis = [](ArrayRef<int64_t> spatial, int64_t batch, int64_t channels) {
        SmallVector<int64_t> all{batch};
        llvm::append_range(all, spatial);
        all.push_back(channels);
        return all;
    };
    const ArrayRef<int64_t> shape = GraphBuilder::shapeOf(input);
    return reduceWindows(g, padded, everyAxis(w.kernel, 1, 1), everyAxis(w.strides, 1, 1), everyAxis(w.dilations, 1, 1),
                         everyAxis(w.output, shape.front(), shape.back()), init, body);
}

Value tapCounts(GraphBuilder &g, const Window &w, ArrayRef<int64_t> image, bool countPadding, Type element)
{
    Value counts;
    for (size_t d = 0; d < w.kernel.size(); ++d) {
        SmallVector<int64_t> alongAxis, shape(w.kernel.size() + 2, 1);
        for (int64_t o = 0; o < w.output[d]; ++o)
            alongAxis.push_back(w.taps(d, o, image[d], countPadding));
        shape[d + 1] = w.output[d];
        Value axis = g.reshape(g.cast(g.constant(alongAxis, g.b.getI64Type()), element), shape);
        counts = !counts ? axis : g.elementwise({counts, axis}, element, [](OpBuilder &b, Location loc, ValueRange in) {
            return ScalarBuilder{b, loc}.mul(in[0], in[1]);
        });
    }
    return counts;
}

} // namespace barecc
