// Images resized: which pixels are read, and with what weights, is computed here; tables of it go into the model.
#include "compiler/import/tflite/Node.h"

#include "compiler/ir/Constants.h"

#include <cmath>

using namespace mlir;

namespace barecc::tflite_import {

namespace {

struct Placement {
    bool alignCorners, halfPixelCenters;
};

/// Where the pixels of one axis of the result lie between those of the input.
struct Taps {
    std::vector<int32_t> low, high;
    std::vector<float> weight;        // of `high`
    std::vector<int32_t> fixedWeight; // the same in 1/1024
};

/// One of the four pixels that a pixel of the result lies between: entries of the tables of rows and columns, and weights.
struct Corner {
    Value row, column, rowWeight, columnWeight;
};

} // namespace

// There is a table entry for each row and column.
static constexpr int64_t maxSide = 1 << 16;

static FailureOr<SmallVector<int64_t>> newSize(const Node &node)
{
    FailureOr<SmallVector<int64_t>> size = node.constantIntegers(1, "the new size");
    if (failed(size) || failed(node.requireRank(0, 4)))
        return failure();
    const ArrayRef<int64_t> shape = node.shape(0);
    auto isSide = [](int64_t extent) { return extent >= 0 && extent <= maxSide; };
    if (size->size() != 2 || !llvm::all_of(*size, isSide) || !llvm::all_of(shape.slice(1, 2), isSide))
        return node.error("has an impossible new size; the file is damaged");
    SmallVector<int64_t> result{shape[0], (*size)[0], (*size)[1], shape[3]};
    if (failed(node.requireSize(result)))
        return failure();
    if (ShapedType::getNumElements(result) != 0 && node.g.typeOf(node.input(0)).getNumElements() == 0)
        return node.error("makes an image of one without pixels; the file is damaged");
    return result;
}

/// A result that has no pixels, whatever the input; null where it has some.
static Value nothingOf(const Node &node, ArrayRef<int64_t> size)
{
    const auto type = RankedTensorType::get(size, node.element(0));
    return type.getNumElements() == 0 ? node.g.nothing(type) : Value();
}

static Taps bilinearTaps(int64_t in, int64_t out, Placement placement)
{
    const bool align = placement.alignCorners && out > 1;
    const float scale = align ? float(in - 1) / float(out - 1) : float(in) / float(out);
    Taps taps;
    for (int64_t i = 0; i < out; ++i) {
        const float at = placement.halfPixelCenters ? (float(i) + 0.5f) * scale - 0.5f : float(i) * scale;
        taps.low.push_back(int32_t(std::clamp<int64_t>(int64_t(std::floor(at)), 0, in - 1)));
        taps.high.push_back(int32_t(std::clamp<int64_t>(int64_t(std::ceil(at)), 0, in - 1)));
        taps.weight.push_back(at - float(taps.low.back()));
    }
    return taps;
}

/// The same as integer kernels compute it, in 1/1024 of a pixel.
static Taps fixedBilinearTaps(int64_t in, int64_t out, Placement placement)
{
    const bool align = placement.alignCorners && out > 1;
    const int64_t from = align ? in - 1 : in, to = align ? out - 1 : out, one = 1 << 10;
    const int64_t scale = (one * from + to / 2) / to;
    Taps taps;
    for (int64_t i = 0; i < out; ++i) {
        const int64_t at = placement.halfPixelCenters ? i * scale + scale / 2 - one / 2 : i * scale;
        taps.low.push_back(int32_t(std::clamp<int64_t>(at / one, 0, in - 1)));
        taps.high.push_back(int32_t(std::clamp<int64_t>((at + one - 1) / one, 0, in - 1)));
        taps.fixedWeight.push_back(int32_t(at - one * taps.low.back()));
    }
    return taps;
}

template <typename T> static Value table(const Node &node, const std::vector<T> &values, Type element)
{
    ArrayRef<char> bytes(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T));
    return node.g.constant(makeConstant(RankedTensorType::get({int64_t(values.size())}, element), bytes));
}

static Outputs resizeBilinear(Node &node)
{
    FailureOr<SmallVector<int64_t>> size = newSize(node);
    if (failed(size))
        return failure();
    const auto *options = node.optionsOrNull<tflite::ResizeBilinearOptions>();
    const Placement placement{options && options->align_corners(), options && options->half_pixel_centers()};
    if (!node.quantization(0) && failed(node.requireFloat()))
        return failure();
    if (Value nothing = nothingOf(node, *size))
        return one(nothing);
    // Unsigned bytes are the one integer type that the reference kernel resizes with floats.
    const bool isByte = node.inputTensor(0).type == tflite::TensorType_UINT8;
    const bool whole = !node.isFloat(0) && !isByte;
    const auto taps = whole ? fixedBilinearTaps : bilinearTaps;
    const Taps rows = taps(node.shape(0)[1], (*size)[1], placement),
               columns = taps(node.shape(0)[2], (*size)[2], placement);
    // 16 bits of a pixel and 20 of its weight do not fit 32.
    const Type element = node.element(0), i32 = node.g.b.getI32Type();
    const Type wide = !whole ? Type(node.g.b.getF32Type()) : element.isInteger(8) ? i32 : Type(node.g.b.getI64Type());
    Value top = table(node, rows.low, i32), bottom = table(node, rows.high, i32);
    Value left = table(node, columns.low, i32), right = table(node, columns.high, i32);
    Value down = whole ? table(node, rows.fixedWeight, i32) : table(node, rows.weight, wide);
    Value across = whole ? table(node, columns.fixedWeight, i32) : table(node, columns.weight, wide);
    Value input = node.storage(0);
    return one(
        node.g.generate(RankedTensorType::get(*size, element), [&](OpBuilder &b, Location loc, ValueRange index) {
            const Scalar s{b, loc};
            auto entry = [&](Value table, Value i) { return GraphBuilder::at(b, loc, table, i); };
            auto pixel = [&](const Corner &corner) {
                Value row = s.convert(entry(corner.row, index[1]), b.getIndexType()),
                      column = s.convert(entry(corner.column, index[2]), b.getIndexType());
                Value value = GraphBuilder::at(b, loc, input, {index[0], row, column, index[3]});
                if (isByte)
                    value = s.add(s.widen(value), s.i32(128));
                value = s.convert(value, wide);
                if (isByte)
                    return s.mul(value, s.mul(corner.rowWeight, corner.columnWeight));
                return s.mul(s.mul(value, corner.rowWeight), corner.columnWeight);
            };
            Value dy = s.convert(entry(down, index[1]), wide), dx = s.convert(entry(across, index[2]), wide);
            Value full = s.same(dy, whole ? 1024 : 1), restY = s.sub(full, dy), restX = s.sub(full, dx);
            // One after the other, as TFLite's kernel of each type adds its floats.
            const Corner below{bottom, left, dy, restX}, beside{top, right, restY, dx};
            Value sum = s.add(pixel({top, left, restY, restX}), pixel(isByte ? beside : below));
            sum = s.add(sum, pixel(isByte ? below : beside));
            sum = s.add(sum, pixel({bottom, right, dy, dx}));
            if (isByte)
                return s.convert(s.sub(s.widen(s.add(sum, s.f32(0.5))), s.i32(128)), element);
            if (!whole)
                return sum;
            Value half = s.same(sum, 1 << 19);
            Value rounded = s.add(sum, s.select(s.less(s.same(sum, 0), sum), half, s.sub(s.same(sum, 0), half)));
            return s.convert(s.div(rounded, s.same(sum, 1 << 20)), element);
        }));
}

static std::vector<int32_t> nearest(int64_t in, int64_t out, Placement placement)
{
    const float scale = placement.alignCorners && out > 1 ? float(in - 1) / float(out - 1) : float(in) / float(out);
    const float offset = placement.halfPixelCenters ? 0.5f : 0.0f;
    std::vector<int32_t> source;
    for (int64_t i = 0; i < out; ++i) {
        const float at = (float(i) + offset) * scale;
        const float rounded = placement.alignCorners ? std::round(at) : std::floor(at);
        source.push_back(int32_t(std::clamp<int64_t>(int64_t(rounded), 0, in - 1)));
    }
    return source;
}

static Outputs resizeNearest(Node &node)
{
    FailureOr<SmallVector<int64_t>> size = newSize(node);
    if (failed(size))
        return failure();
    if (Value nothing = nothingOf(node, *size))
        return one(nothing);
    const auto *options = node.optionsOrNull<tflite::ResizeNearestNeighborOptions>();
    const Placement placement{options && options->align_corners(), options && options->half_pixel_centers()};
    const Type i32 = node.g.b.getI32Type();
    Value rows = table(node, nearest(node.shape(0)[1], (*size)[1], placement), i32);
    Value columns = table(node, nearest(node.shape(0)[2], (*size)[2], placement), i32);
    Value input = node.storage(0);
    return one(node.g.generate(
        RankedTensorType::get(*size, node.element(0)), [&](OpBuilder &b, Location loc, ValueRange index) {
            const Scalar s{b, loc};
            Value row = s.convert(GraphBuilder::at(b, loc, rows, index[1]), b.getIndexType());
            Value column = s.convert(GraphBuilder::at(b, loc, columns, index[2]), b.getIndexType());
            return GraphBuilder::at(b, loc, input, {index[0], row, column, index[3]});
        }));
}

ArrayRef<Entry> resizeOperators()
{
    static const Entry entries[] = {
        {tflite::BuiltinOperator_RESIZE_BILINEAR,
         resizeBilinear,
         2,
         "float32, int8, uint8, int16",
         {0b1, Moves::Quantized}},
        {tflite::BuiltinOperator_RESIZE_NEAREST_NEIGHBOR, resizeNearest, 2, "all", {0b1}},
    };
    return entries;
}

} // namespace barecc::tflite_import
