// ScatterElements and ScatterND: updates put to computed places of a tensor, one after the other.
#include "compiler/import/onnx/Indices.h"
#include "compiler/import/onnx/ScalarMath.h"
#include "compiler/ir/Procedure.h"

#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

namespace {

using Combination = Value (ScalarMath::*)(Value, Value) const;

/// How an update is combined with what is there; null where it replaces it.
FailureOr<Combination> readReduction(const Node &node)
{
    static const std::pair<StringRef, Combination> reductions[] = {{"none", nullptr},
                                                                   {"add", &ScalarMath::add},
                                                                   {"mul", &ScalarMath::multiply},
                                                                   {"max", &ScalarMath::largest},
                                                                   {"min", &ScalarMath::smallest}};
    const std::string name = node.text("reduction", "none");
    for (auto [known, combination] : reductions)
        if (name == known) {
            if (combination && node.element(0).isInteger(1))
                return node.error("booleans have no reduction '" + name + "'");
            return combination;
        }
    return node.error("reduction '" + name + "' is not one of the standard's");
}

/// Where the updates go. `slice` elements in a row belong to one place.
struct Places {
    Shape rows; // the extents of the places
    int64_t slice = 1;
    /// The steps of `count` indices of one place in the flat data, and the extents that they go into.
    Shape steps, extents;
    /// The flat position that place `row` starts from, before its indices are added.
    llvm::function_ref<Scalar(Procedure &, ArrayRef<Scalar> row)> origin;
    /// Index k of place `row`.
    llvm::function_ref<Scalar(const Buffer &indices, ArrayRef<Scalar> row, size_t k)> index;
};

/// Updates in order; what has an index outside the data is left out, for nothing else on the device would see it.
Value scatter(Node &node, const Places &places, Combination combination)
{
    GraphBuilder &g = node.g;
    const int64_t elements = node.type(0).getNumElements();
    Shape updateShape(places.rows);
    updateShape.push_back(places.slice);
    Value data = g.reshape(node.input(0), elements), updates = g.reshape(node.input(2), updateShape);
    auto combined = [&](Procedure &p, const Element &target, const Scalar &update) {
        if (!combination)
            return update;
        const ScalarMath m{p.b, p.loc, node.onnxElement(0)};
        Value wide = (m.*combination)(m.widen(Scalar(target).value), m.widen(update.value));
        return p.scalar(m.narrow(wide, update.type()));
    };
    SmallVector<Value> results =
        procedure(g, {data, node.input(1), updates}, GraphBuilder::typeOf(data), /*inPlace=*/{0}, [&](Procedure &p) {
            Buffer in = p.input(0), indices = p.input(1), update = p.input(2), out = p.result(0);
            p.loop(0, elements, [&](Scalar i) { out(i) = Scalar(in(i)); });
            p.forEach(places.rows, [&](Scalars row) {
                Scalars given;
                Scalar inside = p.truth(true);
                for (auto [k, extent] : llvm::enumerate(places.extents)) {
                    given.push_back(places.index(indices, row, k).toIndex());
                    Scalar fits = (given[k] >= -double(extent)) & (given[k] < double(extent));
                    inside = k == 0 ? fits : inside & fits;
                }
                p.when(inside, [&] {
                    Scalar position = places.origin(p, row);
                    for (auto [index, extent, step] : llvm::zip(given, places.extents, places.steps))
                        position = position + select(index < 0, index + double(extent), index) * double(step);
                    p.loop(0, places.slice, [&](Scalar i) {
                        Scalars from(row);
                        from.push_back(i);
                        Element target = out(position + i);
                        target = combined(p, target, update.at(from));
                    });
                });
            });
        });
    return g.reshape(results[0], node.shape(0));
}

/// Known updates at known places of known data: shapes that a model computes are made like this. `targets` are the
/// flat positions of the updates. Null where an element is updated twice, which this does not do.
Value foldScatter(Node &node, ArrayRef<int64_t> targets, Combination combination)
{
    GraphBuilder &g = node.g;
    std::vector<int32_t> sources(size_t(node.type(0).getNumElements()), -1); // of the update for each element
    for (auto [i, target] : llvm::enumerate(targets)) {
        if (sources[size_t(target)] >= 0)
            return Value();
        sources[size_t(target)] = int32_t(i);
    }
    Value updates = g.reshape(node.input(2), int64_t(targets.size()));
    auto tableType = RankedTensorType::get(node.shape(0), g.b.getI32Type());
    Value table = g.constant(
        makeConstant(tableType, {reinterpret_cast<const char *>(sources.data()), sources.size() * sizeof(int32_t)}));
    return mapElements(g, {node.input(0), table}, node.onnxElement(0), [&](const ScalarMath &m, ValueRange x) {
        Value none = GraphBuilder::scalar(m.b, m.loc, m.b.getI32Type(), int64_t(0));
        Value isUpdated = arith::CmpIOp::create(m.b, m.loc, arith::CmpIPredicate::sge, x[1], none);
        Value position =
            GraphBuilder::castScalar(m.b, m.loc, arith::MaxSIOp::create(m.b, m.loc, x[1], none), m.b.getIndexType());
        Value update = m.widen(GraphBuilder::at(m.b, m.loc, updates, position));
        return m.select(isUpdated, combination ? (m.*combination)(x[0], update) : update, x[0]);
    });
}

/// The flat positions of the updates where everything is known, or nothing.
std::optional<Shape> knownTargets(const Node &node, const Places &places,
                                  llvm::function_ref<int64_t(int64_t row)> origin)
{
    for (unsigned i = 0; i < 3; ++i)
        if (!constantOf(node.input(i)) || node.type(i).getNumElements() > mostTableElements)
            return std::nullopt;
    const Shape indices = *integersOf(constantOf(node.input(1)));
    const int64_t rows = ShapedType::getNumElements(places.rows), depth = int64_t(places.steps.size());
    Shape targets;
    for (int64_t row = 0; row < rows; ++row) {
        int64_t position = origin(row);
        for (int64_t k = 0; k < depth; ++k) {
            const int64_t index = indices[size_t(row * depth + k)];
            position += (index < 0 ? index + places.extents[size_t(k)] : index) * places.steps[size_t(k)];
        }
        for (int64_t i = 0; i < places.slice; ++i)
            targets.push_back(position + i);
    }
    return targets;
}

Outputs scattered(Node &node, const Places &places, llvm::function_ref<int64_t(int64_t row)> origin)
{
    FailureOr<Combination> combination = readReduction(node);
    if (failed(combination))
        return failure();
    if (node.type(2).getNumElements() == 0)
        return SmallVector<Value>{node.input(0)};
    if (std::optional<Shape> targets = knownTargets(node, places, origin))
        if (Value folded = foldScatter(node, *targets, *combination))
            return SmallVector<Value>{folded};
    return SmallVector<Value>{scatter(node, places, *combination)};
}

} // namespace

Outputs importScatterElements(Node &node)
{
    FailureOr<int64_t> axis = node.axis(node.integer("axis", 0), node.rank(0));
    if (failed(axis) || failed(checkIndices(node, 1)) || failed(node.checkSameType(0, 2)) ||
        failed(node.checkRank(1, node.rank(0))))
        return failure();
    if (node.shape(1) != node.shape(2))
        return node.error("indices and updates differ in shape");
    for (int64_t d = 0; d < node.rank(0); ++d)
        if (d != *axis && node.shape(1)[d] > node.shape(0)[d])
            return node.error("the indices are longer than the data along axis " + Twine(d));
    const int64_t extent = node.shape(0)[*axis];
    if (failed(checkBounds(node, 1, extent)))
        return failure();
    const Shape strides = computeStrides(node.shape(0)), indexStrides = computeStrides(node.shape(1));
    Places places;
    places.rows = Shape(node.shape(1));
    places.steps = {strides[*axis]};
    places.extents = {extent};
    auto originOf = [&](Procedure &p, ArrayRef<Scalar> row) {
        Scalar position = p.index(0);
        for (auto [d, i] : llvm::enumerate(row))
            if (int64_t(d) != *axis)
                position = position + i * double(strides[d]);
        return position;
    };
    auto indexOf = [](const Buffer &indices, ArrayRef<Scalar> row, size_t) { return Scalar(indices.at(row)); };
    places.origin = originOf;
    places.index = indexOf;
    return scattered(node, places, [&](int64_t row) {
        Shape position = delinearize(row, indexStrides);
        position[*axis] = 0;
        return linearize(position, strides);
    });
}

Outputs importScatterND(Node &node)
{
    if (failed(checkIndices(node, 1)) || failed(node.checkSameType(0, 2)))
        return failure();
    if (node.rank(1) < 1 || node.shape(1).back() > node.rank(0) || node.shape(1).back() < 1)
        return node.error("the last extent of the indices does not fit the data");
    const int64_t depth = node.shape(1).back();
    Shape expected(node.shape(1).drop_back());
    llvm::append_range(expected, node.shape(0).drop_front(depth));
    if (node.shape(2) != ArrayRef(expected))
        return node.error("the shape of the updates does not fit data and indices");
    const Shape strides = computeStrides(node.shape(0));
    Places places;
    places.rows = Shape(node.shape(1).drop_back());
    places.slice = ShapedType::getNumElements(node.shape(0).drop_front(depth));
    places.steps = Shape(ArrayRef(strides).take_front(depth));
    places.extents = Shape(node.shape(0).take_front(depth));
    for (auto [i, index] : llvm::enumerate(integersOf(constantOf(node.input(1))).value_or(Shape()))) {
        const int64_t extent = places.extents[i % size_t(depth)];
        if (index < -extent || index >= extent)
            return node.error("index " + Twine(index) + " is outside an extent of " + Twine(extent));
    }
    auto originOf = [](Procedure &p, ArrayRef<Scalar>) { return p.index(0); };
    auto indexOf = [](const Buffer &indices, ArrayRef<Scalar> row, size_t k) {
        Scalars at(row);
        at.push_back(indices.p->index(int64_t(k)));
        return Scalar(indices.at(at));
    };
    places.origin = originOf;
    places.index = indexOf;
    return scattered(node, places, [](int64_t) { return int64_t(0); });
}

} // namespace barecc::onnx_import
