#include "compiler/import/onnx/Pad.h"

#include "compiler/import/onnx/ScalarMath.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

/// Amounts before and after each axis.
struct Padding {
    Shape low, high;
};

static FailureOr<Padding> paddingOf(Node &node)
{
    const int64_t rank = node.rank(0);
    FailureOr<std::optional<Shape>> pads = node.integersOrInput(node.opset >= 2 ? "pads" : "paddings", 1);
    FailureOr<std::optional<Shape>> given = node.integersOrInput("axes", 3);
    if (failed(pads) || failed(given))
        return failure();
    if (!*pads)
        return node.error("pads are missing");
    Shape all = llvm::to_vector(llvm::seq<int64_t>(0, rank));
    FailureOr<Shape> axes = node.axes(*given ? **given : all, rank);
    if (failed(axes))
        return failure();
    const size_t count = axes->size();
    if ((*pads)->size() != 2 * count)
        return node.error("pads should have two numbers for each axis, but has " + Twine((*pads)->size()));
    Padding padding{Shape(rank, 0), Shape(rank, 0)};
    for (size_t i = 0; i < count; ++i) {
        const int64_t axis = (*axes)[i], low = (**pads)[i], high = (**pads)[count + i], extent = node.shape(0)[axis];
        constexpr int64_t most = INT_MAX;
        if (std::min(low, high) < -most || std::max(low, high) > most ||
            std::min<int64_t>(low, 0) + std::min<int64_t>(high, 0) < -extent)
            return node.error("padding of axis " + Twine(axis) + " cuts more than there is, or is excessive");
        padding.low[axis] = low;
        padding.high[axis] = high;
    }
    return padding;
}

/// The value of constant padding as an attribute of what `movable` gives.
static FailureOr<TypedAttr> paddingValue(Node &node)
{
    const Type element = GraphBuilder::elementOf(node.movable(0));
    TypedAttr value = GraphBuilder::scalarAttr(element, 0);
    if (node.hasInput(2)) {
        if (failed(node.checkSameType(0, 2)))
            return failure();
        auto constant = dyn_cast_or_null<DenseElementsAttr>(constantOf(node.input(2)));
        if (!constant || constant.getNumElements() != 1)
            return node.error("the padding value has to be one number");
        value = cast<TypedAttr>(constant.getSplatValue<Attribute>());
    } else if (isa<FloatType>(element)) {
        value = GraphBuilder::scalarAttr(element, node.number("value", 0));
    }
    if (auto integer = dyn_cast<IntegerAttr>(value); integer && node.quantizedInput(0) && node.isUnsigned(0))
        return TypedAttr(
            IntegerAttr::get(element, integer.getValue() ^ APInt::getSignMask(element.getIntOrFloatBitWidth())));
    return value;
}

/// Padding with a number that the model computes.
static Outputs padComputed(Node &node, const Padding &padding, ArrayRef<int64_t> shape)
{
    if (failed(node.checkSameType(0, 2)))
        return failure();
    if (node.type(2).getNumElements() != 1)
        return node.error("the padding value has to be one number");
    Value input = node.input(0), value = node.g.reshape(node.input(2), {});
    if (node.type(0).getNumElements() == 0)
        return {{node.g.broadcastTo(value, shape)}};
    return {{node.g.generate(node.type(0).clone(shape), [&](OpBuilder &b, Location loc, ValueRange index) {
        const ScalarMath m{b, loc};
        Value inside = GraphBuilder::scalar(b, loc, b.getI1Type(), int64_t(1));
        SmallVector<Value> source(index);
        for (auto [d, position] : llvm::enumerate(source)) {
            if (padding.low[d] == 0 && padding.high[d] == 0)
                continue;
            Value shifted = m.subtract(position, m.number(position, double(padding.low[d])));
            Value first = m.number(position, 0), last = m.number(position, double(node.shape(0)[d] - 1));
            position = m.smallest(m.largest(shifted, first), last);
            inside = arith::AndIOp::create(b, loc, inside, m.equal(position, shifted));
        }
        return m.select(inside, GraphBuilder::at(b, loc, input, source), GraphBuilder::at(b, loc, value, {}));
    })}};
}

/// Where the elements of a padded axis come from.
static FailureOr<Shape> paddedPositions(Node &node, StringRef mode, int64_t extent, int64_t low, int64_t high)
{
    if (extent == 0 && low + high > 0)
        return node.error("an empty axis cannot be padded from its own elements");
    if (extent + low + high > mostTableElements)
        return node.error("the padded axis has an excessive extent of " + Twine(extent + low + high));
    Shape positions;
    for (int64_t i = -low; i < extent + high; ++i) {
        if (mode == "edge") {
            positions.push_back(std::clamp<int64_t>(i, 0, extent - 1));
        } else {
            // Reflection repeats after going there and back, without the ends twice.
            const int64_t period = mode == "wrap" ? extent : std::max<int64_t>(1, 2 * (extent - 1));
            const int64_t phase = (i % period + period) % period;
            positions.push_back(phase < extent ? phase : period - phase);
        }
    }
    return positions;
}

Outputs importPad(Node &node)
{
    FailureOr<Padding> padding = paddingOf(node);
    if (failed(padding))
        return failure();
    Shape shape(node.shape(0));
    for (auto [extent, low, high] : llvm::zip(shape, padding->low, padding->high))
        extent += low + high;
    if (failed(node.checkShape(shape)))
        return failure();
    Value input = node.movable(0);
    const std::string mode = node.text("mode", "constant");
    if (mode == "constant") {
        if (node.hasInput(2) && !constantOf(node.input(2)))
            return padComputed(node, *padding, shape);
        FailureOr<TypedAttr> value = paddingValue(node);
        if (failed(value))
            return failure();
        return {{node.moved(0, node.g.pad(input, padding->low, padding->high, *value))}};
    }
    if (mode != "reflect" && mode != "edge" && mode != "wrap")
        return node.error("mode is '" + mode + "', but should be constant, reflect, edge or wrap");
    SmallVector<Value> tables(shape.size()); // null for axes that stay as they are
    for (size_t d = 0; d < shape.size(); ++d) {
        if (padding->low[d] == 0 && padding->high[d] == 0)
            continue;
        FailureOr<Shape> positions = paddedPositions(node, mode, node.shape(0)[d], padding->low[d], padding->high[d]);
        if (failed(positions))
            return failure();
        tables[d] = node.g.constant(*positions, node.g.b.getI32Type());
    }
    return {{node.moved(
        0, node.g.generate(GraphBuilder::typeOf(input).clone(shape), [&](OpBuilder &b, Location loc, ValueRange index) {
            SmallVector<Value> source(index);
            for (size_t d = 0; d < source.size(); ++d)
                if (tables[d])
                    source[d] = GraphBuilder::castScalar(b, loc, GraphBuilder::at(b, loc, tables[d], index[d]),
                                                         b.getIndexType());
            return GraphBuilder::at(b, loc, input, source);
        }))}};
}

/// Cut, or filled with zeros, to the wanted extents, by as much on either side; an odd element goes at the end.
Outputs importCenterCropPad(Node &node)
{
    const int64_t rank = node.rank(0);
    FailureOr<Shape> wanted = node.constantIntegers(1, "the shape");
    FailureOr<Shape> axes =
        node.axes(node.integers("axes").value_or(llvm::to_vector(llvm::seq<int64_t>(0, rank))), rank);
    if (failed(wanted) || failed(axes))
        return failure();
    if (wanted->size() != axes->size())
        return node.error("the shape should have one extent for each of the " + Twine(axes->size()) + " axes");
    Shape offsets(rank, 0), kept(node.shape(0)), low(rank, 0), high(rank, 0), shape(node.shape(0));
    for (auto [axis, extent] : llvm::zip(*axes, *wanted))
        shape[axis] = extent;
    if (failed(node.checkShape(shape)))
        return failure();
    for (int64_t axis : *axes) {
        const int64_t before = node.shape(0)[axis], after = shape[axis];
        kept[axis] = std::min(before, after);
        offsets[axis] = (before - kept[axis]) / 2;
        low[axis] = (after - kept[axis]) / 2;
        high[axis] = after - kept[axis] - low[axis];
    }
    Value middle = node.g.slice(node.input(0), offsets, kept, Shape(rank, 1));
    return {{node.g.pad(middle, low, high, GraphBuilder::scalarAttr(node.element(0), 0))}};
}

} // namespace barecc::onnx_import
