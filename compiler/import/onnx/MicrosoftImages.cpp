// Images under com.microsoft CropAndResize, and Crop, which the first opset of ONNX had.
#include "compiler/import/onnx/Layout.h"
#include "compiler/import/onnx/Microsoft.h"
#include "compiler/import/onnx/MicrosoftAttention.h"
#include "compiler/import/onnx/ScalarMath.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

namespace {

/// Where a crop reads the image along one axis: all in the type of the boxes.
struct AxisSample {
    Value coordinate, inside;
};

} // namespace

/// The coordinate of output element `at` of `count` in the part [from, to] of an axis, where 0 and 1 are its first and
/// last element: the corners of the crop are elements of the image.
static AxisSample sampleAxis(const ScalarMath &m, Value at, int64_t count, Value from, Value to, int64_t extent)
{
    auto number = [&](double value) { return m.number(from, value); };
    Value fraction = number(0.5);
    if (count > 1)
        fraction = m.divide(GraphBuilder::castScalar(m.b, m.loc, at, from.getType()), number(double(count - 1)));
    Value place = m.add(from, m.multiply(fraction, m.subtract(to, from)));
    Value coordinate = m.multiply(place, number(double(extent - 1)));
    Value inside = arith::AndIOp::create(m.b, m.loc, m.lessOrEqual(number(0), coordinate),
                                         m.lessOrEqual(coordinate, number(double(extent - 1))));
    return {coordinate, inside};
}

/// Parts of images, [N, C, H, W], brought to one size: [boxes, C, height, width]. What lies outside the image has the
/// value extrapolation_value.
Outputs importCropAndResize(Node &node)
{
    GraphBuilder &g = node.g;
    FailureOr<Shape> size = node.constantIntegers(3, "crop_size");
    if (failed(size) || failed(node.checkRank(0, 4)) || failed(node.checkRank(1, 2)) ||
        failed(node.checkSameType(0, 1)))
        return failure();
    const int64_t boxes = node.shape(1)[0];
    if (node.shape(1)[1] != 4 || failed(expectShape(node, 2, boxes)) || !isa<IntegerType>(node.element(2)))
        return node.error("there should be four numbers and the index of an image for each box");
    if (size->size() != 2 || (*size)[0] < 1 || (*size)[1] < 1)
        return node.error("crop_size should be two positive numbers");
    const std::string mode = node.text("mode", "bilinear");
    if (mode != "bilinear" && mode != "nearest")
        return node.error("mode is '" + mode + "'; it has to be bilinear or nearest");
    const ArrayRef<int64_t> image = node.shape(0);
    const Shape result{boxes, image[1], (*size)[0], (*size)[1]};
    if (failed(node.checkShape(result)))
        return failure();
    if (node.type(0).getNumElements() == 0)
        return node.error("the input " + shapeText(image) + " has no pixels to read");
    const Type element = node.element(0), wide = accumulatorOf(element);
    const double outside = node.number("extrapolation_value", 0.0);
    Value pixels = node.input(0), regions = g.cast(node.input(1), wide), indices = node.input(2);
    auto body = [&](OpBuilder &b, Location loc, ValueRange index) -> Value {
        const ScalarMath m{b, loc};
        auto number = [&](int64_t value) { return GraphBuilder::scalar(b, loc, b.getIndexType(), value); };
        auto bound = [&](int64_t which) { return GraphBuilder::at(b, loc, regions, {index[0], number(which)}); };
        const AxisSample y = sampleAxis(m, index[2], result[2], bound(0), bound(2), image[2]),
                         x = sampleAxis(m, index[3], result[3], bound(1), bound(3), image[3]);
        Value which = GraphBuilder::castScalar(b, loc, GraphBuilder::at(b, loc, indices, index[0]), b.getIndexType());
        auto clamped = [&](Value position, int64_t extent) {
            return m.smallest(m.largest(position, number(0)), number(extent - 1));
        };
        which = clamped(which, image[0]);
        auto position = [&](Value coordinate, int64_t extent) {
            // Of NaN 0, and of what is beyond an integer its limit. Floats do not hold every large extent, so that it is
            // the integer that is moved inside.
            Value integer = GraphBuilder::castScalar(b, loc, coordinate, b.getI32Type());
            return clamped(GraphBuilder::castScalar(b, loc, integer, b.getIndexType()), extent);
        };
        auto pixel = [&](Value row, Value column) {
            return m.widen(GraphBuilder::at(b, loc, pixels, {which, index[1], row, column}));
        };
        Value value;
        if (mode == "nearest") {
            auto nearest = [&](Value coordinate) -> Value { return math::RoundOp::create(b, loc, coordinate); };
            value = pixel(position(nearest(y.coordinate), image[2]), position(nearest(x.coordinate), image[3]));
        } else {
            Value top = position(y.coordinate, image[2]), left = position(x.coordinate, image[3]);
            Value bottom = clamped(m.add(top, number(1)), image[2]), right = clamped(m.add(left, number(1)), image[3]);
            auto mixed = [&](Value first, Value second, Value weight) {
                return m.add(first, m.multiply(m.subtract(second, first), weight));
            };
            Value across = m.subtract(x.coordinate, GraphBuilder::castScalar(b, loc, left, wide));
            Value down = m.subtract(y.coordinate, GraphBuilder::castScalar(b, loc, top, wide));
            value = mixed(mixed(pixel(top, left), pixel(top, right), across),
                          mixed(pixel(bottom, left), pixel(bottom, right), across), down);
        }
        Value inside = arith::AndIOp::create(b, loc, y.inside, x.inside);
        return m.narrow(m.select(inside, value, m.number(value, outside)), element);
    };
    return SmallVector<Value>{g.generate(RankedTensorType::get(result, element), body)};
}

/// Borders cut off, or a part of the size `scale` behind the left and upper ones.
Outputs importCrop(Node &node)
{
    const Shape border = node.integers("border").value_or(Shape()), scale = node.integers("scale").value_or(Shape());
    if (failed(node.checkRank(0, 4)))
        return failure();
    if (border.size() != 4 || (!scale.empty() && scale.size() != 2))
        return node.error("border should be four numbers, and scale two");
    Shape offsets{0, 0, border[1], border[0]}, sizes(node.shape(0));
    for (int64_t d : {2, 3}) {
        const int64_t behind = border[size_t(d == 2 ? 3 : 2)], extent = node.shape(0)[d];
        const bool inside = offsets[d] >= 0 && offsets[d] <= extent && behind >= 0;
        if (inside)
            sizes[d] = scale.empty() ? extent - offsets[d] - behind : scale[size_t(d - 2)];
        if (!inside || sizes[d] < 0 || sizes[d] > extent - offsets[d])
            return node.error("border and scale do not fit an image of " + shapeText(node.shape(0)));
    }
    return SmallVector<Value>{node.g.slice(node.input(0), offsets, sizes, {1, 1, 1, 1})};
}

} // namespace barecc::onnx_import
