// Operators that take elements by computed positions, or ask where an element is.
#include "compiler/import/onnx/Extents.h"
#include "compiler/import/onnx/Indices.h"
#include "compiler/import/onnx/ScalarMath.h"

#include "compiler/ir/Procedure.h"

#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

/// An index into an axis, in the body of an operation: negative ones count from the end, and what lies outside even so
/// is moved inside, for nothing on the device checks it.
static Value safePosition(OpBuilder &b, Location loc, Value index, int64_t extent)
{
    auto constant = [&](int64_t value) { return GraphBuilder::scalar(b, loc, b.getIndexType(), value); };
    Value position = GraphBuilder::castScalar(b, loc, index, b.getIndexType());
    position = arith::MaxSIOp::create(b, loc, position, constant(-extent));
    position = arith::MinSIOp::create(b, loc, position, constant(extent - 1));
    Value negative = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, position, constant(0));
    Value wrapped = arith::AddIOp::create(b, loc, position, constant(extent));
    return arith::SelectOp::create(b, loc, negative, wrapped, position);
}

// ---- Taking ------------------------------------------------------------------------------------------------

/// Indices of which negative ones count from a size that is computed at run time, as ones that are not negative.
static Value fromTheEnd(Node &node, Value indices, Value size)
{
    const Type element = GraphBuilder::elementOf(indices);
    return node.g.elementwise({indices, size}, element, [&](OpBuilder &b, Location loc, ValueRange x) -> Value {
        Value zero = GraphBuilder::scalar(b, loc, element, int64_t(0));
        Value negative = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, x[0], zero);
        Value end = GraphBuilder::castScalar(b, loc, x[1], element);
        return arith::SelectOp::create(b, loc, negative, arith::AddIOp::create(b, loc, x[0], end), x[0]);
    });
}

static Outputs importGather(Node &node)
{
    FailureOr<int64_t> axis = node.axis(node.integer("axis", 0), node.rank(0));
    if (failed(axis) || failed(checkIndices(node, 1)))
        return failure();
    const int64_t extent = node.shape(0)[*axis];
    Shape shape(node.shape(0).take_front(*axis));
    llvm::append_range(shape, node.shape(1));
    llvm::append_range(shape, node.shape(0).drop_front(*axis + 1));
    if (failed(checkBounds(node, 1, extent)) || failed(node.checkShape(shape)))
        return failure();
    Value input = node.movable(0);
    const int64_t indexRank = node.rank(1);
    for (int64_t d = 0; d < node.rank(0); ++d)
        if (Value size = node.extent(0, d); size && d != *axis)
            node.setExtent(0, d < *axis ? d : d + indexRank - 1, size);
    for (int64_t d = 0; d < indexRank; ++d)
        if (Value size = node.extent(1, d))
            node.setExtent(0, *axis + d, size);
    if (Value size = node.extent(0, *axis))
        return {{node.moved(0, node.g.gather(input, fromTheEnd(node, node.input(1), size), *axis))}};
    std::optional<Shape> indices = integersOf(constantOf(node.input(1)));
    if (!indices || indices->size() != 1)
        return {{node.moved(0, node.g.gather(input, node.input(1), *axis))}};
    // One known index is a slice.
    Shape offsets(node.rank(0), 0), sizes(node.shape(0)), strides(node.rank(0), 1);
    offsets[*axis] = indices->front() < 0 ? indices->front() + extent : indices->front();
    sizes[*axis] = 1;
    return {{node.moved(0, node.g.reshape(node.g.slice(input, offsets, sizes, strides), shape))}};
}

static Outputs importGatherElements(Node &node)
{
    FailureOr<int64_t> axis = node.axis(node.integer("axis", 0), node.rank(0));
    if (failed(axis) || failed(checkIndices(node, 1)) || failed(node.checkRank(1, node.rank(0))))
        return failure();
    for (int64_t d = 0; d < node.rank(0); ++d)
        if (d != *axis && node.shape(1)[d] > node.shape(0)[d])
            return node.error("the indices are longer than the data along axis " + Twine(d));
    const int64_t extent = node.shape(0)[*axis];
    if (failed(checkBounds(node, 1, extent)))
        return failure();
    Value input = node.movable(0), indices = node.input(1);
    auto type = GraphBuilder::typeOf(input).clone(node.shape(1));
    return {{node.moved(0, node.g.generate(type, [&](OpBuilder &b, Location loc, ValueRange index) {
        SmallVector<Value> source(index);
        source[*axis] = safePosition(b, loc, GraphBuilder::at(b, loc, indices, index), extent);
        return GraphBuilder::at(b, loc, input, source);
    }))}};
}

static Outputs importGatherND(Node &node)
{
    const int64_t batch = node.integer("batch_dims", 0), rank = node.rank(0), indexRank = node.rank(1);
    if (failed(checkIndices(node, 1)))
        return failure();
    if (indexRank < 1 || batch < 0 || batch >= std::min(rank, indexRank))
        return node.error("batch_dims " + Twine(batch) + " does not fit the ranks of data and indices");
    const int64_t depth = node.shape(1).back();
    if (depth < 1 || depth > rank - batch)
        return node.error("the last extent of the indices is " + Twine(depth) + ", which does not fit the data");
    if (node.shape(0).take_front(batch) != node.shape(1).take_front(batch))
        return node.error("data and indices differ in a batch dimension");
    Shape shape(node.shape(1).drop_back());
    llvm::append_range(shape, node.shape(0).drop_front(batch + depth));
    if (failed(node.checkShape(shape)))
        return failure();
    const ArrayRef<int64_t> extents = node.shape(0).slice(batch, depth);
    for (int64_t d = 0; d < indexRank; ++d)
        if (Value size = node.extent(1, d))
            node.setExtent(0, d, size);
    if (node.hasExtents(0) || node.extent(1, indexRank - 1))
        return node.error("data, or coordinates, have a size that is computed at run time");
    if (ShapedType::getNumElements(shape) != 0 && llvm::is_contained(extents, 0))
        return node.error("indices go into an empty axis");
    Value input = node.movable(0), indices = node.input(1);
    return {{node.moved(
        0, node.g.generate(GraphBuilder::typeOf(input).clone(shape), [&](OpBuilder &b, Location loc, ValueRange index) {
            SmallVector<Value> source(index.take_front(batch)), row(index.take_front(indexRank - 1));
            for (auto [d, extent] : llvm::enumerate(extents)) {
                row.push_back(GraphBuilder::scalar(b, loc, b.getIndexType(), int64_t(d)));
                source.push_back(safePosition(b, loc, GraphBuilder::at(b, loc, indices, row), extent));
                row.pop_back();
            }
            llvm::append_range(source, index.drop_front(indexRank - 1));
            return GraphBuilder::at(b, loc, input, source);
        }))}};
}

/// Positions of the elements of a vector that are not zero, in order, and beside them how many they are. With a vector
/// that is not known they are as many as the vector has elements, and the rest is zeros.
struct Selection {
    Value positions, count; // tensor<n x i64>, tensor<i64>
};

static Selection selectedPositions(GraphBuilder &g, Value vector)
{
    const Type i64 = g.b.getI64Type();
    const int64_t length = GraphBuilder::shapeOf(vector)[0];
    if (std::optional<std::vector<double>> known =
            length <= mostTableElements ? numbersOf(constantOf(vector)) : std::nullopt) {
        Shape positions;
        for (auto [i, value] : llvm::enumerate(*known))
            if (value != 0)
                positions.push_back(int64_t(i));
        const int64_t count = int64_t(positions.size());
        positions.resize(size_t(length), 0);
        return {g.constant(positions, i64), g.reshape(g.constant(count, i64), {})};
    }
    SmallVector<Value> results = procedure(
        g, vector, {RankedTensorType::get(length, i64), RankedTensorType::get({}, i64)}, {}, [&](Procedure &p) {
            Buffer in = p.input(0), positions = p.result(0), count = p.result(1);
            Scalars found = p.loop(0, length, {p.index(0)}, [&](Scalar i, Scalars next) {
                positions(i) = 0.0;
                Scalar value = in(i);
                p.when(value != p.number(value.type(), 0), [&] { positions(next[0]) = i.to(i64); });
                return Scalars{select(value != p.number(value.type(), 0), next[0] + 1.0, next[0])};
            });
            count() = found[0].to(i64);
        });
    return {results[0], results[1]};
}

/// Slices along `axis`, or elements of the flattened tensor, where the condition is true.
static Outputs importCompress(Node &node)
{
    if (failed(node.checkRank(1, 1)))
        return failure();
    const bool flat = !node.attribute("axis");
    FailureOr<int64_t> axis = flat ? 0 : node.axis(node.integer("axis", 0), node.rank(0));
    if (failed(axis))
        return failure();
    Value input = flat ? node.g.reshape(node.movable(0), node.type(0).getNumElements()) : node.movable(0);
    // A condition that is longer than the axis has to be false there, one that is shorter stands for false behind.
    const int64_t length = std::min(node.shape(1)[0], GraphBuilder::shapeOf(input)[*axis]);
    if (std::optional<Shape> known = integersOf(constantOf(node.input(1))))
        for (int64_t chosen : ArrayRef(*known).drop_front(size_t(length)))
            if (chosen)
                return node.error("the condition is true past the end of the axis");
    const Selection selection = selectedPositions(node.g, node.g.slice(node.input(1), 0, length, 1));
    node.setExtent(0, *axis, selection.count);
    return {{node.moved(0, node.g.gather(input, selection.positions, *axis))}};
}

/// Positions of the elements that are not zero, one column each.
static Outputs importNonZero(Node &node)
{
    GraphBuilder &g = node.g;
    if (failed(node.checkShape({node.rank(0), node.type(0).getNumElements()})))
        return failure();
    const Selection selection = selectedPositions(g, g.reshape(node.input(0), node.type(0).getNumElements()));
    SmallVector<Value> rows;
    for (auto [extent, stride] : llvm::zip(node.shape(0), computeStrides(node.shape(0)))) {
        rows.push_back(g.elementwise(
            selection.positions, g.b.getI64Type(),
            [&, extent = extent, stride = stride](OpBuilder &b, Location loc, ValueRange x) -> Value {
                auto number = [&](int64_t value) { return GraphBuilder::scalar(b, loc, b.getI64Type(), value); };
                Value outer = arith::DivSIOp::create(b, loc, x[0], number(std::max<int64_t>(stride, 1)));
                return arith::RemSIOp::create(b, loc, outer, number(std::max<int64_t>(extent, 1)));
            }));
        rows.back() = g.reshape(rows.back(), {1, node.type(0).getNumElements()});
    }
    node.setElement(0, g.b.getI64Type());
    node.setExtent(0, 1, selection.count);
    if (rows.empty())
        return {{g.splat(RankedTensorType::get({0, 1}, g.b.getI64Type()), 0)}};
    return {{g.concat(rows, 0)}};
}

// ---- Where an element is -----------------------------------------------------------------------------------

/// values[1] where the new axis' position is the index, values[0] elsewhere.
static Outputs importOneHot(Node &node)
{
    FailureOr<int64_t> axis = node.axis(node.integer("axis", -1), node.rank(0) + 1);
    // A computed depth is as good as known where the model declares the result's shape.
    std::optional<Shape> declared = constantOf(node.input(1)) ? std::nullopt : node.declaredShape(0);
    if (succeeded(axis) && declared && int64_t(declared->size()) != node.rank(0) + 1)
        return node.error("the declared shape of the result does not have one axis more than the indices");
    FailureOr<double> depth =
        succeeded(axis) && declared ? double((*declared)[*axis]) : node.constantNumber(1, "the depth", 0);
    if (failed(depth) || failed(axis))
        return failure();
    if (!(*depth >= 0 && *depth <= INT_MAX))
        return node.error("the depth is negative or excessive");
    if (node.rank(2) != 1 || node.shape(2)[0] != 2)
        return node.error("values should be two numbers: off and on");
    const int64_t extent = int64_t(*depth);
    Shape shape(node.shape(0));
    shape.insert(shape.begin() + *axis, extent);
    if (failed(node.checkShape(shape)))
        return failure();
    Value indices = node.g.cast(node.input(0), node.g.b.getI64Type(), node.isUnsigned(0)), values = node.input(2);
    node.setElement(0, node.onnxElement(2));
    return {{node.g.generate(node.type(2).clone(shape), [&](OpBuilder &b, Location loc, ValueRange index) {
        const ScalarMath m{b, loc};
        auto constant = [&](Type type, int64_t value) { return GraphBuilder::scalar(b, loc, type, value); };
        SmallVector<Value> source(index);
        source.erase(source.begin() + *axis);
        Value hot = GraphBuilder::at(b, loc, indices, source);
        Value negative = m.less(hot, constant(b.getI64Type(), 0));
        hot = m.select(negative, m.add(hot, constant(b.getI64Type(), extent)), hot);
        Value here = GraphBuilder::castScalar(b, loc, index[*axis], b.getI64Type());
        Value position = m.select(m.equal(hot, here), constant(b.getIndexType(), 1), constant(b.getIndexType(), 0));
        return GraphBuilder::at(b, loc, values, position);
    })}};
}

/// The last two axes' column minus row, as index values.
static Value diagonal(const ScalarMath &m, ValueRange index)
{
    return m.subtract(index.back(), index[index.size() - 2]);
}

static Outputs importTrilu(Node &node)
{
    if (node.rank(0) < 2)
        return node.error("the input should have at least two axes");
    const bool upper = node.integer("upper", 1) != 0;
    Value input = node.input(0), k = node.input(1);
    if (k && (node.type(1).getNumElements() != 1 || !node.element(1).isInteger(64)))
        return node.error("k should be one int64");
    if (k)
        k = node.g.reshape(k, {});
    return {{node.g.generate(node.type(0), [&](OpBuilder &b, Location loc, ValueRange index) {
        const ScalarMath m{b, loc};
        Value limit = GraphBuilder::scalar(b, loc, b.getIndexType(), int64_t(0));
        if (k) { // no diagonal lies farther from the main one
            Value start = GraphBuilder::at(b, loc, k, {});
            start = m.smallest(m.largest(start, m.number(start, -double(INT_MAX))), m.number(start, INT_MAX));
            limit = GraphBuilder::castScalar(b, loc, start, b.getIndexType());
        }
        Value kept = upper ? m.lessOrEqual(limit, diagonal(m, index)) : m.lessOrEqual(diagonal(m, index), limit);
        Value element = GraphBuilder::at(b, loc, input, index);
        return m.select(kept, element, m.number(element, 0));
    })}};
}

static Outputs importEyeLike(Node &node)
{
    if (failed(node.checkRank(0, 2)))
        return failure();
    const Type onnxElement =
        node.attribute("dtype") ? elementType(node.g.b.getContext(), node.integer("dtype", 0)) : node.onnxElement(0);
    if (!onnxElement)
        return node.error("element type " + Twine(node.integer("dtype", 0)) + " is not supported");
    node.setElement(0, onnxElement);
    const Type element = boundary::signless(onnxElement);
    const int64_t k = std::clamp<int64_t>(node.integer("k", 0), INT_MIN, INT_MAX);
    return {{node.g.generate(node.type(0).clone(element), [&](OpBuilder &b, Location loc, ValueRange index) {
        const ScalarMath m{b, loc};
        Value on = m.equal(diagonal(m, index), GraphBuilder::scalar(b, loc, b.getIndexType(), k));
        return m.select(on, GraphBuilder::scalar(b, loc, element, int64_t(1)),
                        GraphBuilder::scalar(b, loc, element, int64_t(0)));
    })}};
}

llvm::ArrayRef<Entry> indexOperators()
{
    static constexpr const char scatteredTypes[] =
        "bfloat16, float16, float, double, int8, int16, int32, int64, uint8, uint16, uint32, uint64, bool";
    static const Entry table[] = {
        {"", "Gather", 1, importGather, allTypes, 2, ComputedSizes::Handled},
        {"", "GatherElements", 11, importGatherElements, allTypes, 2},
        {"", "GatherND", 11, importGatherND, allTypes, 2, ComputedSizes::Handled},
        {"", "Compress", 9, importCompress, allTypes, 2},
        {"", "NonZero", 9, importNonZero, allTypes},
        {"", "Scatter", 9, importScatterElements, scatteredTypes, 3},
        {"", "ScatterElements", 11, importScatterElements, scatteredTypes, 3},
        {"", "ScatterND", 11, importScatterND, scatteredTypes, 3},
        {"", "OneHot", 9, importOneHot, numberTypes, 3},
        {"", "Trilu", 14, importTrilu, allTypes},
        {"com.microsoft", "Trilu", 1, importTrilu, allTypes},
        {"com.microsoft", "GatherND", 1, importGatherND, allTypes, 2},
        {"", "EyeLike", 9, importEyeLike, allTypes},
    };
    return table;
}

} // namespace barecc::onnx_import
