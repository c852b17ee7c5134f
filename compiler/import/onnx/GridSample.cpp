// GridSample and AffineGrid: images of one to three spatial axes, read at coordinates that the model computes.
#include "compiler/import/onnx/Layout.h"
#include "compiler/import/onnx/Resampling.h"
#include "compiler/import/onnx/Sampling.h"
#include "compiler/ir/Procedure.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

static FailureOr<Sampling> readSampling(const Node &node)
{
    Sampling sampling;
    const std::string mode = node.text("mode", "linear"), padding = node.text("padding_mode", "zeros");
    if (mode == "nearest")
        sampling.mode = Sampling::Nearest;
    else if (mode == "linear" || mode == "bilinear")
        sampling.mode = Sampling::Linear;
    else if (mode == "cubic" || mode == "bicubic")
        sampling.mode = Sampling::Cubic;
    else
        return node.error("mode is '" + mode + "'; it has to be linear, nearest or cubic");
    if (padding == "zeros")
        sampling.padding = Sampling::Zeros;
    else if (padding == "border")
        sampling.padding = Sampling::Border;
    else if (padding == "reflection")
        sampling.padding = Sampling::Reflection;
    else
        return node.error("padding_mode is '" + padding + "'; it has to be zeros, border or reflection");
    sampling.alignCorners = node.integer("align_corners", 0) != 0;
    // As PyTorch, which the standard follows, has it: nearbyint over two axes, round over three.
    sampling.roundsToEven = node.rank(0) != 5;
    return sampling;
}

static LogicalResult checkGrid(const Node &node)
{
    const ArrayRef<int64_t> image = node.shape(0), grid = node.shape(1);
    if (image.size() < 3)
        return node.error("the input " + shapeText(image) + " has no spatial axis; it has to be N x C x D1 x ...");
    if (grid.size() != image.size() || grid.front() != image.front() || grid.back() != int64_t(image.size()) - 2)
        return node.error("the grid " + shapeText(grid) + " does not fit the input " + shapeText(image) +
                          "; it has to be N x output axes x " + Twine(image.size() - 2));
    if (image.size() > 5)
        return node.error("the input has " + Twine(image.size() - 2) + " spatial axes; up to three are supported");
    if (!isa<FloatType>(node.element(1)))
        return node.error("the grid has to be of a floating-point type");
    if (llvm::is_contained(image.drop_front(2), 0))
        return node.error("the input " + shapeText(image) + " has no pixels to sample");
    return failure(failed(node.checkShape(image)) || failed(node.checkShape(grid)));
}

/// A coordinate in [-1, 1] as one that counts elements.
static Value denormalize(const ScalarMath &m, Value x, int64_t extent, bool alignCorners)
{
    Value shifted = m.add(x, m.number(x, 1.0));
    if (alignCorners)
        return m.multiply(shifted, m.number(x, 0.5 * double(extent - 1)));
    Value doubled = m.subtract(m.multiply(shifted, m.number(x, double(extent))), m.number(x, 1.0));
    return m.multiply(doubled, m.number(x, 0.5));
}

/// Coordinates are worked out once for all channels, which are innermost.
static Outputs importGridSample(Node &node)
{
    FailureOr<Sampling> sampling = readSampling(node);
    if (failed(sampling) || failed(checkGrid(node)))
        return failure();
    GraphBuilder &g = node.g;
    const bool moves = sampling->mode == Sampling::Nearest, isUnsigned = node.isUnsigned(0);
    const Type element = node.element(0);
    if (!moves && element.isInteger(1))
        return node.error("booleans can only be sampled with mode 'nearest'");
    Value image = toChannelsLast(g, moves ? node.movable(0) : node.input(0));
    const Shape from(GraphBuilder::shapeOf(image));
    const size_t spatial = from.size() - 2;
    const int64_t channels = from.back();
    Shape shape(node.shape(1));
    shape.back() = channels;
    if (failed(node.checkShape(shape)))
        return failure();
    const Type sum = isa<FloatType>(element) ? accumulatorOf(element) : Type(g.b.getF32Type());
    auto type = RankedTensorType::get(shape, moves ? GraphBuilder::elementOf(image) : sum);
    Value result = procedure(g, {image, node.input(1)}, type, {}, [&](Procedure &p) {
        Buffer pixels = p.input(0), grid = p.input(1), out = p.result(0);
        const ScalarMath m{p.b, p.loc};
        p.forEach(ArrayRef(shape).drop_back(), [&](Scalars at) {
            SmallVector<SampleTaps> taps;
            for (size_t d = 0; d < spatial; ++d) {
                // The grid has the innermost axis first.
                Scalars entry(at);
                entry.push_back(p.index(int64_t(spatial - 1 - d)));
                Value x = m.widen(Scalar(grid.at(entry)).value);
                const int64_t extent = from[d + 1];
                taps.push_back(sampling->taps(m, denormalize(m, x, extent, sampling->alignCorners), extent));
                for (Value &weight : taps.back().weights)
                    weight = GraphBuilder::castScalar(p.b, p.loc, weight, sum);
            }
            p.loop(0, channels, [&](Scalar c) {
                Value sample = sampled(m, taps, [&](ValueRange indices) {
                    Scalars position{at[0]};
                    for (Value index : indices)
                        position.push_back(p.scalar(index));
                    position.push_back(c);
                    Scalar pixel = pixels.at(position);
                    return moves ? pixel.value : GraphBuilder::castScalar(p.b, p.loc, pixel.value, sum, isUnsigned);
                });
                at.push_back(c);
                out.at(at) = p.scalar(sample);
                at.pop_back();
            });
        });
    })[0];
    result = toChannelsFirst(g, moves ? result : truncateTo(g, result, node.onnxElement(0)));
    return SmallVector<Value>{moves ? node.moved(0, result) : result};
}

// ---- AffineGrid --------------------------------------------------------------------------------------------

/// The coordinate, from -1 to 1, of element `i` of an axis.
static Value normalize(const ScalarMath &m, Value i, int64_t extent, bool alignCorners, Type element)
{
    Value x = GraphBuilder::castScalar(m.b, m.loc, i, element);
    const double step = alignCorners ? (extent == 1 ? 0.0 : 2.0 / double(extent - 1)) : 2.0 / double(extent);
    const double first = extent == 1 ? 0.0 : alignCorners ? -1.0 : 1.0 / double(extent) - 1.0;
    return m.add(m.multiply(x, m.number(x, step)), m.number(x, first));
}

/// The grid, [N, spatial..., axes], for GridSample with align_corners alike: theta [N, axes, axes + 1] applied to the
/// coordinates of each element, innermost axis first, and 1.
static Outputs importAffineGrid(Node &node)
{
    FailureOr<Shape> size = node.constantIntegers(1, "size");
    if (failed(size) || failed(node.checkRank(0, 3)))
        return failure();
    const int64_t axes = int64_t(size->size()) - 2;
    const ArrayRef<int64_t> theta = node.shape(0);
    if (axes != 2 && axes != 3)
        return node.error("size has " + Twine(size->size()) + " entries; it has to be N, C, (D,) H, W");
    if (theta != ArrayRef<int64_t>{(*size)[0], axes, axes + 1})
        return node.error("theta " + shapeText(theta) + " does not fit size " + shapeText(*size));
    Shape shape(*size);
    shape.erase(shape.begin() + 1);
    shape.push_back(axes);
    if (failed(node.checkShape(shape)))
        return failure();
    GraphBuilder &g = node.g;
    const bool alignCorners = node.integer("align_corners", 0) != 0;
    const Type element = node.element(0), wide = accumulatorOf(element);
    Value matrices = g.cast(node.input(0), wide);
    Value grid = g.generate(RankedTensorType::get(shape, wide), [&](OpBuilder &b, Location loc, ValueRange index) {
        const ScalarMath m{b, loc};
        auto entry = [&](int64_t column) {
            Value k = GraphBuilder::scalar(b, loc, b.getIndexType(), column);
            return GraphBuilder::at(b, loc, matrices, {index.front(), index.back(), k});
        };
        Value sum = entry(axes);
        for (int64_t d = 0; d < axes; ++d) {
            Value x = normalize(m, index[size_t(d + 1)], shape[size_t(d + 1)], alignCorners, wide);
            sum = m.add(sum, m.multiply(entry(axes - 1 - d), x));
        }
        return sum;
    });
    return SmallVector<Value>{g.cast(grid, element)};
}

ArrayRef<Entry> samplingOperators()
{
    static const Entry entries[] = {
        {"", "GridSample", 16, importGridSample, allTypes, 2},
        {"com.microsoft", "GridSample", 1, importGridSample, allTypes, 2},
        {"", "AffineGrid", 20, importAffineGrid, floatTypes, 2},
        {"", "RoiAlign", 10, importRoiAlign, floatTypes, 3},
        {"", "MaxRoiPool", 1, importMaxRoiPool, floatTypes, 2},
    };
    return entries;
}

} // namespace barecc::onnx_import
