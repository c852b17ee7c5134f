// Sequences and optionals. Positions are known when the model is compiled, so a sequence is a list of tensors that the
// importer keeps, and nothing of it is left in the module.
#include "compiler/import/onnx/Node.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;
using Elements = std::vector<Tensor>;

/// Counts `nodes` more than the file has.
static LogicalResult takeNodes(Node &node, int64_t nodes)
{
    Budget &budget = Budget::of(node.g.b.getContext());
    return budget.take(Limit::Nodes, nodes) ? success() : node.error("the model has " + budget.excess(Limit::Nodes));
}

/// Output 0 is a sequence, or what a list holds at one place. A list that another is made from is copied, for which 16 of
/// its places count as a node.
static Outputs giveSequence(Node &node, Elements elements)
{
    if (failed(takeNodes(node, int64_t(elements.size() / 16))))
        return failure();
    Tensor tensor;
    tensor.sequence = std::make_shared<const Elements>(std::move(elements));
    node.setTensor(0, tensor);
    return {{Value()}};
}

static Outputs giveTensor(Node &node, const Tensor &tensor)
{
    node.setTensor(0, tensor);
    return {{Value()}};
}

static FailureOr<Elements> elementsOf(Node &node, unsigned i)
{
    if (!node.tensor(i).sequence)
        return node.error("input " + Twine(i) + " should be a sequence");
    return *node.tensor(i).sequence;
}

/// The place that input i names in a sequence of `count`, up to and with `last`; negative ones are counted from the end,
/// and `otherwise` is taken where there is no input.
static FailureOr<int64_t> positionOf(Node &node, unsigned i, int64_t count, int64_t last, int64_t otherwise)
{
    if (node.hasSequence(i))
        return node.error("the position in the sequence should be one number, but is a sequence or an empty optional");
    FailureOr<int64_t> given = node.constantInteger(i, "the position in the sequence", otherwise);
    if (failed(given))
        return failure();
    if (*given < -count || *given > last)
        return node.error("position " + Twine(*given) + " is outside a sequence of " + Twine(count));
    return *given + (*given < 0 ? count : 0);
}

// ---- Sequences ---------------------------------------------------------------------------------------------

static Outputs importSequenceEmpty(Node &node) { return giveSequence(node, {}); }

static Outputs importSequenceConstruct(Node &node)
{
    Elements elements;
    for (unsigned i = 0; i < node.inputCount(); ++i) {
        if (!node.hasInput(i))
            return node.error("input " + Twine(i) + " is missing");
        elements.push_back(node.tensor(i));
    }
    return giveSequence(node, elements);
}

static Outputs importSequenceInsert(Node &node)
{
    FailureOr<Elements> elements = elementsOf(node, 0);
    if (failed(elements))
        return failure();
    // One more place than there are elements: behind the last.
    const int64_t count = int64_t(elements->size());
    FailureOr<int64_t> position = positionOf(node, 2, count, count, count);
    if (failed(position))
        return failure();
    elements->insert(elements->begin() + *position, node.tensor(1));
    return giveSequence(node, *elements);
}

/// The sequence of input 0, and the place in it that input 1 names: the last one where it is absent.
static FailureOr<std::pair<Elements, size_t>> elementsAndPlace(Node &node)
{
    FailureOr<Elements> elements = elementsOf(node, 0);
    if (failed(elements))
        return failure();
    const int64_t count = int64_t(elements->size());
    FailureOr<int64_t> position = positionOf(node, 1, count, count - 1, -1);
    if (failed(position))
        return failure();
    return std::make_pair(std::move(*elements), size_t(*position));
}

static Outputs importSequenceErase(Node &node)
{
    auto found = elementsAndPlace(node);
    if (failed(found))
        return failure();
    auto &[elements, place] = *found;
    elements.erase(elements.begin() + place);
    return giveSequence(node, elements);
}

static Outputs importSequenceAt(Node &node)
{
    auto found = elementsAndPlace(node);
    if (failed(found))
        return failure();
    return giveTensor(node, found->first[found->second]);
}

static Outputs importSequenceLength(Node &node)
{
    FailureOr<Elements> elements = elementsOf(node, 0);
    if (failed(elements))
        return failure();
    const int64_t count = int64_t(elements->size());
    return {{node.g.reshape(node.g.constant(count, node.g.b.getI64Type()), {})}};
}

/// Parts of one tensor: of the sizes in the list, of one size (the last may be smaller), or single slices.
static Outputs importSplitToSequence(Node &node)
{
    FailureOr<int64_t> axis = node.axis(node.integer("axis", 0), node.rank(0));
    if (failed(axis))
        return failure();
    const int64_t extent = node.shape(0)[*axis];
    Shape sizes;
    if (node.hasInput(1) && node.rank(1) == 1) {
        FailureOr<Shape> given = node.constantIntegers(1, "the list of sizes");
        if (failed(given))
            return failure();
        sizes = *given;
        if (failed(takeNodes(node, int64_t(sizes.size()))))
            return failure();
    } else {
        FailureOr<int64_t> size = node.constantInteger(1, "the size of the parts", 1);
        if (failed(size))
            return failure();
        if (*size < 1)
            return node.error("the size of the parts should be positive");
        if (failed(takeNodes(node, int64_t(llvm::divideCeil(extent, *size)))))
            return failure();
        for (int64_t left = extent; left > 0; left -= sizes.back())
            sizes.push_back(std::min(*size, left));
    }
    const bool dropsAxis = !node.hasInput(1) && node.integer("keepdims", 1) == 0;
    Shape offsets(node.rank(0), 0), part(node.shape(0)), strides(node.rank(0), 1);
    Elements elements;
    for (int64_t size : sizes) {
        if (size < 0 || size > extent - offsets[*axis])
            return node.error("the parts do not fit an extent of " + Twine(extent));
        part[*axis] = size;
        Value value = node.g.slice(node.input(0), offsets, part, strides);
        offsets[*axis] += size;
        Shape shape(part);
        if (dropsAxis)
            shape.erase(shape.begin() + *axis);
        elements.push_back({node.onnxElement(0), node.g.reshape(value, shape)});
    }
    if (offsets[*axis] != extent)
        return node.error("the parts do not add up to an extent of " + Twine(extent));
    return giveSequence(node, elements);
}

static Outputs importConcatFromSequence(Node &node)
{
    FailureOr<Elements> elements = elementsOf(node, 0);
    if (failed(elements))
        return failure();
    if (elements->empty())
        return node.error("the sequence is empty");
    const bool newAxis = node.integer("new_axis", 0) != 0;
    SmallVector<Value> parts;
    for (Tensor &tensor : *elements) {
        if (!tensor.extents.empty() || tensor.sequence || tensor.isEmptyOptional)
            return node.error("an element of the sequence is no tensor of a known size");
        parts.push_back(plainNumbers(node.g, tensor));
    }
    const int64_t rank = GraphBuilder::typeOf(parts[0]).getRank() + newAxis;
    FailureOr<int64_t> axis = node.axis(node.integer("axis", 0), rank);
    if (failed(axis))
        return failure();
    Shape sum;
    for (auto [part, tensor] : llvm::zip(parts, *elements)) {
        Shape shape(GraphBuilder::shapeOf(part));
        if (newAxis)
            shape.insert(shape.begin() + std::min<int64_t>(*axis, int64_t(shape.size())), 1);
        if (int64_t(shape.size()) != rank || tensor.element != elements->front().element)
            return node.error("elements of the sequence differ in type or rank");
        part = node.g.reshape(part, shape);
        if (sum.empty())
            sum = shape;
        else
            sum[*axis] += shape[*axis];
        shape[*axis] = sum[*axis];
        if (shape != sum)
            return node.error("elements of the sequence differ in shape");
    }
    if (failed(node.checkShape(sum)))
        return failure();
    node.setElement(0, elements->front().element);
    return {{node.g.concat(parts, *axis)}};
}

/// The body for each place of the sequences; inputs that are tensors are the same for all.
static Outputs importSequenceMap(Node &node)
{
    const onnx::AttributeProto *body = node.attribute("body");
    FailureOr<Elements> first = elementsOf(node, 0);
    if (failed(first))
        return failure();
    if (!body || !body->has_g())
        return node.error("the body is missing");
    std::vector<Elements> outputs(size_t(body->g().output_size()));
    if (failed(takeNodes(node, int64_t(outputs.size() * first->size() / 16))))
        return failure();
    for (size_t place = 0; place < first->size(); ++place) {
        SmallVector<Tensor> arguments;
        for (unsigned i = 0; i < node.inputCount(); ++i) {
            if (!node.hasInput(i))
                return node.error("input " + Twine(i) + " is missing");
            const auto &sequence = node.tensor(i).sequence;
            if (sequence && sequence->size() != first->size())
                return node.error("the sequences differ in length");
            arguments.push_back(sequence ? (*sequence)[place] : node.tensor(i));
        }
        FailureOr<SmallVector<Tensor>> results = node.context.inlineGraph(body->g(), arguments);
        if (failed(results))
            return failure();
        for (auto [list, result] : llvm::zip(outputs, *results))
            list.push_back(result);
    }
    for (auto [i, list] : llvm::enumerate(outputs)) {
        Tensor tensor;
        tensor.sequence = std::make_shared<const Elements>(list);
        node.setTensor(unsigned(i), tensor);
    }
    return SmallVector<Value>(outputs.size());
}

// ---- Optionals: one that holds something is what it holds ---------------------------------------------------

static Outputs importOptional(Node &node)
{
    Tensor nothing;
    nothing.isEmptyOptional = true;
    return giveTensor(node, node.hasInput(0) ? node.tensor(0) : nothing);
}

static Outputs importOptionalHasElement(Node &node)
{
    const bool has = node.hasInput(0) && !node.tensor(0).isEmptyOptional;
    return {{node.g.splat(RankedTensorType::get({}, node.g.b.getI1Type()), has ? 1 : 0)}};
}

static Outputs importOptionalGetElement(Node &node)
{
    if (node.tensor(0).isEmptyOptional)
        return node.error("the optional is empty");
    return giveTensor(node, node.tensor(0));
}

llvm::ArrayRef<Entry> sequenceOperators()
{
    constexpr ComputedSizes handled = ComputedSizes::Handled;
    static const Entry table[] = {
        {"", "SequenceEmpty", 11, importSequenceEmpty, "", 0},
        {"", "SequenceConstruct", 11, importSequenceConstruct, "", 1, handled},
        {"", "SequenceInsert", 11, importSequenceInsert, "", 2, handled, true},
        {"", "SequenceErase", 11, importSequenceErase, "", 1, handled, true},
        {"", "SequenceAt", 11, importSequenceAt, "", 2, handled, true},
        {"", "SequenceLength", 11, importSequenceLength, "", 1, handled, true},
        {"", "SplitToSequence", 11, importSplitToSequence, allTypes},
        {"", "ConcatFromSequence", 11, importConcatFromSequence, "", 1, handled, true},
        {"", "SequenceMap", 17, importSequenceMap, "", 1, handled, true},
        {"", "Optional", 15, importOptional, "", 0, handled, true},
        {"", "OptionalHasElement", 15, importOptionalHasElement, "", 0, handled, true},
        {"", "OptionalGetElement", 15, importOptionalGetElement, "", 1, handled, true},
    };
    return table;
}

} // namespace barecc::onnx_import
