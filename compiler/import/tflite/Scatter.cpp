// Elements put to computed places: scatters, sums of segments, slices that are overwritten.
#include "compiler/import/tflite/Node.h"

#include "compiler/ir/Procedure.h"

using namespace mlir;

namespace barecc::tflite_import {

namespace {

/// How an update is combined with what is there.
using Combination = llvm::function_ref<Value(Scalar, Value there, Value update)>;

/// Rows of updates, each put to a place of its own in the result.
struct Scattering {
    int64_t rows, slice; // updates, and elements of each
    unsigned indices;    // the input that holds depth indices for each row
    int64_t depth;       // how many leading dimensions of the result they name
    SmallVector<int64_t> result;
    TypedAttr start; // what the result holds where there is no update
};

} // namespace

/// Updates one after the other; those outside the result are left out.
static Value scatter(const Node &node, Value updates, const Scattering &s, Combination combine)
{
    GraphBuilder &g = node.g;
    const int64_t elements = ShapedType::getNumElements(s.result);
    updates = g.reshape(updates, {s.rows, s.slice});
    Value indices = g.reshape(node.input(s.indices), {s.rows, s.depth});
    const auto type = RankedTensorType::get(elements, g.elementOf(updates));
    SmallVector<Value> results = procedure(g, {updates, indices}, type, {}, [&](Procedure &p) {
        Buffer from = p.input(0), at = p.input(1), out = p.result(0);
        barecc::Scalar start = p.scalar(arith::ConstantOp::create(p.b, p.loc, s.start));
        p.loop(0, elements, [&](barecc::Scalar i) { out(i) = start; });
        p.loop(0, s.rows, [&](barecc::Scalar row) {
            Scalars index;
            barecc::Scalar inside = p.truth(true);
            for (int64_t k = 0; k < s.depth; ++k) {
                index.push_back(barecc::Scalar(at(row, k)).toIndex());
                barecc::Scalar fits = (index.back() >= 0) & (index.back() < double(s.result[k]));
                inside = k == 0 ? fits : inside & fits;
            }
            p.when(inside, [&] {
                barecc::Scalar position = p.index(0);
                for (auto [k, i] : llvm::enumerate(index))
                    position = position * double(s.result[k]) + i;
                p.loop(0, s.slice, [&](barecc::Scalar i) {
                    Element target = out(position * double(s.slice) + i);
                    barecc::Scalar update = from(row, i), there = target;
                    target = p.scalar(combine(Scalar{p.b, p.loc}, there.value, update.value));
                });
            });
        });
    });
    return g.reshape(results[0], s.result);
}

static Value replaced(Scalar, Value, Value update) { return update; }
static Value added(Scalar s, Value there, Value update) { return s.add(there, update); }
static Value multiplied(Scalar s, Value there, Value update) { return s.mul(there, update); }
static Value larger(Scalar s, Value there, Value update) { return s.max(there, update); }
static Value smaller(Scalar s, Value there, Value update) { return s.min(there, update); }
static Value either(Scalar s, Value there, Value update) { return s.op<arith::OrIOp>({there, update}); }

/// indices, updates, shape: sums of the updates of each place, on zeros.
static Outputs scatterNd(Node &node)
{
    FailureOr<SmallVector<int64_t>> shape = node.constantIntegers(2, "the result's shape");
    if (failed(shape) || failed(node.requireIndices(0)) || failed(node.requireSize(*shape)))
        return failure();
    if (node.rank(0) < 1 || node.shape(0).back() < 1 || node.shape(0).back() > int64_t(shape->size()))
        return node.error("has indices that do not fit its result; the file is damaged");
    const int64_t depth = node.shape(0).back();
    SmallVector<int64_t> expected(node.shape(0).drop_back());
    llvm::append_range(expected, ArrayRef(*shape).drop_front(depth));
    if (node.shape(1) != ArrayRef(expected))
        return node.error("has updates that do not fit its indices and result; the file is damaged");
    const Scattering scattering{ShapedType::getNumElements(node.shape(0).drop_back()),
                                ShapedType::getNumElements(ArrayRef(*shape).drop_front(depth)),
                                0,
                                depth,
                                *shape,
                                GraphBuilder::scalarAttr(node.element(1), 0)};
    return one(scatter(node, node.storage(1), scattering, node.element(1).isInteger(1) ? either : added));
}

/// indices, shape, values, default value. The indices are one, a vector of one each, or a matrix.
static Outputs sparseToDense(Node &node)
{
    FailureOr<SmallVector<int64_t>> shape = node.constantIntegers(1, "the result's shape");
    if (failed(shape) || failed(node.requireIndices(0)) || failed(node.requireSize(*shape)))
        return failure();
    const int64_t depth = node.rank(0) == 2 ? node.shape(0)[1] : 1, rows = node.rank(0) > 0 ? node.shape(0)[0] : 1;
    const int64_t values = node.g.typeOf(node.input(2)).getNumElements();
    if (node.rank(0) > 2 || depth != int64_t(shape->size()) || (values != rows && values != 1) ||
        node.element(2) != node.element(3))
        return node.error("has indices, values and a shape that do not fit each other; the file is damaged");
    FailureOr<TypedAttr> start = node.constantElement(3, "the default value");
    if (failed(start))
        return failure();
    Value updates = node.g.broadcastTo(node.g.reshape(node.storage(2), values), rows);
    return one(scatter(node, updates, {rows, 1, 0, depth, *shape, *start}, replaced));
}

/// Rows of input 0 that have one number in input 1 become one row of the result.
static Outputs segments(Node &node, int64_t count, TypedAttr start, Combination combine)
{
    const ArrayRef<int64_t> shape = node.shape(0), numbers = node.shape(1);
    if (failed(node.requireIndices(1)))
        return failure();
    if (node.quantization(0) || node.element(0).isInteger(1))
        return node.unsupportedType();
    if (numbers.empty() || shape.take_front(numbers.size()) != numbers || count < 0)
        return node.error("has numbers of segments that do not fit its input; the file is damaged");
    SmallVector<int64_t> result{count};
    llvm::append_range(result, shape.drop_front(numbers.size()));
    if (failed(node.requireSize(result)))
        return failure();
    return one(scatter(node, node.input(0),
                       {ShapedType::getNumElements(numbers),
                        ShapedType::getNumElements(shape.drop_front(numbers.size())), 1, 1, result, start},
                       combine));
}

static Outputs segmentSum(Node &node)
{
    FailureOr<SmallVector<int64_t>> numbers = node.constantIntegers(1, "the segments' numbers");
    if (failed(numbers))
        return failure();
    const int64_t last = numbers->empty() ? -1 : numbers->back();
    if (failed(node.requireSize(std::max<int64_t>(last, 0))))
        return failure();
    return segments(node, last + 1, GraphBuilder::scalarAttr(node.element(0), 0), added);
}

template <Value (*combine)(Scalar, Value, Value)> static Outputs unsortedSegments(Node &node)
{
    FailureOr<int64_t> count = node.constantInteger(2, "the number of segments");
    if (failed(count))
        return failure();
    const Type element = node.element(0);
    TypedAttr start = GraphBuilder::scalarAttr(element, combine == multiplied ? 1 : 0);
    // Segments without an element hold the least (greatest) finite number.
    const bool isLargest = combine == larger;
    if (combine == larger || combine == smaller) {
        if (auto real = dyn_cast<FloatType>(element))
            start = FloatAttr::get(real, APFloat::getLargest(real.getFloatSemantics(), isLargest));
        else if (const unsigned width = element.getIntOrFloatBitWidth())
            start = IntegerAttr::get(element,
                                     isLargest ? APInt::getSignedMinValue(width) : APInt::getSignedMaxValue(width));
    }
    return segments(node, *count, start, combine);
}

/// Input 0 with input 1 at the place that input 2 names, moved so that it lies inside.
static Outputs dynamicUpdateSlice(Node &node)
{
    const ArrayRef<int64_t> shape = node.shape(0), update = node.shape(1);
    if (failed(node.requireIndices(2)))
        return failure();
    if (update.size() != shape.size() || node.shape(2) != ArrayRef<int64_t>{node.rank(0)} ||
        node.element(0) != node.element(1) ||
        llvm::any_of(llvm::zip(shape, update), [](auto pair) { return std::get<1>(pair) > std::get<0>(pair); }))
        return node.error("has an update that does not fit its input; the file is damaged");
    if (node.g.typeOf(node.input(1)).getNumElements() == 0)
        return one(node.storage(0));
    Value whole = node.storage(0), part = node.storage(1), starts = node.input(2);
    return one(node.g.generate(
        RankedTensorType::get(shape, node.element(0)), [&](OpBuilder &b, Location loc, ValueRange index) {
            const Scalar s{b, loc};
            SmallVector<Value> at;
            Value inside = s.integer(b.getI1Type(), 1);
            for (auto [d, i] : llvm::enumerate(index)) {
                Value start = s.convert(GraphBuilder::at(b, loc, starts, s.index(int64_t(d))), b.getIndexType());
                start = s.min(s.max(start, s.index(0)), s.index(shape[d] - update[d]));
                Value offset = s.sub(i, start), last = s.index(update[d] - 1);
                Value behind = s.lessEqual(s.index(0), offset);
                Value before = s.lessEqual(offset, last);
                inside = s.op<arith::AndIOp>({inside, s.op<arith::AndIOp>({behind, before})});
                at.push_back(s.min(s.max(offset, s.index(0)), last));
            }
            return s.select(inside, GraphBuilder::at(b, loc, part, at), GraphBuilder::at(b, loc, whole, index));
        }));
}

ArrayRef<Entry> scatterOperators()
{
    static const char *const numbers = "float32, int32, int64";
    static const Entry entries[] = {
        {tflite::BuiltinOperator_DYNAMIC_UPDATE_SLICE, dynamicUpdateSlice, 3, "all", {0b11}},
        {tflite::BuiltinOperator_SCATTER_ND,
         scatterNd,
         3,
         "float32, int32, int64, int8, uint8, int16, bool",
         {0b10, Moves::Plain}},
        {tflite::BuiltinOperator_SEGMENT_SUM, segmentSum, 2, numbers},
        {tflite::BuiltinOperator_SPARSE_TO_DENSE, sparseToDense, 4, "all", {0b1100}},
        {tflite::BuiltinOperator_UNSORTED_SEGMENT_MAX, unsortedSegments<larger>, 3, numbers},
        {tflite::BuiltinOperator_UNSORTED_SEGMENT_MIN, unsortedSegments<smaller>, 3, numbers},
        {tflite::BuiltinOperator_UNSORTED_SEGMENT_PROD, unsortedSegments<multiplied>, 3, numbers},
        {tflite::BuiltinOperator_UNSORTED_SEGMENT_SUM, unsortedSegments<added>, 3, numbers},
    };
    return entries;
}

} // namespace barecc::tflite_import
