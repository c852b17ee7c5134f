#include "compiler/optimize/Layout.h"

#include "compiler/ir/Constants.h"
#include "compiler/ir/Evaluate.h"
#include "compiler/ir/NN.h"

#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace mlir;

namespace barecc {

static RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

int64_t byteSize(RankedTensorType type) { return type.getNumElements() * byteWidth(type.getElementType()); }

RankedTensorType transposedType(RankedTensorType type, ArrayRef<int64_t> permutation)
{
    Type element = type.getElementType();
    if (auto axis = dyn_cast<quant::UniformQuantizedPerAxisType>(element)) {
        const auto moved = llvm::find(permutation, axis.getQuantizedDimension()) - permutation.begin();
        element = quant::UniformQuantizedPerAxisType::get(
            axis.getFlags(), axis.getStorageType(), axis.getExpressedType(), axis.getScales(), axis.getZeroPoints(),
            int32_t(moved), axis.getStorageTypeMin(), axis.getStorageTypeMax());
    }
    return RankedTensorType::get(applyPermutation(type.getShape(), permutation), element);
}

bool movesNothing(ArrayRef<int64_t> shape, ArrayRef<int64_t> permutation)
{
    int64_t last = -1;
    for (int64_t axis : permutation) {
        if (shape[axis] == 1)
            continue;
        if (axis < last)
            return false;
        last = axis;
    }
    return true;
}

bool isConstant(Value value)
{
    while (Operation *op = value.getDefiningOp()) {
        if (isa<arith::ConstantOp>(op))
            return true;
        if (!isa<quant::StorageCastOp, quant::DequantizeCastOp>(op))
            return false;
        value = op->getOperand(0);
    }
    return false;
}

/// `value`, a constant behind casts, with `change` applied to the constant and `typeChange` to every type on the way.
static Value changeConstant(OpBuilder &b, Value value, function_ref<Value(Value)> change,
                            function_ref<RankedTensorType(RankedTensorType)> typeChange)
{
    Operation *op = value.getDefiningOp();
    if (isa<arith::ConstantOp>(op)) {
        Operation *changed = change(value).getDefiningOp();
        if (FailureOr<SmallVector<ElementsAttr>> folded = evaluate(changed); succeeded(folded)) {
            Value constant = arith::ConstantOp::create(b, op->getLoc(), cast<TypedAttr>(folded->front()));
            changed->erase();
            return constant;
        }
        return changed->getResult(0);
    }
    Value input = changeConstant(b, op->getOperand(0), change, typeChange);
    RankedTensorType type = typeChange(typeOf(value));
    if (isa<quant::StorageCastOp>(op))
        return quant::StorageCastOp::create(b, op->getLoc(), type, input);
    return quant::DequantizeCastOp::create(b, op->getLoc(), type, input);
}

Value transposed(OpBuilder &b, Location loc, Value value, ArrayRef<int64_t> permutation)
{
    if (isIdentityPermutation(permutation))
        return value;
    if (auto producer = value.getDefiningOp<linalg::TransposeOp>())
        return transposed(b, loc, producer.getInput(), applyPermutation(producer.getPermutation(), permutation));
    const RankedTensorType type = transposedType(typeOf(value), permutation);
    auto create = [&](Value input) -> Value {
        const RankedTensorType result = transposedType(typeOf(input), permutation);
        Value empty = tensor::EmptyOp::create(b, loc, result.getShape(), result.getElementType());
        return linalg::TransposeOp::create(b, loc, input, empty, permutation)->getResult(0);
    };
    if (isConstant(value))
        return changeConstant(b, value, create, [&](RankedTensorType t) { return transposedType(t, permutation); });
    if (movesNothing(typeOf(value).getShape(), permutation) &&
        !isa<quant::UniformQuantizedPerAxisType>(type.getElementType()))
        return reshaped(b, loc, value, type.getShape());
    return create(value);
}

int64_t transposeCost(Value value, ArrayRef<int64_t> permutation)
{
    if (auto producer = value.getDefiningOp<linalg::TransposeOp>())
        return transposeCost(producer.getInput(), applyPermutation(producer.getPermutation(), permutation));
    if (isConstant(value) || movesNothing(typeOf(value).getShape(), permutation))
        return 0;
    return byteSize(typeOf(value));
}

int64_t transposeCost(Value value)
{
    auto producer = value.getDefiningOp<linalg::TransposeOp>();
    return producer ? transposeCost(producer.getInput(), producer.getPermutation()) : 0;
}

/// The reshaped type; null where the quantised axis is split or merged. An axis is found again by its extent and by the
/// number of elements before it.
static RankedTensorType reshapedType(RankedTensorType type, ArrayRef<int64_t> shape)
{
    auto axis = dyn_cast<quant::UniformQuantizedPerAxisType>(type.getElementType());
    if (!axis)
        return type.clone(shape);
    const int64_t from = axis.getQuantizedDimension(), extent = type.getDimSize(from);
    const int64_t before = ShapedType::getNumElements(type.getShape().take_front(from));
    for (int64_t d = 0, product = 1; d < int64_t(shape.size()); product *= shape[d++]) {
        if (product != before || shape[d] != extent)
            continue;
        return RankedTensorType::get(shape, quant::UniformQuantizedPerAxisType::get(
                                                axis.getFlags(), axis.getStorageType(), axis.getExpressedType(),
                                                axis.getScales(), axis.getZeroPoints(), int32_t(d),
                                                axis.getStorageTypeMin(), axis.getStorageTypeMax()));
    }
    return {};
}

/// Whether every type on the way from the constant to `value` can be reshaped.
static bool reshapesConstant(Value value, ArrayRef<int64_t> shape)
{
    for (Operation *op = value.getDefiningOp(); !isa<arith::ConstantOp>(op); op = op->getOperand(0).getDefiningOp())
        if (!reshapedType(typeOf(op->getResult(0)), shape))
            return false;
    return true;
}

Value reshaped(OpBuilder &b, Location loc, Value value, ArrayRef<int64_t> shape)
{
    while (auto producer = value.getDefiningOp<nn::ReshapeOp>())
        value = producer.getInput();
    if (typeOf(value).getShape() == shape)
        return value;
    auto create = [&](Value input) -> Value {
        return nn::ReshapeOp::create(b, loc, typeOf(input).clone(shape), input);
    };
    if (isConstant(value) && reshapesConstant(value, shape))
        return changeConstant(b, value, create, [&](RankedTensorType type) { return reshapedType(type, shape); });
    return create(value);
}

} // namespace barecc
