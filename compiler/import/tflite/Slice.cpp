// Parts of tensors, and tensors from parts.
#include "compiler/import/tflite/Node.h"

#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;

namespace barecc::tflite_import {

static Outputs slice(Node &node)
{
    FailureOr<SmallVector<int64_t>> begin = node.constantIntegers(1, "the first index");
    FailureOr<SmallVector<int64_t>> size = node.constantIntegers(2, "the size");
    if (failed(begin) || failed(size))
        return failure();
    const ArrayRef<int64_t> shape = node.shape(0);
    if (begin->size() != shape.size() || size->size() != shape.size())
        return node.error("slices another number of dimensions; the file is damaged");
    for (auto [extent, first, count] : llvm::zip(shape, *begin, *size)) {
        const bool starts = first >= 0 && first <= extent;
        if (starts && count == -1)
            count = extent - first;
        if (!starts || count < 0 || count > extent - first)
            return node.error("slices beyond its input; the file is damaged");
    }
    return one(node.g.slice(node.storage(0), *begin, *size, SmallVector<int64_t>(shape.size(), 1)));
}

// ---- Strided slice -----------------------------------------------------------------------------------------

namespace {

/// What a strided slice takes of one dimension of its input.
struct Range {
    int64_t first, count, stride;
};

} // namespace

/// The range begin:end:stride of a dimension, with absent ends, as Python slices.
static Range rangeOf(int64_t extent, std::optional<int64_t> begin, std::optional<int64_t> end, int64_t stride)
{
    const int64_t lowest = stride > 0 ? 0 : -1, highest = stride > 0 ? extent : extent - 1;
    auto resolve = [&](int64_t index) { return std::clamp(index < 0 ? index + extent : index, lowest, highest); };
    const int64_t first = begin ? resolve(*begin) : (stride > 0 ? lowest : highest);
    const int64_t last = end ? resolve(*end) : (stride > 0 ? highest : lowest);
    const int64_t distance = stride > 0 ? last - first : first - last, step = std::abs(stride);
    return {first, distance <= 0 ? 0 : (distance + step - 1) / step, stride};
}

static Outputs stridedSlice(Node &node)
{
    auto options = node.options<tflite::StridedSliceOptions>();
    FailureOr<SmallVector<int64_t>> begin = node.constantIntegers(1, "the first index");
    FailureOr<SmallVector<int64_t>> end = node.constantIntegers(2, "the last index");
    FailureOr<SmallVector<int64_t>> strides = node.constantIntegers(3, "the stride");
    if (failed(options) || failed(begin) || failed(end) || failed(strides))
        return failure();
    const size_t terms = begin->size();
    if (end->size() != terms || strides->size() != terms || terms > 32)
        return node.error("has indices and strides of different numbers; the file is damaged");
    auto bit = [](int32_t mask, size_t i) { return (uint32_t(mask) >> i) & 1; };
    size_t newAxes = 0, ellipses = 0;
    for (size_t i = 0; i < terms; ++i) {
        ellipses += bit((*options)->ellipsis_mask(), i);
        newAxes += !bit((*options)->ellipsis_mask(), i) && bit((*options)->new_axis_mask(), i);
    }
    const ArrayRef<int64_t> shape = node.shape(0);
    if (ellipses > 1 || terms - newAxes - ellipses > shape.size())
        return node.error("slices more dimensions than its input has; the file is damaged");

    SmallVector<int64_t> offsets, counts, steps, result;
    auto take = [&](const Range &range) {
        offsets.push_back(range.first);
        counts.push_back(range.count);
        steps.push_back(range.stride);
    };
    for (size_t i = 0; i < terms; ++i) {
        const size_t d = offsets.size();
        if (bit((*options)->ellipsis_mask(), i)) {
            for (size_t n = shape.size() - (terms - newAxes - ellipses); n > 0; --n) {
                result.push_back(shape[offsets.size()]);
                take({0, shape[offsets.size()], 1});
            }
        } else if (bit((*options)->new_axis_mask(), i)) {
            result.push_back(1);
        } else if (bit((*options)->shrink_axis_mask(), i)) {
            const int64_t index = (*begin)[i] < 0 ? (*begin)[i] + shape[d] : (*begin)[i];
            if (index < 0 || index >= shape[d])
                return node.error("takes index " + Twine((*begin)[i]) + " of a dimension of " + Twine(shape[d]) +
                                  "; the file is damaged");
            take({index, 1, 1});
        } else {
            if ((*strides)[i] == 0 || (*strides)[i] < -INT32_MAX || (*strides)[i] > INT32_MAX)
                return node.error("has an impossible stride; the file is damaged");
            std::optional<int64_t> first, last;
            if (!bit((*options)->begin_mask(), i))
                first = (*begin)[i];
            if (!bit((*options)->end_mask(), i)) {
                last = (*options)->offset() ? llvm::checkedAdd((*begin)[i], (*end)[i]) : (*end)[i];
                if (!last)
                    return node.error("has an impossible last index; the file is damaged");
            }
            take(rangeOf(shape[d], first, last, (*strides)[i]));
            result.push_back(counts.back());
        }
    }
    while (offsets.size() < shape.size()) {
        result.push_back(shape[offsets.size()]);
        take({0, shape[offsets.size()], 1});
    }
    for (auto [offset, count] : llvm::zip(offsets, counts))
        if (count == 0)
            offset = 0; // nothing is taken there; the first index may be one past the end
    return one(node.g.reshape(node.g.slice(node.storage(0), offsets, counts, steps), result));
}

// ---- Split and join ----------------------------------------------------------------------------------------

/// Consecutive slices of input `i` along `axis`.
static Outputs splitAt(const Node &node, unsigned i, int64_t axis, ArrayRef<int64_t> sizes)
{
    SmallVector<Value> parts;
    SmallVector<int64_t> offsets(node.rank(i), 0), shape(node.shape(i)), strides(node.rank(i), 1);
    for (int64_t size : sizes) {
        shape[axis] = size;
        parts.push_back(node.g.slice(node.storage(i), offsets, shape, strides));
        offsets[axis] += size;
    }
    return parts;
}

static Outputs split(Node &node)
{
    FailureOr<int64_t> value = node.constantInteger(0, "the axis");
    if (failed(value))
        return failure();
    FailureOr<int64_t> axis = node.axis(*value, node.rank(1));
    if (failed(axis))
        return failure();
    const int64_t extent = node.shape(1)[*axis], parts = node.outputCount();
    if (parts == 0 || extent % parts != 0)
        return node.error("cannot split " + Twine(extent) + " into " + Twine(parts) +
                          " equal parts; the file is damaged");
    return splitAt(node, 1, *axis, SmallVector<int64_t>(parts, extent / parts));
}

static Outputs splitV(Node &node)
{
    FailureOr<SmallVector<int64_t>> sizes = node.constantIntegers(1, "the sizes");
    FailureOr<int64_t> value = node.constantInteger(2, "the axis");
    if (failed(sizes) || failed(value))
        return failure();
    FailureOr<int64_t> axis = node.axis(*value, node.rank(0));
    if (failed(axis))
        return failure();
    const int64_t extent = node.shape(0)[*axis];
    int64_t rest = extent, open = -1;
    for (auto [i, size] : llvm::enumerate(*sizes)) {
        if (size == -1 && open < 0)
            open = int64_t(i);
        else if (size < 0 || size > rest)
            return node.error("has parts that are not its input's " + Twine(extent) + "; the file is damaged");
        else
            rest -= size;
    }
    if (open >= 0)
        (*sizes)[open] = rest;
    if ((open < 0 && rest != 0) || sizes->size() != node.outputCount())
        return node.error("has parts that are not its input's " + Twine(extent) + "; the file is damaged");
    return splitAt(node, 0, *axis, *sizes);
}

static Outputs unpack(Node &node)
{
    auto options = node.options<tflite::UnpackOptions>();
    if (failed(options))
        return failure();
    FailureOr<int64_t> axis = node.axis((*options)->axis(), node.rank(0));
    if (failed(axis))
        return failure();
    const int64_t extent = node.shape(0)[*axis];
    if (extent != int64_t(node.outputCount()))
        return node.error("cannot unpack " + Twine(extent) + " into " + Twine(node.outputCount()) +
                          "; the file is damaged");
    Outputs parts = splitAt(node, 0, *axis, SmallVector<int64_t>(extent, 1));
    SmallVector<int64_t> shape(node.shape(0));
    shape.erase(shape.begin() + *axis);
    for (Value &part : *parts)
        part = node.g.reshape(part, shape);
    return parts;
}

/// Input i at the output's scale: the integers themselves where it has it already, or neither has one, else by way of
/// floats as TFLite does. Of 16 bits TFLite takes the integers, whatever their scale.
static FailureOr<Value> atOutputScale(const Node &node, unsigned i)
{
    Value input = node.storage(i);
    if (node.inputTensor(i).type != node.outputTensor().type)
        return node.error("joins tensors to one of another type; the file is damaged");
    if (node.element(i).isInteger(16) || node.g.elementOf(node.input(i)) == node.outputElement())
        return input;
    if (node.lacksScale(i)) {
        if (node.inputTensor(i).type == tflite::TensorType_UINT8)
            return node.outputZeros(node.shape(i));
        return node.error("joins integers with a scale and integers without; quantise the model again");
    }
    // Floats round by magnitude, so the bytes have to be those of the file.
    const int64_t lift = node.inputTensor(i).type == tflite::TensorType_UINT8 ? 128 : 0;
    const float scale = node.scale(i) * (1.0f / node.outputScale()), bias = -float(node.zeroPoint(i) + lift) * scale;
    const IntegerRange range = clampRange(cast<quant::QuantizedType>(node.outputElement()), std::nullopt, std::nullopt);
    return node.map(input, node.element(i), [&](Scalar s, ValueRange in) {
        Value x = s.convert(s.add(s.widen(in[0]), s.i32(lift)), s.b.getF32Type());
        x = s.clamp(s.op<math::RoundOp>(s.add(s.mul(x, s.f32(scale)), s.f32(bias))), -1e9, 1e9);
        return narrowTo(s, s.add(s.convert(x, s.b.getI32Type()), s.i32(node.outputZeroPoint())), range,
                        in[0].getType());
    });
}

/// Checks that all inputs are of one type, and of one shape but for `axis` (none: all of it).
static LogicalResult requireJoinable(const Node &node, std::optional<int64_t> axis)
{
    for (unsigned i = 0; i < node.inputCount(); ++i) {
        if (!node.input(i) || node.rank(i) != node.rank(0) || node.element(i) != node.element(0))
            return node.error("joins tensors of different types or ranks; the file is damaged");
        for (int64_t d = 0; d < node.rank(0); ++d)
            if (d != axis && node.shape(i)[d] != node.shape(0)[d])
                return node.error("joins tensors of different shapes; the file is damaged");
        if (node.quantization(i) && failed(node.requirePerTensor(i)))
            return failure();
    }
    return success();
}

static Outputs concatenation(Node &node)
{
    auto options = node.options<tflite::ConcatenationOptions>();
    if (failed(options))
        return failure();
    FailureOr<int64_t> axis = node.axis((*options)->axis(), node.rank(0));
    if (failed(axis) || failed(requireJoinable(node, *axis)))
        return failure();
    SmallVector<Value> parts;
    SmallVector<int64_t> result(node.shape(0));
    result[*axis] = 0;
    for (unsigned i = 0; i < node.inputCount(); ++i) {
        FailureOr<Value> part = atOutputScale(node, i);
        if (failed(part))
            return failure();
        parts.push_back(*part);
        result[*axis] += node.shape(i)[*axis];
    }
    if (failed(node.requireSize(result)))
        return failure();
    Value joined = node.g.concat(parts, *axis);
    if (node.quantization(0) && (*options)->fused_activation_function() != tflite::ActivationFunctionType_NONE)
        return node.error("has a fused activation on integers; make it an operator of its own");
    return one(applyActivation(node, joined, (*options)->fused_activation_function()));
}

static Outputs pack(Node &node)
{
    auto options = node.options<tflite::PackOptions>();
    if (failed(options))
        return failure();
    FailureOr<int64_t> axis = node.axis((*options)->axis(), node.rank(0) + 1);
    if (failed(axis) || failed(requireJoinable(node, std::nullopt)))
        return failure();
    SmallVector<int64_t> shape(node.shape(0)), result;
    shape.insert(shape.begin() + *axis, 1);
    result = shape;
    result[*axis] = node.inputCount();
    if (failed(node.requireSize(result)))
        return failure();
    SmallVector<Value> parts;
    for (unsigned i = 0; i < node.inputCount(); ++i)
        parts.push_back(node.g.reshape(node.storage(i), shape));
    return one(node.g.concat(parts, *axis));
}

ArrayRef<Entry> sliceOperators()
{
    static const Entry entries[] = {
        {tflite::BuiltinOperator_CONCATENATION, concatenation, 1, "all"},
        {tflite::BuiltinOperator_PACK, pack, 1, "all", {~0u}},
        {tflite::BuiltinOperator_SLICE, slice, 3, "all", {0b1}},
        {tflite::BuiltinOperator_SPLIT, split, 2, "all", {0b10}},
        {tflite::BuiltinOperator_SPLIT_V, splitV, 3, "all", {0b1}},
        {tflite::BuiltinOperator_STRIDED_SLICE, stridedSlice, 4, "all", {0b1}},
        {tflite::BuiltinOperator_UNPACK, unpack, 1, "all", {0b1}},
    };
    return entries;
}

} // namespace barecc::tflite_import
