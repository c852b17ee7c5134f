// Resize and Upsample. Sizes are known, so for each axis the compiler works out which input elements an output element
// is made of, and with which weights; what is left for the device is to gather and sum.
#include "compiler/import/onnx/Arithmetic.h"
#include "compiler/import/onnx/Layout.h"
#include "compiler/import/onnx/Resampling.h"
#include "compiler/ir/Number.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

namespace {

/// The floating-point numbers of input i or of the attribute `name`, or nothing where it is absent or empty.
FailureOr<std::optional<SmallVector<double>>> constantNumbers(const Node &node, unsigned i, StringRef what)
{
    if (!node.hasInput(i) || node.type(i).getNumElements() == 0)
        return std::optional<SmallVector<double>>();
    ElementsAttr constant = constantOf(node.input(i));
    if (!constant)
        return node.unknown(i, what);
    std::optional<std::vector<double>> numbers = numbersOf(constant);
    if (!numbers || node.rank(i) != 1)
        return node.error(what + " should be a list of numbers");
    return std::optional(SmallVector<double>(numbers->begin(), numbers->end()));
}

/// One entry for each axis of the input from a list that has one for each axis of `axes`.
template <typename T>
FailureOr<SmallVector<T>> forEveryAxis(const Node &node, ArrayRef<T> values, ArrayRef<int64_t> axes, SmallVector<T> all,
                                       StringRef what)
{
    if (values.size() != axes.size())
        return node.error(what + " has " + Twine(values.size()) + " entries where " + Twine(axes.size()) +
                          " are needed");
    for (auto [axis, value] : llvm::zip(axes, values))
        all[size_t(axis)] = value;
    return all;
}

/// What a resize does to each axis.
struct Sizes {
    Shape output;
    SmallVector<double> scales;
};

FailureOr<Sizes> fromScales(const Node &node, ArrayRef<double> scales, ArrayRef<int64_t> axes)
{
    const ArrayRef<int64_t> shape = node.shape(0);
    FailureOr<SmallVector<double>> all =
        forEveryAxis<double>(node, scales, axes, SmallVector<double>(shape.size(), 1.0), "scales");
    if (failed(all))
        return failure();
    Sizes sizes{{}, *all};
    for (auto [extent, scale] : llvm::zip(shape, *all)) {
        // In single precision, as the standard infers shapes: 10 times 0.7f is 7.
        const double output = std::floor(float(extent) * float(scale));
        if (!(scale > 0.0) || !((output >= 1.0 || extent == 0) && output < 1e9))
            return node.error("scales give an axis no elements, or far too many; check them");
        sizes.output.push_back(int64_t(output));
    }
    return sizes;
}

FailureOr<Sizes> fromSizes(const Node &node, ArrayRef<int64_t> wanted, ArrayRef<int64_t> axes)
{
    const ArrayRef<int64_t> shape = node.shape(0);
    FailureOr<Shape> all = forEveryAxis<int64_t>(node, wanted, axes, Shape(shape), "sizes");
    if (failed(all) || failed(node.checkShape(*all)))
        return failure();
    Sizes sizes{*all, {}};
    for (auto [from, to] : llvm::zip(shape, *all))
        sizes.scales.push_back(double(to) / double(from));
    const std::string policy = node.text("keep_aspect_ratio_policy", "stretch");
    if (policy == "stretch")
        return sizes;
    if (policy != "not_larger" && policy != "not_smaller")
        return node.error("keep_aspect_ratio_policy is '" + policy +
                          "'; it has to be stretch, not_larger or not_smaller");
    // One scale for all axes that are resized.
    double scale = sizes.scales[size_t(axes[0])];
    for (int64_t axis : axes)
        scale = policy == "not_larger" ? std::min(scale, sizes.scales[size_t(axis)])
                                       : std::max(scale, sizes.scales[size_t(axis)]);
    if (!(scale > 0.0 && std::isfinite(scale)))
        return node.error("there is no aspect ratio to keep where an axis has no elements; check the sizes");
    for (int64_t axis : axes) {
        sizes.scales[size_t(axis)] = scale;
        sizes.output[size_t(axis)] = std::max<int64_t>(1, integerOf(std::round(scale * double(shape[size_t(axis)]))));
    }
    return sizes;
}

/// Which elements are taken, as the attributes say.
FailureOr<Resampling> readResampling(const Node &node, bool upsample)
{
    Resampling r;
    const std::string mode = node.text("mode", "nearest");
    if (mode == "nearest")
        r.mode = Resampling::Nearest;
    else if (mode == "linear" || mode == "bilinear" || mode == "trilinear")
        r.mode = Resampling::Linear;
    else if (mode == "cubic" && !upsample)
        r.mode = Resampling::Cubic;
    else
        return node.error("mode is '" + mode + "'; it has to be nearest, linear or cubic");
    // Up to opset 10 coordinates are divided by the scale.
    if (upsample || node.opset < 11) {
        r.coordinates = "asymmetric";
        r.nearest = "simple";
        return r;
    }
    r.coordinates = node.text("coordinate_transformation_mode", "half_pixel");
    r.nearest = node.text("nearest_mode", "round_prefer_floor");
    r.cubicCoefficient = node.number("cubic_coeff_a", -0.75);
    r.excludeOutside = node.integer("exclude_outside", 0) != 0;
    r.antialias = node.integer("antialias", 0) != 0 && r.mode != Resampling::Nearest;
    r.extrapolation = node.number("extrapolation_value", 0.0);
    static constexpr const char *transformations[] = {
        "half_pixel", "half_pixel_symmetric", "pytorch_half_pixel",  "align_corners",
        "asymmetric", "tf_crop_and_resize",   "tf_half_pixel_for_nn"};
    static constexpr const char *roundings[] = {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"};
    if (!llvm::is_contained(transformations, r.coordinates))
        return node.error("unknown coordinate_transformation_mode '" + r.coordinates + "'");
    if (!llvm::is_contained(roundings, r.nearest))
        return node.error("unknown nearest_mode '" + r.nearest + "'");
    return r;
}

/// An axis pair of the region of interest for every axis of the input: start and end, in parts of the axis.
FailureOr<std::pair<SmallVector<double>, SmallVector<double>>> readRegion(const Node &node, ArrayRef<int64_t> axes)
{
    FailureOr<std::optional<SmallVector<double>>> region = constantNumbers(node, 1, "roi");
    if (failed(region))
        return failure();
    if (!*region)
        return node.error("tf_crop_and_resize needs the input roi");
    const size_t rank = node.shape(0).size();
    if ((*region)->size() != 2 * axes.size())
        return node.error("roi needs a start and an end for each of " + Twine(axes.size()) + " axes");
    FailureOr<SmallVector<double>> starts = forEveryAxis<double>(node, ArrayRef(**region).take_front(axes.size()), axes,
                                                                 SmallVector<double>(rank, 0.0), "roi");
    FailureOr<SmallVector<double>> ends = forEveryAxis<double>(node, ArrayRef(**region).drop_front(axes.size()), axes,
                                                               SmallVector<double>(rank, 1.0), "roi");
    if (failed(starts) || failed(ends))
        return failure();
    return std::pair(*starts, *ends);
}

/// Taps for every axis that changes, and the result. Images are resized with their channels last, so that the turns
/// around neighbouring convolutions cancel.
Outputs resize(Node &node, const Resampling &r, const Sizes &sizes, ArrayRef<int64_t> axes)
{
    GraphBuilder &g = node.g;
    const Shape shape(node.shape(0));
    if (failed(node.checkShape(sizes.output)))
        return failure();
    if (ShapedType::getNumElements(sizes.output) == 0)
        return SmallVector<Value>{g.nothing(node.type(0).clone(sizes.output))};
    if (node.type(0).getNumElements() == 0)
        return node.error("a tensor without elements is resized to " + shapeText(sizes.output));
    SmallVector<double> starts(shape.size(), 0.0), ends(shape.size(), 1.0);
    if (r.coordinates == "tf_crop_and_resize") {
        auto region = readRegion(node, axes);
        if (failed(region))
            return failure();
        std::tie(starts, ends) = *region;
    }
    SmallVector<AxisTaps> taps;
    Shape between(shape); // sums are taken axis by axis
    for (size_t d = 0; d < shape.size(); ++d) {
        static constexpr int64_t maxTable = int64_t(1) << 24;
        if (r.tapCount(sizes.scales[d]) > maxTable / sizes.output[d])
            return node.error("the table of input elements for axis " + Twine(d) +
                              " would be too large; check the scales");
        AxisTaps axis = r.taps(shape[d], sizes.output[d], sizes.scales[d], starts[d], ends[d]);
        axis.axis = int64_t(d);
        if (axis.isIdentity(shape[d]))
            continue;
        taps.push_back(std::move(axis));
        between[d] = sizes.output[d];
        if (failed(node.checkShape(between)))
            return failure();
    }
    const bool isImage = shape.size() >= 3 && llvm::none_of(taps, [](const AxisTaps &axis) { return axis.axis < 2; });
    Value input = node.movable(0);
    if (isImage) {
        input = toChannelsLast(g, input);
        for (AxisTaps &axis : taps)
            --axis.axis;
    }
    const Type element = node.element(0);
    Value result;
    if (r.mode == Resampling::Nearest) {
        double outside = r.extrapolation; // of integers the nearest they hold: builtin ones would not know their sign
        if (auto integer = dyn_cast<IntegerType>(element))
            outside = double(integerOf(outside, integer.getWidth(), integer.getWidth() == 1 || node.isUnsigned(0)));
        result = gatherTaps(g, input, taps, outside);
    } else {
        if (element.isInteger(1))
            return node.error("booleans can only be resized with mode 'nearest'");
        input = isImage ? toChannelsLast(g, node.input(0)) : node.input(0);
        Value sums = sumTaps(g,
                             g.cast(input, isa<FloatType>(element) ? accumulatorOf(element) : Type(g.b.getF32Type()),
                                    node.isUnsigned(0)),
                             taps, r.extrapolation);
        result = truncateTo(g, sums, node.onnxElement(0));
    }
    if (isImage)
        result = toChannelsFirst(g, result);
    return SmallVector<Value>{r.mode == Resampling::Nearest ? node.moved(0, result) : result};
}

Shape allAxes(const Node &node)
{
    Shape axes;
    for (int64_t d = 0; d < node.rank(0); ++d)
        axes.push_back(d);
    return axes;
}

/// Opset 1 has the scales of an image's height and width as attributes, 7 those of all axes, 9 as an input.
Outputs importUpsample(Node &node)
{
    const Shape axes = allAxes(node);
    SmallVector<double> scales;
    if (node.opset < 7) {
        if (failed(node.checkRank(0, 4)))
            return failure();
        scales = {1, 1, node.number("height_scale", 1), node.number("width_scale", 1)};
    } else if (std::optional<SmallVector<double>> attribute = node.numbers("scales")) {
        scales = *attribute;
    } else {
        FailureOr<std::optional<SmallVector<double>>> input = constantNumbers(node, 1, "scales");
        if (failed(input))
            return failure();
        if (!*input)
            return node.error("the scales are missing");
        scales = **input;
    }
    FailureOr<Resampling> resampling = readResampling(node, true);
    FailureOr<Sizes> sizes = fromScales(node, scales, axes);
    if (failed(resampling) || failed(sizes))
        return failure();
    return resize(node, *resampling, *sizes, axes);
}

/// Inputs: x, scales up to opset 10; x, roi, scales, sizes after.
Outputs importResize(Node &node)
{
    FailureOr<Shape> axes = allAxes(node);
    if (std::optional<Shape> given = node.integers("axes"))
        axes = node.axes(*given, node.rank(0));
    FailureOr<Resampling> resampling = readResampling(node, false);
    FailureOr<std::optional<SmallVector<double>>> scales = constantNumbers(node, node.opset < 11 ? 1 : 2, "scales");
    if (failed(axes) || failed(resampling) || failed(scales))
        return failure();
    if (axes->empty())
        return node.error("there are no axes to resize");
    FailureOr<Sizes> sizes = failure();
    if (*scales) {
        sizes = fromScales(node, **scales, *axes);
    } else if (node.opset >= 11 && node.hasInput(3)) {
        FailureOr<Shape> wanted = node.constantIntegers(3, "sizes");
        if (succeeded(wanted))
            sizes = fromSizes(node, *wanted, *axes);
    } else {
        return node.error("neither scales nor sizes are given");
    }
    if (failed(sizes))
        return failure();
    return resize(node, *resampling, *sizes, *axes);
}

} // namespace

ArrayRef<Entry> resizeOperators()
{
    static constexpr const char resizableTypes[] =
        "bfloat16, float16, float, double, int8, int16, int32, int64, uint8, uint16, uint32, uint64, bool";
    static const Entry entries[] = {
        {"", "Resize", 10, importResize, resizableTypes},
        {"", "Upsample", 1, importUpsample, resizableTypes},
    };
    return entries;
}

} // namespace barecc::onnx_import
