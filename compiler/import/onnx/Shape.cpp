// Operators that give elements another shape or order, cut tensors apart and put them together.
#include "compiler/import/onnx/Extents.h"
#include "compiler/import/onnx/Pad.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

static Outputs reshaped(Node &node, ArrayRef<int64_t> shape)
{
    return {{node.moved(0, node.g.reshape(node.movable(0), shape))}};
}

// ---- Another shape -----------------------------------------------------------------------------------------

/// A dimension with a computed size can stay, or take dimensions behind it in, where the new shape leaves its extent
/// open: the elements of the actual shape are the first ones before and after.
static LogicalResult reshapeExtents(Node &node, ArrayRef<int64_t> shape, ArrayRef<int64_t> asGiven)
{
    const ArrayRef<int64_t> from = node.shape(0);
    for (int64_t d = 0; d < node.rank(0); ++d) {
        Value extent = node.extent(0, d);
        if (!extent)
            continue;
        const int64_t before = ShapedType::getNumElements(from.take_front(d));
        size_t e = 0;
        while (e < shape.size() && (asGiven[e] > 0 || ShapedType::getNumElements(shape.take_front(e)) != before))
            ++e;
        if (e == shape.size() || from[d] == 0 || shape[e] % from[d] != 0)
            return node.error("dimension " + Twine(d) +
                              ", whose size is computed at run time, is not left open by -1 "
                              "in the new shape, or cut apart");
        node.setExtent(0, int64_t(e), multiplySize(node.g, extent, shape[e] / from[d]));
    }
    return success();
}

static Outputs importReshape(Node &node)
{
    FailureOr<std::optional<Shape>> given = node.integersOrInput("shape", 1);
    if (failed(given))
        return failure();
    if (!*given)
        return node.error("the new shape is missing");
    Shape shape = **given;
    const bool allowZero = node.integer("allowzero", 0) != 0;
    int64_t known = 1, open = -1;
    for (auto [d, extent] : llvm::enumerate(shape)) {
        if (extent == 0 && !allowZero) {
            if (int64_t(d) >= node.rank(0))
                return node.error("extent " + Twine(d) + " of the new shape is copied from an input that has none");
            extent = node.shape(0)[d];
        }
        if (extent == -1) {
            if (open >= 0)
                return node.error("the new shape leaves more than one extent open");
            open = int64_t(d);
            extent = 1;
        }
    }
    if (failed(node.checkShape(shape)))
        return failure();
    const int64_t elements = node.type(0).getNumElements();
    known = ShapedType::getNumElements(shape);
    if (open >= 0 && known != 0) {
        shape[open] = elements / known;
        known *= shape[open];
    }
    if (known != elements)
        return node.error("a tensor of " + Twine(elements) + " elements does not fit the new shape of " + Twine(known));
    if (failed(reshapeExtents(node, shape, **given)))
        return failure();
    return reshaped(node, shape);
}

static Outputs importFlatten(Node &node)
{
    const int64_t rank = node.rank(0), given = node.integer("axis", 1);
    if (given < -rank || given > rank)
        return node.error("axis " + Twine(given) + " is outside a tensor of rank " + Twine(rank));
    const int64_t axis = given < 0 ? given + rank : given;
    return reshaped(node, {ShapedType::getNumElements(node.shape(0).take_front(axis)),
                           ShapedType::getNumElements(node.shape(0).drop_front(axis))});
}

static Outputs importSqueeze(Node &node)
{
    FailureOr<std::optional<Shape>> given = node.integersOrInput("axes", 1);
    if (failed(given))
        return failure();
    Shape squeezed;
    if (*given) {
        FailureOr<Shape> axes = node.axes(**given, node.rank(0));
        if (failed(axes))
            return failure();
        squeezed = *axes;
    }
    Shape shape, from;
    for (auto [d, extent] : llvm::enumerate(node.shape(0))) {
        const bool removed = *given ? llvm::is_contained(squeezed, int64_t(d)) : extent == 1;
        if (!removed) {
            shape.push_back(extent);
            from.push_back(int64_t(d));
        } else if (extent != 1) {
            return node.error("axis " + Twine(d) + " has extent " + Twine(extent) + " and cannot be squeezed");
        }
    }
    if (failed(keepExtents(node, 0, 0, from)))
        return failure();
    return reshaped(node, shape);
}

static Outputs importUnsqueeze(Node &node)
{
    FailureOr<std::optional<Shape>> given = node.integersOrInput("axes", 1);
    if (failed(given))
        return failure();
    if (!*given)
        return node.error("axes are missing");
    const int64_t rank = node.rank(0) + int64_t((*given)->size());
    FailureOr<Shape> axes = node.axes(**given, rank);
    if (failed(axes))
        return failure();
    Shape shape, from;
    for (int64_t d = 0, next = 0; d < rank; ++d) {
        from.push_back(llvm::is_contained(*axes, d) ? -1 : next++);
        shape.push_back(from.back() < 0 ? 1 : node.shape(0)[from.back()]);
    }
    if (failed(node.checkShape(shape)) || failed(keepExtents(node, 0, 0, from)))
        return failure();
    return reshaped(node, shape);
}

static Outputs importIdentity(Node &node)
{
    node.setTensor(0, node.tensor(0));
    return {{Value()}};
}

// ---- Another order -----------------------------------------------------------------------------------------

static Outputs importTranspose(Node &node)
{
    const int64_t rank = node.rank(0);
    Shape permutation(rank);
    for (int64_t d = 0; d < rank; ++d)
        permutation[d] = rank - 1 - d;
    if (std::optional<Shape> given = node.integers("perm")) {
        FailureOr<Shape> axes = node.axes(*given, rank);
        if (failed(axes))
            return failure();
        if (int64_t(axes->size()) != rank)
            return node.error("perm has " + Twine(axes->size()) + " axes for a tensor of rank " + Twine(rank));
        permutation = *axes;
    }
    if (failed(keepExtents(node, 0, 0, permutation)))
        return failure();
    return {{node.moved(0, node.g.transpose(node.movable(0), permutation))}};
}

/// Reshape, transpose, reshape. Of a tensor without elements the extents can be more than before.
static Outputs shuffled(Node &node, ArrayRef<int64_t> split, ArrayRef<int64_t> permutation, ArrayRef<int64_t> merged)
{
    if (failed(node.checkShape(split)) || failed(node.checkShape(merged)))
        return failure();
    Value value = node.g.transpose(node.g.reshape(node.movable(0), split), permutation);
    return {{node.moved(0, node.g.reshape(value, merged))}};
}

static FailureOr<int64_t> blockSize(Node &node)
{
    const int64_t size = node.integer("blocksize", 0);
    constexpr int64_t mostPixels = 65536;
    if (size < 1 || size > mostPixels)
        return node.error("blocksize is " + Twine(size) + "; it has to be from 1 to " + Twine(mostPixels));
    if (failed(node.checkRank(0, 4)))
        return failure();
    return size;
}

static Outputs importDepthToSpace(Node &node)
{
    FailureOr<int64_t> block = blockSize(node);
    if (failed(block))
        return failure();
    const ArrayRef<int64_t> s = node.shape(0);
    const int64_t b = *block, depth = s[1] / (b * b);
    if (s[1] % (b * b) != 0)
        return node.error(Twine(s[1]) + " channels are not a multiple of the squared block size");
    const Shape merged{s[0], depth, s[2] * b, s[3] * b};
    const std::string mode = node.text("mode", "DCR");
    if (mode == "DCR") // depth, column, row: blocks are the outer part of the channels
        return shuffled(node, {s[0], b, b, depth, s[2], s[3]}, {0, 3, 4, 1, 5, 2}, merged);
    if (mode == "CRD")
        return shuffled(node, {s[0], depth, b, b, s[2], s[3]}, {0, 1, 4, 2, 5, 3}, merged);
    return node.error("mode is '" + mode + "', but should be DCR or CRD");
}

static Outputs importSpaceToDepth(Node &node)
{
    FailureOr<int64_t> block = blockSize(node);
    if (failed(block))
        return failure();
    const ArrayRef<int64_t> s = node.shape(0);
    const int64_t b = *block;
    if (s[2] % b != 0 || s[3] % b != 0)
        return node.error("height and width are not multiples of the block size");
    return shuffled(node, {s[0], s[1], s[2] / b, b, s[3] / b, b}, {0, 3, 5, 1, 2, 4},
                    {s[0], s[1] * b * b, s[2] / b, s[3] / b});
}

static Outputs importReverseSequence(Node &node)
{
    const int64_t timeAxis = node.integer("time_axis", 0), batchAxis = node.integer("batch_axis", 1);
    if (node.rank(0) < 2 || std::min(timeAxis, batchAxis) != 0 || std::max(timeAxis, batchAxis) != 1)
        return node.error("time_axis and batch_axis should be 0 and 1, one each");
    if (failed(node.checkRank(1, 1)))
        return failure();
    if (!isa<IntegerType>(node.element(1)))
        return node.error("sequence lengths should be integers");
    if (node.shape(1)[0] != node.shape(0)[batchAxis])
        return node.error("there should be one sequence length for each of the batch");
    Value input = node.movable(0), lengths = node.input(1);
    const int64_t steps = node.shape(0)[timeAxis];
    return {
        {node.moved(0, node.g.generate(GraphBuilder::typeOf(input), [&](OpBuilder &b, Location loc, ValueRange index) {
            auto constant = [&](int64_t value) { return GraphBuilder::scalar(b, loc, b.getIndexType(), value); };
            Value length =
                GraphBuilder::castScalar(b, loc, GraphBuilder::at(b, loc, lengths, index[batchAxis]), b.getIndexType());
            length = arith::MaxSIOp::create(b, loc, length, constant(0));
            length = arith::MinSIOp::create(b, loc, length, constant(steps));
            Value time = index[timeAxis];
            Value last = arith::SubIOp::create(b, loc, length, constant(1));
            Value turned = arith::SubIOp::create(b, loc, last, time);
            Value inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, time, length);
            SmallVector<Value> source(index);
            source[timeAxis] = arith::SelectOp::create(b, loc, inside, turned, time);
            return GraphBuilder::at(b, loc, input, source);
        }))}};
}

// ---- Together and apart ------------------------------------------------------------------------------------

/// Whether all inputs are quantised alike, so that their stored integers can be put together.
static bool areQuantizedAlike(Node &node)
{
    for (unsigned i = 0; i < node.inputCount(); ++i) {
        Value quantized = node.quantizedInput(i);
        if (!quantized || GraphBuilder::elementOf(quantized) != GraphBuilder::elementOf(node.quantizedInput(0)))
            return false;
    }
    return isa<quant::UniformQuantizedType>(GraphBuilder::elementOf(node.quantizedInput(0)));
}

static Outputs importConcat(Node &node)
{
    FailureOr<int64_t> axis = node.axis(node.integer("axis", 1), node.rank(0));
    if (failed(axis))
        return failure();
    Shape shape(node.shape(0));
    for (unsigned i = 1; i < node.inputCount(); ++i) {
        if (!node.hasInput(i))
            return node.error("input " + Twine(i) + " is missing");
        if (failed(node.checkSameType(0, i)) || failed(node.checkRank(i, node.rank(0))))
            return failure();
        for (auto [d, extent] : llvm::enumerate(node.shape(i)))
            if (int64_t(d) != *axis && extent != shape[d])
                return node.error("extent " + Twine(d) + " of input " + Twine(i) + " is " + Twine(extent) +
                                  ", but that of input 0 is " + Twine(shape[d]));
        shape[*axis] += node.shape(i)[*axis];
        if (failed(node.checkShape(shape)))
            return failure();
    }
    for (int64_t d = 0; d < node.rank(0); ++d) {
        for (unsigned i = 0; i < node.inputCount(); ++i)
            if (node.extent(i, d) != node.extent(0, d) || (node.extent(i, d) && d == *axis))
                return node.error("input " + Twine(i) + " has in dimension " + Twine(d) +
                                  " a size that is computed at run time and does not fit the others");
        if (Value extent = node.extent(0, d))
            node.setExtent(0, d, extent);
    }
    const bool quantized = areQuantizedAlike(node);
    SmallVector<Value> parts;
    for (unsigned i = 0; i < node.inputCount(); ++i)
        parts.push_back(quantized ? node.movable(i) : node.input(i));
    Value whole = node.g.concat(parts, *axis);
    return {{quantized ? node.moved(0, whole) : whole}};
}

/// Extents of the parts: given, or equal ones of which the last may be smaller.
static FailureOr<Shape> splitSizes(Node &node, int64_t extent)
{
    FailureOr<std::optional<Shape>> given = node.integersOrInput("split", 1);
    if (failed(given))
        return failure();
    const int64_t outputs = node.proto.output_size();
    if (*given) {
        int64_t sum = 0;
        for (int64_t size : **given) {
            if (size < 0 || size > extent - sum)
                return node.error("the parts do not fit an extent of " + Twine(extent));
            sum += size;
        }
        if (sum != extent || int64_t((*given)->size()) != outputs)
            return node.error("the parts do not add up to an extent of " + Twine(extent) + " in " + Twine(outputs) +
                              " outputs");
        return **given;
    }
    const int64_t count = node.integer("num_outputs", outputs);
    if (count != outputs || count < 1)
        return node.error("num_outputs is " + Twine(count) + ", but the node has " + Twine(outputs));
    const int64_t size = (extent + count - 1) / count;
    Shape sizes;
    for (int64_t i = 0, left = extent; i < count; ++i, left -= sizes.back())
        sizes.push_back(std::min(size, left));
    if (!node.attribute("num_outputs") && extent % count != 0)
        return node.error("an extent of " + Twine(extent) + " does not split into " + Twine(count) + " equal parts");
    return sizes;
}

static Outputs importSplit(Node &node)
{
    FailureOr<int64_t> axis = node.axis(node.integer("axis", 0), node.rank(0));
    if (failed(axis))
        return failure();
    FailureOr<Shape> sizes = splitSizes(node, node.shape(0)[*axis]);
    if (failed(sizes))
        return failure();
    Value input = node.movable(0);
    Shape offsets(node.rank(0), 0), extents(node.shape(0)), strides(node.rank(0), 1);
    SmallVector<Value> parts;
    Shape kept = llvm::to_vector(llvm::seq<int64_t>(0, node.rank(0)));
    kept[*axis] = -1;
    for (auto [i, size] : llvm::enumerate(*sizes)) {
        if (failed(keepExtents(node, unsigned(i), 0, kept)))
            return failure();
        extents[*axis] = size;
        parts.push_back(node.moved(0, node.g.slice(input, offsets, extents, strides)));
        offsets[*axis] += size;
    }
    return parts;
}

static Outputs sliced(Node &node, ArrayRef<int64_t> starts, ArrayRef<int64_t> ends, std::optional<Shape> axes,
                      std::optional<Shape> steps)
{
    const size_t count = starts.size();
    if (!axes)
        axes = llvm::to_vector(llvm::seq<int64_t>(0, int64_t(count)));
    if (!steps)
        steps = Shape(count, 1);
    if (ends.size() != count || axes->size() != count || steps->size() != count)
        return node.error("starts, ends, axes and steps should have one length");
    FailureOr<Shape> checked = node.axes(*axes, node.rank(0));
    if (failed(checked))
        return failure();
    Shape offsets(node.rank(0), 0), sizes(node.shape(0)), strides(node.rank(0), 1);
    for (auto [start, end, step, axis] : llvm::zip(starts, ends, *steps, *checked)) {
        const int64_t extent = node.shape(0)[axis], most = std::max<int64_t>(extent, 1);
        if (step == 0)
            return node.error("a step is 0");
        if (node.extent(0, axis) && (step != 1 || start < 0 || end < 0))
            return node.error("a slice of dimension " + Twine(axis) + ", whose size is computed at run time, needs " +
                              "step 1 and bounds that are not negative");
        const int64_t stride = std::clamp(step, -most, most); // longer ones take one element as well
        const int64_t low = stride > 0 ? 0 : -1, high = stride > 0 ? extent : extent - 1;
        const int64_t from = std::clamp(start < 0 ? start + extent : start, stride > 0 ? 0 : std::min<int64_t>(0, high),
                                        std::max(low, high));
        const int64_t to = std::clamp(end < 0 ? end + extent : end, low, std::max(low, high));
        const int64_t distance = stride > 0 ? to - from : from - to, length = std::abs(stride);
        offsets[axis] = from;
        sizes[axis] = distance <= 0 ? 0 : (distance + length - 1) / length;
        strides[axis] = stride;
        if (sizes[axis] == 0) {
            offsets[axis] = 0;
            strides[axis] = 1;
        }
    }
    for (int64_t d = 0; d < node.rank(0); ++d)
        if (Value extent = node.extent(0, d))
            node.setExtent(0, d,
                           sizes[d] == node.shape(0)[d]
                               ? extent
                               : clampSize(node.g, addSize(node.g, extent, -offsets[d]), 0, sizes[d]));
    return {{node.moved(0, node.g.slice(node.movable(0), offsets, sizes, strides))}};
}

static Outputs importSliceAttributes(Node &node)
{
    std::optional<Shape> starts = node.integers("starts"), ends = node.integers("ends");
    if (!starts || !ends)
        return node.error("starts or ends are missing");
    return sliced(node, *starts, *ends, node.integers("axes"), std::nullopt);
}

static Outputs importSlice(Node &node)
{
    FailureOr<Shape> starts = node.constantIntegers(1, "starts"), ends = node.constantIntegers(2, "ends");
    FailureOr<std::optional<Shape>> axes = node.integersOrInput("axes", 3), steps = node.integersOrInput("steps", 4);
    if (failed(starts) || failed(ends) || failed(axes) || failed(steps))
        return failure();
    return sliced(node, *starts, *ends, *axes, *steps);
}

// ---- Larger ------------------------------------------------------------------------------------------------

static Outputs importExpand(Node &node)
{
    FailureOr<Shape> wanted = node.constantIntegers(1, "the shape");
    if (failed(wanted) || failed(node.checkShape(*wanted)))
        return failure();
    std::optional<Shape> shape = GraphBuilder::broadcastShape(node.shape(0), *wanted);
    if (!shape)
        return node.error("the input does not broadcast to the wanted shape");
    if (failed(node.checkShape(*shape)))
        return failure();
    return {{node.moved(0, node.g.broadcastTo(node.movable(0), *shape))}};
}

/// Every axis with a new one before it, which is then broadcast.
static Outputs tiled(Node &node, ArrayRef<int64_t> repeats)
{
    if (int64_t(repeats.size()) != node.rank(0))
        return node.error("there should be one repeat for each axis");
    Shape split, spread, merged;
    for (auto [extent, repeat] : llvm::zip(node.shape(0), repeats)) {
        if (repeat < 0 || failed(node.checkShape({extent, repeat})))
            return node.error("a repeat is negative or excessive");
        split.append({1, extent});
        spread.append({repeat, extent});
        merged.push_back(repeat * extent);
    }
    if (failed(node.checkShape(merged)) || failed(node.checkShape(spread)))
        return failure();
    Value value = node.g.broadcastTo(node.g.reshape(node.movable(0), split), spread);
    return {{node.moved(0, node.g.reshape(value, merged))}};
}

static Outputs importTile(Node &node)
{
    FailureOr<Shape> repeats = node.constantIntegers(1, "repeats");
    return failed(repeats) ? Outputs(failure()) : tiled(node, *repeats);
}

/// Opset 1: one axis, and how often it is repeated.
static Outputs importTileAxis(Node &node)
{
    FailureOr<double> count = node.constantNumber(1, "tiles", 1), given = node.constantNumber(2, "the axis", 0);
    if (failed(count) || failed(given))
        return failure();
    if (!(std::abs(*count) <= INT_MAX && std::abs(*given) <= INT_MAX))
        return node.error("tiles or the axis is excessive");
    FailureOr<int64_t> axis = node.axis(int64_t(*given), node.rank(0));
    if (failed(axis))
        return failure();
    Shape repeats(node.rank(0), 1);
    repeats[*axis] = int64_t(*count);
    return tiled(node, repeats);
}

llvm::ArrayRef<Entry> shapeOperators()
{
    static const Entry table[] = {
        {"", "Reshape", 1, importReshape, allTypes, 1, ComputedSizes::Handled},
        {"", "Flatten", 1, importFlatten, allTypes},
        {"", "Squeeze", 1, importSqueeze, allTypes, 1, ComputedSizes::Handled},
        {"", "Unsqueeze", 1, importUnsqueeze, allTypes, 1, ComputedSizes::Handled},
        {"", "Identity", 1, importIdentity, allTypes, 1, ComputedSizes::Handled, true},

        {"", "Transpose", 1, importTranspose, allTypes, 1, ComputedSizes::Handled},
        {"", "DepthToSpace", 1, importDepthToSpace, allTypes},
        {"", "SpaceToDepth", 1, importSpaceToDepth, allTypes},
        {"", "ReverseSequence", 10, importReverseSequence, allTypes, 2},

        {"", "Concat", 1, importConcat, allTypes, 1, ComputedSizes::Handled},
        {"", "Split", 1, importSplit, allTypes, 1, ComputedSizes::Handled},
        {"", "Slice", 1, importSliceAttributes, allTypes, 1, ComputedSizes::Handled},
        {"", "Slice", 10, importSlice, allTypes, 3, ComputedSizes::Handled},

        {"", "Expand", 8, importExpand, allTypes, 2},
        {"", "Tile", 1, importTileAxis, allTypes, 3},
        {"", "Tile", 6, importTile, allTypes, 2},
        {"", "CenterCropPad", 18, importCenterCropPad, allTypes, 2},
        {"", "Pad", 1, importPad, allTypes},
        {"com.microsoft", "Pad", 1, importPad, floatTypes, 2},
    };
    return table;
}

} // namespace barecc::onnx_import
