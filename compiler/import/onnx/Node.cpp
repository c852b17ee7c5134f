#include "compiler/import/onnx/Node.h"

#include "compiler/import/Known.h"
#include "compiler/import/onnx/Quantization.h"
#include "compiler/ir/Boundary.h"

using namespace mlir;

namespace barecc::onnx_import {

// ---- Inputs ------------------------------------------------------------------------------------------------

Value plainNumbers(GraphBuilder &g, Tensor &tensor)
{
    if (tensor.value)
        return tensor.value;
    OpBuilder::InsertionGuard guard(g.b);
    g.b.setInsertionPointAfterValue(tensor.quantized); // before every later use, also those in other blocks
    Value storage = g.storage(tensor.quantized);
    tensor.value = tensor.element.isUnsignedInteger() ? flipSign(g, storage) : storage;
    return tensor.value;
}

Value Node::input(unsigned i) const { return hasInput(i) ? plainNumbers(g, *operands[i]) : Value(); }

std::optional<SmallVector<int64_t>> Node::declaredShape(unsigned i) const
{
    if (!wantsOutput(i))
        return std::nullopt;
    return context.declaredShape(proto.output(int(i)));
}

static bool isPerTensor(Value quantized)
{
    return quantized && isa<quant::UniformQuantizedType>(GraphBuilder::elementOf(quantized));
}

Value Node::movable(unsigned i) const
{
    if (isPerTensor(quantizedInput(i)))
        return g.storage(quantizedInput(i));
    return input(i);
}

Value Node::moved(unsigned i, Value result)
{
    if (!isPerTensor(quantizedInput(i)))
        return result;
    return g.quantized(result, GraphBuilder::typeOf(result).clone(GraphBuilder::elementOf(quantizedInput(i))));
}

Value Node::extent(unsigned i, int64_t dim) const
{
    return hasExtents(i) ? operands[i]->extents[size_t(dim)] : Value();
}

Type Node::outputElement(unsigned i, Type stored) const
{
    if (auto chosen = outputElements.find(i); chosen != outputElements.end())
        return chosen->second;
    for (const Tensor *operand : operands)
        if (operand && operand->element && boundary::signless(operand->element) == stored)
            return operand->element;
    return stored;
}

Tensor Node::output(unsigned i, Value value) const
{
    if (auto whole = outputTensors.find(i); whole != outputTensors.end())
        return whole->second;
    Tensor tensor;
    if (!value)
        return tensor;
    (quantization(value.getType()) ? tensor.quantized : tensor.value) = value;
    const Type stored = boundary::storage(GraphBuilder::elementOf(value));
    tensor.element = outputElement(i, stored);
    assert(boundary::signless(tensor.element) == stored && "an output is not of the type that was chosen for it");
    for (const auto &[place, size] : outputExtents) {
        if (place.first != i)
            continue;
        tensor.extents.resize(size_t(GraphBuilder::typeOf(value).getRank()));
        tensor.extents[size_t(place.second)] = size;
    }
    return tensor;
}

// ---- Attributes --------------------------------------------------------------------------------------------

const onnx::AttributeProto *Node::attribute(StringRef name) const
{
    for (const onnx::AttributeProto &attribute : proto.attribute())
        if (attribute.name() == name)
            return &attribute;
    return nullptr;
}

int64_t Node::integer(StringRef name, int64_t otherwise) const
{
    const onnx::AttributeProto *found = attribute(name);
    return found && found->has_i() ? found->i() : otherwise;
}

double Node::number(StringRef name, double otherwise) const
{
    const onnx::AttributeProto *found = attribute(name);
    return found && found->has_f() ? double(found->f()) : otherwise;
}

std::string Node::text(StringRef name, StringRef otherwise) const
{
    const onnx::AttributeProto *found = attribute(name);
    return found && found->has_s() ? found->s() : otherwise.str();
}

std::optional<SmallVector<int64_t>> Node::integers(StringRef name) const
{
    const onnx::AttributeProto *found = attribute(name);
    if (!found)
        return std::nullopt;
    return SmallVector<int64_t>(found->ints().begin(), found->ints().end());
}

std::optional<SmallVector<double>> Node::numbers(StringRef name) const
{
    const onnx::AttributeProto *found = attribute(name);
    if (!found)
        return std::nullopt;
    return SmallVector<double>(found->floats().begin(), found->floats().end());
}

FailureOr<SmallVector<int64_t>> Node::constantIntegers(unsigned i, StringRef what) const
{
    Value value = input(i);
    if (!value)
        return error("input " + Twine(i) + " (" + what + ") is missing");
    if (rank(i) > 1)
        return error(what + " has rank " + Twine(rank(i)) + " but should be a list of integers");
    ElementsAttr constant = constantOf(value);
    if (!constant)
        return unknown(i, what);
    std::optional<SmallVector<int64_t>> values = integersOf(constant);
    if (!values)
        return error(what + " should be integers, but is " + elementName(onnxElement(i)));
    return *values;
}

FailureOr<std::optional<SmallVector<int64_t>>> Node::integersOrInput(StringRef name, unsigned i) const
{
    if (std::optional<SmallVector<int64_t>> values = integers(name))
        return values;
    if (!hasInput(i))
        return std::optional<SmallVector<int64_t>>();
    FailureOr<SmallVector<int64_t>> values = constantIntegers(i, name);
    if (failed(values))
        return failure();
    return std::optional<SmallVector<int64_t>>(std::move(*values));
}

FailureOr<int64_t> Node::constantInteger(unsigned i, StringRef what, int64_t otherwise) const
{
    if (!hasInput(i))
        return otherwise;
    FailureOr<SmallVector<int64_t>> values = constantIntegers(i, what);
    if (failed(values))
        return failure();
    if (values->size() != 1)
        return error(what + " should be one number, but has " + Twine(values->size()) + " elements");
    return values->front();
}

FailureOr<double> Node::constantNumber(unsigned i, StringRef what, double otherwise) const
{
    Value value = input(i);
    if (!value)
        return otherwise;
    ElementsAttr constant = constantOf(value);
    if (!constant)
        return unknown(i, what);
    if (constant.getNumElements() != 1)
        return error(what + " should be one number, but has " + Twine(constant.getNumElements()) + " elements");
    std::optional<std::vector<double>> values = numbersOf(constant);
    if (!values)
        return error(what + " should be a number");
    return values->front();
}

LogicalResult Node::unknown(unsigned i, const Twine &what) const
{
    const std::vector<std::string> inputs = inputsBehind(input(i));
    context.needInputs(inputs);
    return error(unknownValueMessage(what.str(), inputs, Budget::of(g.b.getContext())));
}

// ---- Checks ------------------------------------------------------------------------------------------------

LogicalResult Node::error(const Twine &message) const { return emitError(g.loc) << message; }

FailureOr<int64_t> Node::axis(int64_t value, int64_t rank) const
{
    if (value < -rank || value >= rank)
        return error("axis " + Twine(value) + " is outside a tensor of rank " + Twine(rank));
    return value < 0 ? value + rank : value;
}

FailureOr<SmallVector<int64_t>> Node::axes(ArrayRef<int64_t> values, int64_t rank) const
{
    SmallVector<int64_t> result;
    for (int64_t value : values) {
        FailureOr<int64_t> one = axis(value, rank);
        if (failed(one))
            return failure();
        if (llvm::is_contained(result, *one))
            return error("axis " + Twine(value) + " is named twice");
        result.push_back(*one);
    }
    return result;
}

static std::string shapeText(ArrayRef<int64_t> shape)
{
    std::string text;
    llvm::raw_string_ostream stream(text);
    llvm::interleave(shape, stream, "x");
    return shape.empty() ? "scalar" : text;
}

LogicalResult Node::checkShape(ArrayRef<int64_t> shape) const
{
    if (isReasonable(shape))
        return success();
    constexpr size_t shown = 16;
    const std::string rest = shape.size() > shown ? "x... of " + std::to_string(shape.size()) + " axes" : "";
    return error("the result would have the shape " + shapeText(shape.take_front(shown)) + rest +
                 ", which no device can hold; check the shapes and attributes that lead here");
}

FailureOr<SmallVector<int64_t>> Node::broadcast(ArrayRef<Value> inputs) const
{
    SmallVector<int64_t> shape;
    for (Value value : inputs) {
        std::optional<SmallVector<int64_t>> common = GraphBuilder::broadcastShape(shape, GraphBuilder::shapeOf(value));
        if (!common)
            return error("inputs of shapes " + shapeText(shape) + " and " + shapeText(GraphBuilder::shapeOf(value)) +
                         " do not broadcast to one shape");
        shape = *common;
    }
    if (failed(checkShape(shape)))
        return failure();
    return shape;
}

LogicalResult Node::checkSameType(unsigned i, unsigned j) const
{
    if (onnxElement(i) == onnxElement(j))
        return success();
    return error("inputs " + Twine(i) + " and " + Twine(j) + " should have one element type, but are " +
                 elementName(onnxElement(i)) + " and " + elementName(onnxElement(j)));
}

LogicalResult Node::checkRank(unsigned i, int64_t wanted) const
{
    if (rank(i) == wanted)
        return success();
    return error("input " + Twine(i) + " has rank " + Twine(rank(i)) + " but should have rank " + Twine(wanted));
}

} // namespace barecc::onnx_import
