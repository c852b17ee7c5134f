#include "compiler/import/onnx/Window.h"

#include "compiler/import/onnx/Layout.h"

using namespace mlir;

namespace barecc::onnx_import {

using utils::IteratorType;

/// Geometry beyond this is a broken file; below it no product of two numbers overflows.
static constexpr int64_t maxGeometry = int64_t(1) << 28;

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

FailureOr<SmallVector<int64_t>> windowAttribute(const Node &node, StringRef name, size_t rank, int64_t otherwise,
                                                int64_t least)
{
    std::optional<SmallVector<int64_t>> given = node.integers(name);
    if (!given || given->empty())
        return SmallVector<int64_t>(rank, otherwise);
    if (given->size() != rank)
        return node.error(name + " has " + Twine(given->size()) + " entries where " + Twine(rank) +
                          " are needed; give one for each spatial axis");
    for (int64_t value : *given)
        if (value < least || value > maxGeometry)
            return node.error(name + " has the entry " + Twine(value) + "; it has to be at least " + Twine(least));
    return *given;
}

FailureOr<Window> readWindow(const Node &node, ArrayRef<int64_t> image, ArrayRef<int64_t> kernel)
{
    const size_t rank = image.size();
    Window w;
    w.kernel.assign(kernel.begin(), kernel.end());
    for (int64_t extent : kernel)
        if (extent < 1 || extent > maxGeometry)
            return node.error("a window of " + Twine(extent) + " pixels; it has to be at least 1");
    FailureOr<SmallVector<int64_t>> strides = windowAttribute(node, "strides", rank, 1, 1);
    FailureOr<SmallVector<int64_t>> dilations = windowAttribute(node, "dilations", rank, 1, 1);
    FailureOr<SmallVector<int64_t>> pads = windowAttribute(node, "pads", 2 * rank, 0, 0);
    if (failed(strides) || failed(dilations) || failed(pads))
        return failure();
    w.strides = *strides;
    w.dilations = *dilations;
    const std::string mode = node.text("auto_pad", "NOTSET");
    const bool ceil = node.integer("ceil_mode", 0) != 0, same = mode == "SAME_UPPER" || mode == "SAME_LOWER";
    if (!same && mode != "NOTSET" && mode != "VALID")
        return node.error("auto_pad is '" + mode + "'; it has to be NOTSET, SAME_UPPER, SAME_LOWER or VALID");
    for (size_t d = 0; d < rank; ++d) {
        const int64_t extent = w.extent(d), stride = w.strides[d];
        int64_t low = mode == "NOTSET" ? (*pads)[d] : 0, high = mode == "NOTSET" ? (*pads)[d + rank] : 0;
        int64_t output;
        if (same) {
            output = llvm::divideCeil(image[d], stride);
            const int64_t total = std::max<int64_t>(0, (output - 1) * stride + extent - image[d]);
            low = mode == "SAME_UPPER" ? total / 2 : total - total / 2;
            high = total - low;
        } else {
            const int64_t free = image[d] + low + high - extent;
            if (free < 0)
                return node.error("a window of " + Twine(extent) + " pixels does not fit into an image of " +
                                  Twine(image[d] + low + high) + "; check kernel_shape, dilations and pads");
            output = (ceil && mode == "NOTSET" ? llvm::divideCeil(free, stride) : free / stride) + 1;
            // A window that would start behind the image has nothing to work on.
            if (ceil && (output - 1) * stride >= image[d] + low)
                --output;
        }
        w.low.push_back(low);
        w.high.push_back(high);
        w.output.push_back(output);
    }
    return w;
}

LogicalResult checkWindow(const Node &node, const Window &w, ArrayRef<int64_t> image, int64_t outputChannels)
{
    SmallVector<int64_t> padded(image), output(image);
    for (size_t d = 0; d < w.kernel.size(); ++d) {
        padded[d + 1] = std::max(image[d + 1] + w.low[d] + w.high[d], (w.output[d] - 1) * w.strides[d] + w.extent(d));
        output[d + 1] = w.output[d];
    }
    output.back() = outputChannels;
    return failure(failed(checkSize(node, padded)) || failed(checkSize(node, output)));
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

Value convolve(GraphBuilder &g, Value input, Value filter, const Window &w, int64_t groups, Type accumulator,
               FilterIntegers integers)
{
    const size_t spatial = w.kernel.size();
    OpBuilder &b = g.b;
    input = padForWindow(g, input, w, GraphBuilder::scalarAttr(GraphBuilder::elementOf(input), 0.0));

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
    auto op = linalg::GenericOp::create(
        b, g.loc, TypeRange{type}, ValueRange{input, filter}, ValueRange{init}, maps, iterators,
        [&](OpBuilder &inner, Location at, ValueRange arguments) {
            Value x = GraphBuilder::castScalar(inner, at, arguments[0], accumulator);
            Value f = GraphBuilder::castScalar(inner, at, arguments[1], accumulator, integers.isUnsigned);
            Value sum;
            if (isa<FloatType>(accumulator)) {
                sum = arith::AddFOp::create(inner, at, arguments[2], arith::MulFOp::create(inner, at, x, f));
            } else {
                if (integers.zeroPoint != 0)
                    f = arith::SubIOp::create(inner, at, f,
                                              GraphBuilder::scalar(inner, at, accumulator, integers.zeroPoint));
                sum = arith::AddIOp::create(inner, at, arguments[2], arith::MulIOp::create(inner, at, x, f));
            }
            linalg::YieldOp::create(inner, at, sum);
        });
    Value result = g.fold(op.getResult(0));
    outputShape.pop_back();
    outputShape.back() = outputs;
    return g.reshape(result, outputShape);
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

Value pool(GraphBuilder &g, Value input, const Window &w, TypedAttr init, GraphBuilder::Body body)
{
    Value padded = padForWindow(g, input, w, init);
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

} // namespace barecc::onnx_import
