// Operators that look for elements: the k largest, the different ones, boxes that no better one overlaps.
#include "compiler/import/onnx/Node.h"
#include "compiler/ir/NonMaxSuppression.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

// ---- The k largest -----------------------------------------------------------------------------------------

static Outputs topElementsOf(Node &node, int64_t count)
{
    FailureOr<int64_t> axis = node.axis(node.integer("axis", -1), node.rank(0));
    if (failed(axis))
        return failure();
    if (count < 0 || count > node.shape(0)[*axis])
        return node.error("takes " + Twine(count) + " elements of " + Twine(node.shape(0)[*axis]));
    const Type i64 = node.g.b.getI64Type();
    node.setElement(1, i64);
    const TopElements top =
        topElements(node.g, node.input(0), *axis, count, node.integer("largest", 1) != 0, node.isUnsigned(0), i64);
    return {{top.values, top.positions}};
}

static Outputs importTopKOfAttribute(Node &node)
{
    if (!node.attribute("k"))
        return node.error("attribute 'k' is missing");
    return topElementsOf(node, node.integer("k", 0));
}

static Outputs importTopK(Node &node)
{
    FailureOr<SmallVector<int64_t>> count = node.constantIntegers(1, "the number of elements");
    if (failed(count))
        return failure();
    if (count->size() != 1)
        return node.error("the number of elements should be one number, but is " + Twine(count->size()));
    return topElementsOf(node, count->front());
}

// ---- The different ones ------------------------------------------------------------------------------------

namespace {

/// The code that tells the rows of a matrix apart: sorts them, numbers those that are equal alike, and writes each
/// number's first row.
class UniqueRows {
public:
    UniqueRows(Procedure &p, ArrayRef<int64_t> shape, bool inOrder, bool isUnsigned)
        : p(p), rows(shape[0]), columns(shape[1]), inOrder(inOrder), isUnsigned(isUnsigned)
    {
    }

    void emit()
    {
        Buffer order = p.result(5);
        p.loop(0, rows, [&](Scalar i) { order(i) = i; });
        sortSlots(p, rows, [&](Scalar i) { return order(i); }, [&](Scalar x, Scalar y) { return before(x, y); });
        p.result(4)() = numberRows().to(p.b.getI64Type());
        writeGroups();
    }

private:
    /// The first column where two rows differ, or the number of columns.
    Scalar firstDifference(Scalar x, Scalar y)
    {
        Buffer in = p.input(0);
        return p.loopWhile(
            {p.index(0)},
            [&](Scalars c) {
                return p.both(c[0] < double(columns), [&] {
                    Scalar a = in(x, c[0]), b = in(y, c[0]);
                    return a == b;
                });
            },
            [](Scalars c) -> Scalars { return {c[0] + 1}; })[0];
    }

    Scalar before(Scalar x, Scalar y)
    {
        Buffer in = p.input(0);
        Scalar column = firstDifference(x, y);
        return p.choose(
            column < double(columns),
            [&]() -> Scalars {
                Scalar a = in(x, column), b = in(y, column);
                return {less(a, b, isUnsigned)};
            },
            [&]() -> Scalars { return {x < y}; })[0];
    }

    /// Leaves in `inverse` the number of each row's group, in sorted order, and in `order` the first row of each group.
    /// Gives the number of groups.
    Scalar numberRows()
    {
        Buffer inverse = p.result(2), order = p.result(5);
        return p.loop(0, rows, {p.index(0), p.index(0)}, [&](Scalar i, Scalars c) -> Scalars {
            Scalar row = Scalar(order(i)).toIndex(), previous = c[1];
            Scalar isEqual = p.both(i > 0, [&] { return firstDifference(previous, row) == double(columns); });
            Scalar groups = select(isEqual, c[0], c[0] + 1);
            p.when(!isEqual, [&] { order(c[0]) = row; });
            inverse(row) = groups - 1;
            return {groups, row};
        })[0];
    }

    /// Goes through the rows as they are: a row that is the first of its group is written.
    void writeGroups()
    {
        Buffer in = p.input(0), values = p.result(0), indices = p.result(1), inverse = p.result(2);
        Buffer counts = p.result(3), order = p.result(5);
        p.loop(0, rows, [&](Scalar i) {
            indices(i) = 0;
            counts(i) = 0;
            p.loop(0, columns, [&](Scalar j) { values(i, j) = 0; });
        });
        p.loop(0, rows, {p.index(0)}, [&](Scalar row, Scalars found) -> Scalars {
            Scalar group = Scalar(inverse(row)).toIndex();
            Scalar isFirst = Scalar(order(group)).toIndex() == row;
            // Sorted, groups keep their numbers; else they get them as they are met, which is noted where the first
            // row was.
            Scalar number = group;
            if (!inOrder) {
                Buffer numbers = p.result(6);
                p.when(isFirst, [&] { numbers(group) = found[0]; });
                number = Scalar(numbers(group)).toIndex();
            }
            p.when(isFirst, [&] {
                indices(number) = row;
                p.loop(0, columns, [&](Scalar j) { values(number, j) = in(row, j); });
            });
            inverse(row) = number;
            counts(number) = Scalar(counts(number)) + 1;
            return {select(isFirst, found[0] + 1, found[0])};
        });
    }

    Procedure &p;
    const int64_t rows, columns;
    const bool inOrder, isUnsigned;
};

} // namespace

static Outputs importUnique(Node &node)
{
    GraphBuilder &g = node.g;
    const bool flat = !node.attribute("axis");
    FailureOr<int64_t> axis = flat ? 0 : node.axis(node.integer("axis", 0), node.rank(0));
    if (failed(axis))
        return failure();
    const int64_t elements = node.type(0).getNumElements();
    Value input = flat ? g.reshape(node.input(0), elements) : node.input(0);
    // Slices along the axis are rows.
    Shape toFront{*axis};
    for (int64_t d = 0; d < int64_t(GraphBuilder::shapeOf(input).size()); ++d)
        if (d != *axis)
            toFront.push_back(d);
    Value front = g.transpose(input, toFront);
    const Shape frontShape(GraphBuilder::shapeOf(front));
    const int64_t rows = frontShape[0];
    const Type i64 = g.b.getI64Type(), i32 = g.b.getI32Type();
    for (unsigned output : {1u, 2u, 3u})
        node.setElement(output, i64);
    const auto list = RankedTensorType::get(rows, i64);
    if (elements == 0) {
        if (rows != 0)
            return node.error("the slices along axis " + Twine(*axis) +
                              " are empty, so there is nothing to tell them "
                              "apart by");
        Value none = g.splat(list, 0);
        return {{input, none, none, none}};
    }
    const Shape shape{rows, elements / rows};
    const bool inOrder = node.integer("sorted", 1) != 0;
    const auto positions = RankedTensorType::get(rows, i32);
    SmallVector<RankedTensorType> results{
        RankedTensorType::get(shape, node.element(0)), list, list, list, RankedTensorType::get({}, i64), positions};
    if (!inOrder)
        results.push_back(positions);
    SmallVector<Value> outputs = procedure(g, g.reshape(front, shape), results, {}, [&](Procedure &p) {
        UniqueRows(p, shape, inOrder, node.isUnsigned(0) || node.element(0).isInteger(1)).emit();
    });
    Shape back(toFront.size());
    for (auto [to, from] : llvm::enumerate(toFront))
        back[from] = int64_t(to);
    Value count = outputs[4];
    node.setExtent(0, *axis, count);
    node.setExtent(1, 0, count);
    node.setExtent(3, 0, count);
    return {{g.transpose(g.reshape(outputs[0], frontShape), back), outputs[1], outputs[2], outputs[3]}};
}

// ---- Boxes -------------------------------------------------------------------------------------------------

namespace {

/// An optional input of one number.
class Limit {
public:
    Limit(Node &node, unsigned i, SmallVectorImpl<Value> &inputs)
    {
        if (!node.hasInput(i))
            return;
        present = true;
        elements = node.type(i).getNumElements();
        if (std::optional<std::vector<double>> values = numbersOf(constantOf(node.input(i)));
            values && !values->empty())
            known = values->front();
        type = node.element(i);
        position = unsigned(inputs.size());
        inputs.push_back(node.g.reshape(node.input(i), elements));
    }
    Scalar in(Procedure &p) const { return known ? p.number(type, *known) : Scalar(p.input(position)(0)); }

    bool present = false;
    std::optional<double> known;
    int64_t elements = 1;

private:
    Type type;
    unsigned position = 0;
};

} // namespace

static Outputs importNonMaxSuppression(Node &node)
{
    if (failed(node.checkRank(0, 3)) || failed(node.checkRank(1, 3)) || failed(node.checkSameType(0, 1)))
        return failure();
    const int64_t batches = node.shape(0)[0], boxCount = node.shape(0)[1], classes = node.shape(1)[1];
    if (node.shape(0)[2] != 4 || node.shape(1)[0] != batches || node.shape(1)[2] != boxCount)
        return node.error("boxes and scores do not fit each other");
    SmallVector<Value> inputs{node.input(0), node.input(1)};
    const Limit most(node, 2, inputs), overlapLimit(node, 3, inputs), scoreLimit(node, 4, inputs);
    for (const Limit *limit : {&most, &overlapLimit, &scoreLimit})
        if (limit->elements != 1)
            return node.error("a limit should be one number, but is " + Twine(limit->elements));
    for (unsigned i = 2; i < 5; ++i)
        if (node.hasInput(i) && (i == 2 ? !node.element(i).isInteger(64) : !node.element(i).isF32()))
            return node.error("a limit is " + elementName(node.onnxElement(i)) +
                              " and should be int64 for boxes, float for overlap and score");
    // As many boxes as there are may stay, but no more of a class than the model says.
    const double limit = most.present ? most.known.value_or(double(boxCount)) : 0.0;
    const int64_t perClass = int64_t(std::clamp(limit, 0.0, double(boxCount)));
    if (failed(node.checkShape({batches, classes, perClass, 3})))
        return failure();
    const int64_t rows = batches * classes * perClass;
    const Type i64 = node.g.b.getI64Type();
    const auto type = RankedTensorType::get({rows, 3}, i64);
    if (rows == 0)
        return {{node.g.splat(type, 0)}};
    const bool centred = node.integer("center_point_box", 0) != 0;
    const auto order = RankedTensorType::get(boxCount, node.g.b.getI32Type());
    SmallVector<RankedTensorType> results{type, RankedTensorType::get({}, i64), order};
    SmallVector<Value> outputs = procedure(node.g, inputs, results, {}, [&](Procedure &p) {
        Buffer boxes = p.input(0), scores = p.input(1), selected = p.result(0), order = p.result(2);
        auto boxOf = [&](Scalar batch, Scalar i) -> Box {
            const Box stored = boxAt(boxes, {batch, i});
            if (!centred)
                return stored;
            // Of the centre and the size, x comes before y; which of them is called so does not matter.
            Scalar height = stored.y1 * 0.5, width = stored.x1 * 0.5;
            return {stored.y0 - height, stored.x0 - width, stored.y0 + height, stored.x0 + width};
        };
        auto slots = [&](Scalar i) { return order(i); };
        Scalar none = p.number(i64, 0), bound = p.number(i64, double(perClass));
        Scalar allowed = smallest(largest(most.in(p), none), bound).toIndex();
        p.forEach({rows, 3}, [&](Scalars at) { selected.at(at) = 0; });
        auto suppressClass = [&](Scalar batch, Scalar klass, Scalar found) {
            Scalar count = p.loop(0, boxCount, {p.index(0)}, [&](Scalar i, Scalars c) -> Scalars {
                Scalar score = scores(batch, klass, i);
                Scalar taken = scoreLimit.present ? score > scoreLimit.in(p) : p.truth(true);
                p.when(taken, [&] { order(c[0]) = i; });
                return {select(taken, c[0] + 1, c[0])};
            })[0];
            sortSlots(p, count, slots, [&](Scalar x, Scalar y) {
                Scalar a = scores(batch, klass, x), b = scores(batch, klass, y);
                return comesBefore(x, a, y, b, true);
            });
            Scalar kept = keepBest(p, count, allowed, slots, [&](Scalar better, Scalar box) {
                const Box a = boxOf(batch, better), b = boxOf(batch, box);
                return overlap(a, b) > (overlapLimit.present ? overlapLimit.in(p) : p.number(node.element(0), 0));
            });
            p.loop(0, kept, [&](Scalar i) {
                selected(found + i, 0) = batch;
                selected(found + i, 1) = klass;
                selected(found + i, 2) = Scalar(order(i)).toIndex();
            });
            return found + kept;
        };
        Scalar found = p.loop(0, batches, {p.index(0)}, [&](Scalar batch, Scalars c) {
            return p.loop(0, classes, c,
                          [&](Scalar klass, Scalars d) -> Scalars { return {suppressClass(batch, klass, d[0])}; });
        })[0];
        p.result(1)() = found.to(i64);
    });
    node.setExtent(0, 0, outputs[1]);
    return {{outputs[0]}};
}

llvm::ArrayRef<Entry> searchOperators()
{
    static const Entry table[] = {
        {"", "TopK", 1, importTopKOfAttribute, floatTypes},
        {"", "TopK", 10, importTopK, floatTypes, 2},
        {"", "TopK", 11, importTopK, numberTypes, 2},
        {"", "Unique", 11, importUnique, allTypes},
        {"", "NonMaxSuppression", 10, importNonMaxSuppression, "float", 2},
    };
    return table;
}

} // namespace barecc::onnx_import
