// Tensors that are known when the model is compiled: constants, shapes, ranges.
#include "compiler/import/onnx/Extents.h"
#include "compiler/import/onnx/ScalarMath.h"
#include "compiler/ir/Boundary.h"

using namespace mlir;

namespace barecc::onnx_import {

static Outputs giveConstant(Node &node, ElementsAttr constant)
{
    node.setTensor(0, constantTensor(node.g, constant));
    return {{Value()}};
}

static Outputs fromFile(Node &node, llvm::Expected<ElementsAttr> tensor)
{
    if (!tensor)
        return node.error("the constant " + llvm::toString(tensor.takeError()));
    return giveConstant(node, *tensor);
}

/// A tensor of 32-bit floats, a scalar where there is no list.
static Outputs realConstant(Node &node, ArrayRef<float> values, bool isList)
{
    SmallVector<int64_t> shape;
    if (isList)
        shape.push_back(int64_t(values.size()));
    auto type = RankedTensorType::get(shape, node.g.b.getF32Type());
    return {{node.g.constant(DenseElementsAttr::get(type, values))}};
}

static Outputs importConstant(Node &node)
{
    MLIRContext *context = node.g.b.getContext();
    const Type integer = node.g.b.getI64Type();
    for (const onnx::AttributeProto &attribute : node.proto.attribute()) {
        if (attribute.name() == "value" && attribute.has_t())
            return fromFile(node, readTensor(context, attribute.t(), node.context.externalFiles()));
        if (attribute.name() == "sparse_value" && attribute.has_sparse_tensor())
            return fromFile(node, readSparseTensor(context, attribute.sparse_tensor(), node.context.externalFiles()));
        if (attribute.name() == "value_float")
            return realConstant(node, attribute.f(), false);
        if (attribute.name() == "value_floats")
            return realConstant(node, {attribute.floats().data(), size_t(attribute.floats_size())}, true);
        if (attribute.name() == "value_int")
            return {{node.g.reshape(node.g.constant(ArrayRef<int64_t>(attribute.i()), integer), {})}};
        if (attribute.name() == "value_ints")
            return {{node.g.constant(SmallVector<int64_t>(attribute.ints().begin(), attribute.ints().end()), integer)}};
    }
    return node.error("the constant has no value that is supported; strings are not");
}

static Outputs importConstantOfShape(Node &node)
{
    GraphBuilder &g = node.g;
    FailureOr<SmallVector<int64_t>> shape = node.constantIntegers(0, "the shape");
    if (failed(shape) || failed(node.checkShape(*shape)))
        return failure();
    ElementsAttr one = makeSplat(RankedTensorType::get(1, g.b.getF32Type()), std::vector<char>(sizeof(float)));
    if (const onnx::AttributeProto *value = node.attribute("value"); value && value->has_t()) {
        llvm::Expected<ElementsAttr> given = readTensor(g.b.getContext(), value->t(), node.context.externalFiles());
        if (!given)
            return node.error("the value " + llvm::toString(given.takeError()));
        if (given->getNumElements() != 1)
            return node.error("the value should be one number");
        one = *given;
    }
    auto type = RankedTensorType::get(*shape, one.getElementType());
    const ElementsAttr splat = makeSplat(type, ConstantBytes(one).bytes());
    const int64_t bytes = type.getNumElements() * byteWidth(type.getElementType());
    const Limit limit = isa<FloatType>(type.getElementType()) ? Limit::WeightBytes : Limit::ConstantBytes;
    if (bytes <= Budget::of(g.b.getContext()).left(limit))
        return giveConstant(node, splat);
    // Whoever reads a constant writes it out; one as large as that the device fills.
    auto filling = cast<DenseElementsAttr>(boundary::signless(splat));
    node.setElement(0, type.getElementType());
    return {{g.filled(cast<RankedTensorType>(filling.getType()), filling.getSplatValue<TypedAttr>())}};
}

static Outputs importShape(Node &node)
{
    const int64_t rank = node.rank(0);
    auto position = [&](int64_t value) { return std::clamp<int64_t>(value < 0 ? value + rank : value, 0, rank); };
    const int64_t start = position(node.integer("start", 0)), end = position(node.integer("end", rank));
    const int64_t length = std::max<int64_t>(0, end - start);
    node.setElement(0, node.g.b.getI64Type());
    return {{node.g.slice(actualShape(node.g, node.tensor(0)), start, length, 1)}};
}

static Outputs importSize(Node &node)
{
    const Type i64 = node.g.b.getI64Type();
    node.setElement(0, i64);
    return {{node.g.reduce(
        actualShape(node.g, node.tensor(0)), 0, /*keepDims=*/false, GraphBuilder::scalarAttr(i64, 1),
        [](OpBuilder &b, Location loc, ValueRange x) -> Value { return arith::MulIOp::create(b, loc, x[0], x[1]); })}};
}

static Outputs integerRange(Node &node)
{
    SmallVector<int64_t> bounds;
    for (unsigned i = 0; i < 3; ++i) {
        if (i == 2 && !node.hasInput(2)) { // com.microsoft's step may be left away
            bounds.push_back(1);
            break;
        }
        FailureOr<SmallVector<int64_t>> value = node.constantIntegers(i, "the range");
        if (failed(value))
            return failure();
        if (value->size() != 1)
            return node.error("input " + Twine(i) + " should be one number");
        bounds.push_back(value->front());
    }
    const int64_t step = bounds[2];
    if (step == 0)
        return node.error("the step of the range is 0");
    // Differences of 64-bit numbers, which may need 65.
    const __int128 distance = step > 0 ? __int128(bounds[1]) - bounds[0] : __int128(bounds[0]) - bounds[1];
    const __int128 stride = step > 0 ? __int128(step) : -__int128(step);
    const __int128 count = distance <= 0 ? 0 : (distance + stride - 1) / stride;
    if (count > mostTableElements)
        return node.error("the range has too many elements");
    const Type element = node.element(0);
    auto type = RankedTensorType::get(int64_t(count), element);
    return {{node.g.generate(type, [&](OpBuilder &b, Location loc, ValueRange index) {
        const ScalarMath m{b, loc};
        Value i = GraphBuilder::castScalar(b, loc, index[0], element);
        return m.add(GraphBuilder::scalar(b, loc, element, bounds[0]),
                     m.multiply(i, GraphBuilder::scalar(b, loc, element, step)));
    })}};
}

static Outputs realRange(Node &node)
{
    FailureOr<double> start = node.constantNumber(0, "the start", 0), limit = node.constantNumber(1, "the limit", 0),
                      step = node.constantNumber(2, "the step", 1);
    if (failed(start) || failed(limit) || failed(step))
        return failure();
    const double count = std::max(std::ceil((*limit - *start) / *step), 0.0); // NaN stays
    if (!(count <= double(mostTableElements)))
        return node.error("the range does not end, or has too many elements");
    auto type = RankedTensorType::get(int64_t(count), node.element(0));
    return {{node.g.generate(type, [&](OpBuilder &b, Location loc, ValueRange index) -> Value {
        Value i = GraphBuilder::castScalar(b, loc, index[0], b.getF64Type());
        Value scaled = arith::MulFOp::create(b, loc, i, GraphBuilder::scalar(b, loc, b.getF64Type(), *step));
        Value value = arith::AddFOp::create(b, loc, scaled, GraphBuilder::scalar(b, loc, b.getF64Type(), *start));
        return GraphBuilder::castScalar(b, loc, value, type.getElementType());
    })}};
}

/// start + i * step for as many elements as the model declares, from computed numbers.
static Outputs declaredRange(Node &node, int64_t count)
{
    GraphBuilder &g = node.g;
    for (unsigned i = 0; i < 3; ++i)
        if (node.type(i).getNumElements() != 1)
            return node.error("input " + Twine(i) + " should be one number");
    const Type element = node.element(0), wide = isa<FloatType>(element) ? Type(g.b.getF64Type()) : element;
    Value start = g.reshape(node.input(0), {}), step = g.reshape(node.input(2), {});
    return {{g.generate(RankedTensorType::get(count, element), [&](OpBuilder &b, Location loc, ValueRange index) {
        const ScalarMath m{b, loc};
        auto read = [&](Value tensor) {
            return GraphBuilder::castScalar(b, loc, GraphBuilder::at(b, loc, tensor, {}), wide);
        };
        Value way = m.multiply(GraphBuilder::castScalar(b, loc, index[0], wide), read(step));
        return GraphBuilder::castScalar(b, loc, m.add(read(start), way), element);
    })}};
}

static Outputs importRange(Node &node)
{
    if (failed(node.checkSameType(0, 1)) || (node.hasInput(2) && failed(node.checkSameType(0, 2))))
        return failure();
    const bool isKnown =
        llvm::all_of(llvm::seq(3u), [&](unsigned i) { return !node.hasInput(i) || constantOf(node.input(i)); });
    if (std::optional<SmallVector<int64_t>> shape = isKnown ? std::nullopt : node.declaredShape(0))
        return shape->size() == 1 ? declaredRange(node, shape->front())
                                  : Outputs(node.error("the declared shape of the result is not a list"));
    return isa<FloatType>(node.element(0)) ? realRange(node) : integerRange(node);
}

llvm::ArrayRef<Entry> constantOperators()
{
    static const Entry table[] = {
        {"", "Constant", 1, importConstant, allTypes, 0},
        {"", "ConstantOfShape", 9, importConstantOfShape, "int64"},
        {"", "Shape", 1, importShape, allTypes, 1, ComputedSizes::Handled},
        {"", "Size", 1, importSize, allTypes, 1, ComputedSizes::Handled},
        {"", "Range", 11, importRange, "bfloat16, float16, float, double, int16, int32, int64", 3},
        {"com.microsoft", "Range", 1, importRange, "float, double, int16, int32, int64", 2},
    };
    return table;
}

} // namespace barecc::onnx_import
