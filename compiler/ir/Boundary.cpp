#include "compiler/ir/Boundary.h"

#include "compiler/ir/NN.h"

using namespace mlir;

namespace barecc {
namespace {

/// What may stand on an argument or a result of a function.
struct BoundaryAttribute {
    StringRef name, kind;
    bool ofArguments, ofResults;
    bool (*isKind)(Attribute);
};

constexpr auto isString = [](Attribute value) { return isa<StringAttr>(value); };
constexpr auto isIndex = [](Attribute value) {
    auto number = dyn_cast<IntegerAttr>(value);
    return number && number.getType().isInteger(64) && number.getInt() >= 0;
};

const BoundaryAttribute boundaryAttributes[] = {
    {boundary::name, "a string", true, true, isString},
    {boundary::position, "a number", true, false, isIndex},
    {boundary::shapeOf, "the number of a result", false, true, isIndex},
    {boundary::state, "a string", true, true, isString},
    {boundary::initial, "elements", true, false, [](Attribute value) { return isa<ElementsAttr>(value); }},
};

LogicalResult verify(Operation *function, NamedAttribute attribute, bool onResult)
{
    const auto *known = llvm::find_if(
        boundaryAttributes, [&](const BoundaryAttribute &each) { return each.name == attribute.getName().strref(); });
    if (known == std::end(boundaryAttributes) || !(onResult ? known->ofResults : known->ofArguments))
        return function->emitOpError("has no attribute ")
               << attribute.getName() << " on " << (onResult ? "results" : "arguments");
    if (!known->isKind(attribute.getValue()))
        return function->emitError() << attribute.getName() << " has to be " << known->kind;
    return success();
}

} // namespace

Type boundary::storage(Type element)
{
    auto quantized = dyn_cast<quant::QuantizedType>(element);
    if (!quantized)
        return element;
    if (quantized.isSigned())
        return quantized.getStorageType();
    return IntegerType::get(element.getContext(), quantized.getStorageTypeIntegralWidth(), IntegerType::Unsigned);
}

bool boundary::isUnsigned(Type element) { return storage(element).isUnsignedInteger(); }

Type boundary::signless(Type element)
{
    auto integer = dyn_cast<IntegerType>(element);
    return integer ? IntegerType::get(element.getContext(), integer.getWidth()) : element;
}

RankedTensorType boundary::signless(RankedTensorType type) { return type.clone(signless(type.getElementType())); }

ElementsAttr boundary::signless(ElementsAttr constant)
{
    if (auto resource = dyn_cast<DenseResourceElementsAttr>(constant))
        return DenseResourceElementsAttr::get(signless(cast<RankedTensorType>(resource.getType())),
                                              resource.getRawHandle());
    return cast<DenseElementsAttr>(constant).bitcast(signless(constant.getElementType()));
}

static Value bitcast(OpBuilder &b, Value value, Type element)
{
    auto type = cast<RankedTensorType>(value.getType()).clone(element);
    return value.getType() == type ? value : tensor::BitcastOp::create(b, value.getLoc(), type, value).getResult();
}

Value boundary::entering(OpBuilder &b, Value given)
{
    return bitcast(b, given, signless(cast<RankedTensorType>(given.getType()).getElementType()));
}

Value boundary::leaving(OpBuilder &b, Value value, Type callersElement) { return bitcast(b, value, callersElement); }

LogicalResult nn::NNDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute)
{
    return op->emitError() << attribute.getName() << " is no attribute of operations";
}

LogicalResult nn::NNDialect::verifyRegionArgAttribute(Operation *op, unsigned, unsigned, NamedAttribute attribute)
{
    return verify(op, attribute, /*onResult=*/false);
}

LogicalResult nn::NNDialect::verifyRegionResultAttribute(Operation *op, unsigned, unsigned, NamedAttribute attribute)
{
    return verify(op, attribute, /*onResult=*/true);
}

} // namespace barecc
