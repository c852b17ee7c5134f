// RoiAlign and MaxRoiPool: regions of interest of an image, each taken to one size. How many elements a region has is
// known only on the device. Channels are innermost, so that coordinates are worked out once for all of them.
#include "compiler/import/onnx/Layout.h"
#include "compiler/import/onnx/Sampling.h"
#include "compiler/ir/Procedure.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

namespace {

/// Extents of what both operators read and make. The image is [N, H, W, C], the result [regions, height, width, C].
struct Regions {
    Value image;
    int64_t batch, channels, count;
    int64_t extent[2], output[2]; // height and width
    Type wide;                    // that is calculated in

    RankedTensorType resultType() const { return RankedTensorType::get({count, output[0], output[1], channels}, wide); }
};

/// `columns` is how many numbers describe a region.
FailureOr<Regions> readRegions(Node &node, int64_t height, int64_t width, int64_t columns)
{
    if (failed(node.checkRank(0, 4)) || failed(node.checkSameType(0, 1)))
        return failure();
    const ArrayRef<int64_t> image = node.shape(0), regions = node.shape(1);
    if (regions.size() != 2 || regions[1] != columns)
        return node.error("the regions " + shapeText(regions) + " have to be rows of " + Twine(columns) + " numbers");
    Regions r{
        {}, image[0], image[1], regions[0], {image[2], image[3]}, {height, width}, accumulatorOf(node.element(0))};
    if (failed(node.checkShape({r.count, height, width, r.channels})))
        return failure();
    if (node.type(0).getNumElements() == 0 && r.resultType().getNumElements() != 0)
        return node.error("regions are taken of the image " + shapeText(image) + ", which has no elements");
    r.image = node.g.cast(toChannelsLast(node.g, node.input(0)), r.wide);
    return r;
}

Outputs finish(Node &node, Value result)
{
    return SmallVector<Value>{toChannelsFirst(node.g, node.g.cast(result, node.element(0)))};
}

Scalar call(Procedure &p, const Scalar &x, llvm::function_ref<Value(OpBuilder &, Location, Value)> function)
{
    return p.scalar(function(p.b, p.loc, x.value));
}

Scalar ceiling(const Scalar &x)
{
    return call(*x.p, x, [](OpBuilder &b, Location loc, Value v) -> Value { return math::CeilOp::create(b, loc, v); });
}

/// A float as an index in [low, high]; NaN is `low`.
Scalar boundedIndex(const Scalar &x, int64_t low, int64_t high)
{
    Procedure &p = *x.p;
    Scalar least = p.number(x.type(), double(low)), most = p.number(x.type(), double(high));
    Scalar bounded = select(x > least, x, least);
    return select(bounded < most, bounded, most).to(p.b.getI32Type()).toIndex();
}

Scalar boundedIndex(const Scalar &index, int64_t extent)
{
    Procedure &p = *index.p;
    return largest(p.index(0), smallest(index, p.index(extent - 1)));
}

// ---- RoiAlign ----------------------------------------------------------------------------------------------

struct Alignment {
    double scale, shift;
    int64_t samples; // along an axis of an output element; 0: as many as there are elements
    bool takesLargest;
    bool isAtLeastOne; // regions are at least one element in size
};

/// One axis of a region: where it starts, the size of an output element, and how many samples that one has.
struct RegionAxis {
    Scalar start, bin, samples;
};

RegionAxis readAxis(Procedure &p, const Alignment &a, Scalar from, Scalar to, int64_t output)
{
    // More samples than this are no image.
    static constexpr int64_t maxSamples = 1 << 15;
    RegionAxis axis;
    axis.start = from * a.scale - a.shift;
    Scalar size = to * a.scale - a.shift - axis.start;
    if (a.isAtLeastOne)
        size = largest(size, p.number(size.type(), 1.0));
    axis.bin = size / double(output);
    axis.samples = a.samples > 0 ? p.index(a.samples) : boundedIndex(ceiling(axis.bin), 0, maxSamples);
    return axis;
}

/// Where sample `i` of output element `o` lies.
Scalar sampleCoordinate(const RegionAxis &axis, const Scalar &o, const Scalar &i)
{
    const Type real = axis.start.type();
    return axis.start + o.to(real) * axis.bin + (i.to(real) + 0.5) * axis.bin / axis.samples.to(real);
}

/// Adds the sample at (y, x), or takes it where it is larger, for all channels. Samples that lie more than an element
/// outside count as zero.
void takeSample(Procedure &p, const Regions &r, const Alignment &a, Scalar batch, Scalar y, Scalar x,
                ArrayRef<Scalar> element)
{
    const ScalarMath m{p.b, p.loc};
    const Sampling sampling{Sampling::Linear, Sampling::Border, true, true};
    const Scalar coordinates[2] = {y, x};
    SampleTaps taps[2];
    Scalar inside = p.truth(true);
    for (int d = 0; d < 2; ++d) {
        taps[d] = sampling.taps(m, coordinates[d].value, r.extent[d]);
        Scalar outside = (coordinates[d] < -1.0) | (coordinates[d] > double(r.extent[d]));
        inside = d == 0 ? !outside : inside & !outside;
    }
    SmallVector<Scalar> weights;
    for (Value wy : taps[0].weights)
        for (Value wx : taps[1].weights)
            weights.push_back(select(inside, p.scalar(wy) * p.scalar(wx), p.number(r.wide, 0.0)));
    Buffer image = p.input(0), out = p.result(0);
    p.loop(0, r.channels, [&](Scalar c) {
        Scalar sample;
        for (int t = 0; t < 4; ++t) {
            Scalar pixel =
                image(batch, p.scalar(taps[0].positions[size_t(t / 2)]), p.scalar(taps[1].positions[size_t(t % 2)]), c);
            Scalar part = pixel * weights[size_t(t)];
            if (t == 0)
                sample = part;
            else
                sample = a.takesLargest ? largest(sample, part) : sample + part;
        }
        Scalars at(element);
        at.push_back(c);
        Element target = out.at(at);
        target = a.takesLargest ? largest(target, sample) : Scalar(target) + sample;
    });
}

FailureOr<Alignment> readAlignment(const Node &node)
{
    const std::string mode = node.text("mode", "avg");
    const std::string coordinates =
        node.text("coordinate_transformation_mode", node.opset < 16 ? "output_half_pixel" : "half_pixel");
    const int64_t samples = node.integer("sampling_ratio", 0);
    if (mode != "avg" && mode != "max")
        return node.error("mode is '" + mode + "'; it has to be avg or max");
    if (coordinates != "half_pixel" && coordinates != "output_half_pixel")
        return node.error("coordinate_transformation_mode is '" + coordinates +
                          "'; it has to be half_pixel or output_half_pixel");
    if (samples < 0 || samples > 1024)
        return node.error("sampling_ratio is " + Twine(samples) + "; it has to be 0 to 1024");
    const bool halfPixel = coordinates == "half_pixel";
    return Alignment{node.number("spatial_scale", 1.0), halfPixel ? 0.5 : 0.0, samples, mode == "max", !halfPixel};
}

} // namespace

/// Inputs: image, regions [R, 4] of x1, y1, x2, y2, and the image of the batch that each is in. An output element is
/// the mean of bilinear samples, or the largest weighted pixel among them.
Outputs importRoiAlign(Node &node)
{
    FailureOr<Regions> regions =
        readRegions(node, node.integer("output_height", 1), node.integer("output_width", 1), 4);
    FailureOr<Alignment> alignment = readAlignment(node);
    if (failed(regions) || failed(alignment))
        return failure();
    const Regions &r = *regions;
    const Alignment &a = *alignment;
    if (node.shape(2) != ArrayRef<int64_t>{r.count} || !node.element(2).isInteger(64))
        return node.error("batch_indices have to be int64, one for each of the " + Twine(r.count) + " regions");
    GraphBuilder &g = node.g;
    Value boxes = g.cast(node.input(1), r.wide);
    SmallVector<Value> results = procedure(g, {r.image, boxes, node.input(2)}, r.resultType(), {}, [&](Procedure &p) {
        Buffer box = p.input(1), batches = p.input(2), out = p.result(0);
        p.loop(0, r.count, [&](Scalar n) {
            Scalar batch = boundedIndex(Scalar(batches(n)).toIndex(), r.batch);
            const RegionAxis rows = readAxis(p, a, box(n, 1), box(n, 3), r.output[0]);
            const RegionAxis columns = readAxis(p, a, box(n, 0), box(n, 2), r.output[1]);
            Scalar count = rows.samples * columns.samples;
            Scalar empty = p.number(r.wide, 0.0), start = empty;
            if (a.takesLargest)
                start = select(count > 0, p.number(r.wide, -std::numeric_limits<double>::infinity()), empty);
            Scalar divisor = largest(count, p.index(1)).to(r.wide);
            p.forEach({r.output[0], r.output[1]}, [&](Scalars o) {
                p.loop(0, r.channels, [&](Scalar c) { out(n, o[0], o[1], c) = start; });
                p.loop(0, rows.samples, [&](Scalar i) {
                    Scalar y = sampleCoordinate(rows, o[0], i);
                    p.loop(0, columns.samples, [&](Scalar j) {
                        takeSample(p, r, a, batch, y, sampleCoordinate(columns, o[1], j), {n, o[0], o[1]});
                    });
                });
                if (!a.takesLargest)
                    p.loop(0, r.channels, [&](Scalar c) {
                        Element target = out(n, o[0], o[1], c);
                        target = Scalar(target) / divisor;
                    });
            });
        });
    });
    return finish(node, results[0]);
}

// ---- MaxRoiPool --------------------------------------------------------------------------------------------

/// Inputs: image, and regions [R, 5] of batch, x1, y1, x2, y2, whose corners are rounded to whole pixels. An output
/// element is the largest pixel of its part, 0 where that has none.
Outputs importMaxRoiPool(Node &node)
{
    std::optional<Shape> pooled = node.integers("pooled_shape");
    if (!pooled || pooled->size() != 2)
        return node.error("pooled_shape has to be height and width");
    FailureOr<Regions> regions = readRegions(node, (*pooled)[0], (*pooled)[1], 5);
    if (failed(regions))
        return failure();
    const Regions &r = *regions;
    const double scale = node.number("spatial_scale", 1.0);
    GraphBuilder &g = node.g;
    auto round = [](const Scalar &x) {
        return call(*x.p, x,
                    [](OpBuilder &b, Location loc, Value v) -> Value { return math::RoundOp::create(b, loc, v); });
    };
    /// First and one past the last pixel of output element `o` along an axis.
    auto part = [&](Procedure &p, Scalar from, Scalar to, Scalar o, int d) {
        Scalar start = round(from * scale), size = round(to * scale) - start + 1.0;
        Scalar bin = largest(size, p.number(r.wide, 1.0)) / double(r.output[d]);
        Scalar low = call(p, o.to(r.wide) * bin, [](OpBuilder &b, Location loc, Value v) -> Value {
            return math::FloorOp::create(b, loc, v);
        });
        Scalar high = ceiling((o.to(r.wide) + 1.0) * bin);
        return std::pair(boundedIndex(low + start, 0, r.extent[d]), boundedIndex(high + start, 0, r.extent[d]));
    };
    SmallVector<Value> results =
        procedure(g, {r.image, g.cast(node.input(1), r.wide)}, r.resultType(), {}, [&](Procedure &p) {
            Buffer image = p.input(0), box = p.input(1), out = p.result(0);
            p.forEach({r.count, r.output[0], r.output[1]}, [&](Scalars o) {
                Scalar batch = boundedIndex(box(o[0], 0), 0, r.batch - 1);
                const std::pair rows = part(p, box(o[0], 2), box(o[0], 4), o[1], 0);
                const std::pair columns = part(p, box(o[0], 1), box(o[0], 3), o[2], 1);
                Scalar start =
                    select((rows.first < rows.second) & (columns.first < columns.second),
                           p.number(r.wide, -std::numeric_limits<double>::infinity()), p.number(r.wide, 0.0));
                p.loop(0, r.channels, [&](Scalar c) { out(o[0], o[1], o[2], c) = start; });
                p.loop(rows.first, rows.second, [&](Scalar y) {
                    p.loop(columns.first, columns.second, [&](Scalar x) {
                        p.loop(0, r.channels, [&](Scalar c) {
                            Element target = out(o[0], o[1], o[2], c);
                            target = largest(target, image(batch, y, x, c));
                        });
                    });
                });
            });
        });
    return finish(node, results[0]);
}

} // namespace barecc::onnx_import
