#include "compiler/import/tflite/Node.h"

#include "compiler/import/Known.h"
#include "compiler/import/tflite/GraphImporter.h"

using namespace mlir;

namespace barecc::tflite_import {

Node::Node(const tflite::Operator &source, GraphImporter &importer, SmallVector<Value> inputs,
           SmallVector<const Tensor *> inputTensors, SmallVector<const Tensor *> outputTensors)
    : importer(importer), g(importer.g), source(source), operands(std::move(inputs)),
      inputTensors(std::move(inputTensors)), outputTensors(std::move(outputTensors))
{
}

const Tensor *Node::intermediate(unsigned i) const
{
    const SmallVector<int64_t> tensors = listOf(source.intermediates());
    return i < tensors.size() && tensors[i] >= 0 ? &importer.source.tensors[tensors[i]] : nullptr;
}

bool Node::lacksScale(unsigned i) const
{
    return isNarrow(inputTensor(i).type) && inputTensor(i).type == outputTensor().type &&
           !(quantization(i) && isa<quant::QuantizedType>(outputElement()));
}

Value Node::outputZeros(ArrayRef<int64_t> shape) const
{
    const Type element = outputElement();
    const double zero = isa<quant::QuantizedType>(element) ? double(outputZeroPoint()) : 0.0;
    return g.splat(RankedTensorType::get(shape, storageElement(element)), zero);
}

LogicalResult Node::update(unsigned i, Value value) const { return importer.update(source.inputs()->Get(i), value); }

LogicalResult Node::error(const Twine &message) const { return emitError(g.loc) << message; }

LogicalResult Node::unknown(unsigned i, StringRef what) const
{
    const std::vector<std::string> inputs = inputsBehind(input(i));
    addNames(importer.neededInputs, inputs);
    return error(unknownValueMessage(what, inputs, Budget::of(g.b.getContext())));
}

FailureOr<SmallVector<int64_t>> Node::constantIntegers(unsigned i, StringRef what) const
{
    Value value = input(i);
    if (!value)
        return error("lacks input " + Twine(i) + " (" + what + "); the file is damaged");
    ElementsAttr constant = barecc::constantOf(value);
    if (!constant)
        return unknown(i, what);
    if (std::optional<SmallVector<int64_t>> values = integersOf(constant))
        return *values;
    return error(what + " should be integers; the file is damaged");
}

FailureOr<int64_t> Node::constantInteger(unsigned i, StringRef what) const
{
    FailureOr<SmallVector<int64_t>> values = constantIntegers(i, what);
    if (failed(values))
        return failure();
    if (values->size() != 1)
        return error(what + " has " + Twine(values->size()) + " values in place of one; the file is damaged");
    return values->front();
}

FailureOr<TypedAttr> Node::constantElement(unsigned i, StringRef what) const
{
    ElementsAttr constant = barecc::constantOf(input(i));
    if (!constant)
        return unknown(i, what);
    auto one = dyn_cast<DenseElementsAttr>(constant);
    if (!one || one.getNumElements() != 1)
        return error(what + " has " + Twine(constant.getNumElements()) +
                     " values in place of one; the file is damaged");
    return cast<TypedAttr>(one.getSplatValue<Attribute>());
}

FailureOr<int64_t> Node::axis(int64_t value, int64_t rank) const
{
    if (value >= -rank && value < rank)
        return value < 0 ? value + rank : value;
    return error("names axis " + Twine(value) + " of an input of rank " + Twine(rank) + "; the file is damaged");
}

FailureOr<SmallVector<int64_t>> Node::axes(ArrayRef<int64_t> values, int64_t rank) const
{
    SmallVector<int64_t> result;
    for (int64_t value : values) {
        FailureOr<int64_t> resolved = axis(value, rank);
        if (failed(resolved))
            return failure();
        if (!llvm::is_contained(result, *resolved))
            result.push_back(*resolved);
    }
    llvm::sort(result);
    return result;
}

LogicalResult Node::requireRank(unsigned i, int64_t wanted) const
{
    if (rank(i) == wanted)
        return success();
    return error("input " + Twine(i) + " has rank " + Twine(rank(i)) + " where " + Twine(wanted) +
                 " is needed; the file is damaged");
}

LogicalResult Node::unsupportedType(unsigned i) const
{
    const StringRef types = importer.entryOf(source).types, type = typeName(inputTensor(i).type);
    if (isNarrow(inputTensor(i).type) && !inputTensor(i).isQuantized() && types.contains(type.lower()))
        return error("has input " + Twine(i) + " of type " + type +
                     " without a scale, which TensorFlow Lite takes for 0; quantise the model again");
    return error("has an input of type " + type + (inputTensor(i).isQuantized() ? " (quantised)" : "") +
                 ", which barecc does not implement for this operator; `barecc ops` lists the types it takes");
}

LogicalResult Node::requireIndices(unsigned i) const
{
    if (isa<IntegerType>(element(i)) && !element(i).isInteger(1) && !quantization(i))
        return success();
    return error("has indices that are not integers; the file is damaged");
}

LogicalResult Node::requireFloat(unsigned i) const { return element(i).isF32() ? success() : unsupportedType(i); }

LogicalResult Node::requirePerTensor(unsigned i) const
{
    if (isa_and_nonnull<quant::UniformQuantizedType>(quantization(i)))
        return success();
    return error("has input " + Twine(i) +
                 " without one scale for all of it, which it needs here; quantise the model again");
}

LogicalResult Node::requireQuantizedOutput(unsigned i) const
{
    if (isa_and_nonnull<quant::UniformQuantizedType>(outputElement(i)))
        return success();
    return error("has output " + Twine(i) +
                 " without one scale for all of it, which it needs here; quantise the model again");
}

LogicalResult Node::requirePlainOutput() const
{
    return isa<quant::QuantizedType>(outputElement()) ? unsupportedType() : success();
}

/// What operators make of constants is computed while the file is read, so it has to be small.
static constexpr int64_t maxFolded = int64_t(1) << 22;

LogicalResult Node::requireSize(ArrayRef<int64_t> shape) const
{
    const bool folds = llvm::all_of(operands, [](Value value) { return !value || barecc::constantOf(value); });
    if (std::optional<int64_t> count = tensorElements(shape); count && (!folds || *count <= maxFolded))
        return success();
    return error("has a result too large to be meant; the file is damaged");
}

FailureOr<Value> Node::padded(Value value, ArrayRef<int64_t> low, ArrayRef<int64_t> high, TypedAttr with) const
{
    SmallVector<int64_t> shape;
    for (auto [extent, before, after] : llvm::zip(g.shapeOf(value), low, high))
        shape.push_back(before + extent + after);
    if (failed(requireSize(shape)))
        return failure();
    return g.pad(value, low, high, with);
}

FailureOr<Value> Node::elementwise(ValueRange values, Type element,
                                   llvm::function_ref<Value(Scalar, ValueRange)> body) const
{
    SmallVector<int64_t> shape;
    for (Value value : values) {
        std::optional<SmallVector<int64_t>> common = GraphBuilder::broadcastShape(shape, g.shapeOf(value));
        if (!common)
            return error("has inputs whose shapes do not broadcast; the file is damaged");
        shape = *common;
    }
    if (failed(requireSize(shape)))
        return failure();
    return map(values, element, body);
}

Value Node::map(ValueRange values, Type element, llvm::function_ref<Value(Scalar, ValueRange)> body) const
{
    return g.elementwise(values, element,
                         [&](OpBuilder &b, Location loc, ValueRange in) { return body(Scalar{b, loc}, in); });
}

// ---- Fused activations -------------------------------------------------------------------------------------

FailureOr<Interval> activationInterval(const Node &node, tflite::ActivationFunctionType activation)
{
    switch (activation) {
    case tflite::ActivationFunctionType_NONE: return Interval{};
    case tflite::ActivationFunctionType_RELU: return Interval{0.0f, std::nullopt};
    case tflite::ActivationFunctionType_RELU_N1_TO_1: return Interval{-1.0f, 1.0f};
    case tflite::ActivationFunctionType_RELU6: return Interval{0.0f, 6.0f};
    default:
        return node.error("has the fused activation " + Twine(tflite::EnumNameActivationFunctionType(activation)) +
                          ", which barecc does not take; make it an operator of its own");
    }
}

FailureOr<Value> applyActivation(const Node &node, Value value, tflite::ActivationFunctionType activation)
{
    FailureOr<Interval> interval = activationInterval(node, activation);
    if (failed(interval))
        return failure();
    if (!interval->low && !interval->high)
        return value;
    return node.map(value, node.g.elementOf(value), [&](Scalar s, ValueRange in) {
        Value x = in[0];
        if (interval->low)
            x = s.max(x, s.same(x, *interval->low));
        if (interval->high)
            x = s.min(x, s.same(x, *interval->high));
        return x;
    });
}

FailureOr<IntegerRange> activationRange(const Node &node, tflite::ActivationFunctionType activation)
{
    FailureOr<Interval> interval = activationInterval(node, activation);
    if (failed(interval) || failed(node.requireQuantizedOutput()))
        return failure();
    return clampRange(cast<quant::QuantizedType>(node.outputElement()), interval->low, interval->high);
}

Value narrowTo(const Scalar &s, Value value, IntegerRange range, Type storage)
{
    return s.convert(s.clamp(value, double(range.min), double(range.max)), storage);
}

} // namespace barecc::tflite_import
