// Tensors whose values are known at compile time: shapes, ranges, filled ones.
#include "compiler/import/tflite/Node.h"

#include <cmath>

using namespace mlir;

namespace barecc::tflite_import {

static Outputs shape(Node &node)
{
    const Type element = node.outputElement();
    if (!element.isInteger(32) && !element.isInteger(64))
        return node.error("has to give int32 or int64; the file is damaged");
    return one(node.g.constant(node.shape(0), element));
}

static Outputs rank(Node &node)
{
    return one(node.g.reshape(node.g.constant(node.rank(0), node.g.b.getI32Type()), {}));
}

static Outputs range(Node &node)
{
    SmallVector<double> values;
    for (unsigned i = 0; i < 3; ++i) {
        ElementsAttr constant = barecc::constantOf(node.input(i));
        if (!constant)
            return node.unknown(i, i == 0 ? "the start" : i == 1 ? "the limit" : "the step");
        std::optional<std::vector<double>> value = numbersOf(constant);
        if (!value || value->size() != 1)
            return node.error("has a start, limit or step that is not one number; the file is damaged");
        values.push_back(value->front());
    }
    const double start = values[0], limit = values[1], step = values[2];
    const double length = std::max(0.0, std::ceil((limit - start) / step));
    if (!(length < double(int64_t(1) << 28)))
        return node.error("has a step of zero or a result too large to be meant; the file is damaged");
    const Type element = node.element(0);
    auto type = RankedTensorType::get({int64_t(length)}, element);
    return one(node.g.generate(type, [&](OpBuilder &b, Location loc, ValueRange index) {
        const Scalar s{b, loc};
        return s.add(s.number(element, start), s.mul(s.convert(index[0], element), s.number(element, step)));
    }));
}

static Outputs fill(Node &node)
{
    FailureOr<SmallVector<int64_t>> dims = node.constantIntegers(0, "the shape");
    if (failed(dims) || failed(node.requireSize(*dims)))
        return failure();
    if (node.g.typeOf(node.input(1)).getNumElements() != 1)
        return node.error("fills with more than one value; the file is damaged");
    return one(node.g.broadcastTo(node.g.reshape(node.storage(1), {}), *dims));
}

static Outputs oneHot(Node &node)
{
    auto options = node.options<tflite::OneHotOptions>();
    FailureOr<int64_t> depth = node.constantInteger(1, "the depth");
    if (failed(options) || failed(depth))
        return failure();
    for (unsigned i : {2u, 3u})
        if (node.g.typeOf(node.input(i)).getNumElements() != 1)
            return node.error("has more than one value for on or off; the file is damaged");
    if (node.isFloat(0) || node.element(0).isInteger(1) || node.element(2) != node.element(3))
        return node.unsupportedType();
    FailureOr<int64_t> axis = node.axis((*options)->axis(), node.rank(0) + 1);
    if (failed(axis))
        return failure();
    SmallVector<int64_t> result(node.shape(0));
    result.insert(result.begin() + *axis, *depth);
    if (failed(node.requireSize(result)))
        return failure();
    Value indices = node.input(0), on = node.g.reshape(node.storage(2), {}), off = node.g.reshape(node.storage(3), {});
    return one(node.g.generate(RankedTensorType::get(result, node.element(2)),
                               [&](OpBuilder &b, Location loc, ValueRange index) {
                                   const Scalar s{b, loc};
                                   SmallVector<Value> at(index);
                                   at.erase(at.begin() + *axis);
                                   Value wanted = s.convert(GraphBuilder::at(b, loc, indices, at), b.getIndexType());
                                   return s.select(s.equal(wanted, index[*axis]), GraphBuilder::at(b, loc, on, {}),
                                                   GraphBuilder::at(b, loc, off, {}));
                               }));
}

/// Coordinates of the elements that are true: their number, and so the result's shape, has to be known.
static Outputs where(Node &node)
{
    std::optional<std::vector<double>> values = numbersOf(barecc::constantOf(node.input(0)));
    if (!values)
        return node.unknown(0, "the condition, which says how large the result is,");
    const ArrayRef<int64_t> shape = node.shape(0);
    SmallVector<int64_t> coordinates;
    for (auto [offset, value] : llvm::enumerate(*values)) {
        if (value == 0)
            continue;
        SmallVector<int64_t> index(shape.size());
        int64_t rest = int64_t(offset);
        for (size_t d = shape.size(); d-- > 0; rest /= shape[d])
            index[d] = rest % shape[d];
        llvm::append_range(coordinates, index);
    }
    const auto rank = int64_t(shape.size());
    const int64_t count = rank == 0 ? 0 : int64_t(coordinates.size()) / rank;
    return one(node.g.reshape(node.g.constant(coordinates, node.g.b.getI64Type()), {count, rank}));
}

ArrayRef<Entry> constantOperators()
{
    static const Entry entries[] = {
        {tflite::BuiltinOperator_FILL, fill, 2, "all", {0b10}},
        {tflite::BuiltinOperator_ONE_HOT, oneHot, 4, "all", {0b1100}},
        {tflite::BuiltinOperator_RANGE, range, 3, "float32, int32, int64 (known at compile time)"},
        {tflite::BuiltinOperator_RANK, rank, 1, "all"},
        {tflite::BuiltinOperator_SHAPE, shape, 1, "all"},
        {tflite::BuiltinOperator_WHERE, where, 1, "all (known at compile time)"},
    };
    return entries;
}

} // namespace barecc::tflite_import
