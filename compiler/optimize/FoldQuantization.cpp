// Models in QDQ form say every quantised operation as dequantise, compute in floating point, quantise. This pass finds
// the operation again: what only moves elements moves integers, and a convolution, pooling or matrix product between
// the casts becomes the integer one. All other casts stay, for LowerQuantization.
#include "compiler/ir/DeadCode.h"
#include "compiler/ir/Constants.h"
#include "compiler/ir/GraphBuilder.h"
#include "compiler/ir/NN.h"
#include "compiler/optimize/Layout.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/QuantizedConstant.h"

#include <cmath>

using namespace mlir;

namespace barecc {

#define GEN_PASS_DEF_FOLDQUANTIZATIONPASS
#include "compiler/optimize/Passes.h.inc"

namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

RankedTensorType withElement(Value value, Type element)
{
    return RankedTensorType::get(typeOf(value).getShape(), element);
}

/// The quantisation of all elements of a tensor, or null where it has several or none.
quant::UniformQuantizedType uniformType(Value value)
{
    return dyn_cast_or_null<quant::UniformQuantizedType>(quantization(value.getType()));
}

bool isByte(quant::QuantizedType type)
{
    return type && type.getStorageTypeIntegralWidth() == 8 && type.isSigned() && type.getExpressedType().isF32();
}

// ---- Moving elements ---------------------------------------------------------------------------------------

/// Whether an operation gives elements of its tensor operands as they are, wherever it takes them from.
bool movesElements(Operation *op)
{
    if (auto same = dyn_cast<nn::SameScaleOpInterface>(op))
        return same.movesElements();
    if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
        return slice.getOffsets().empty() && slice.getSizes().empty() && slice.getStrides().empty();
    return isa<linalg::TransposeOp, tensor::ConcatOp>(op);
}

/// Whether `op`, which moves elements, can move integers of this form.
bool takesQuantized(Operation *op, quant::QuantizedType type)
{
    auto same = dyn_cast<nn::SameScaleOpInterface>(op);
    return !same || same.takesQuantized(type);
}

/// The tensors that `op`, which moves elements, takes them from.
SmallVector<Value> sourcesOf(Operation *op)
{
    if (auto transpose = dyn_cast<linalg::TransposeOp>(op))
        return {transpose.getInput()};
    return llvm::to_vector(op->getOperands());
}

/// `op`, which moves elements, on sources of another element type.
Value moveElements(OpBuilder &b, Operation *op, ArrayRef<Value> sources, Type element)
{
    const RankedTensorType type = withElement(op->getResult(0), element);
    if (auto transpose = dyn_cast<linalg::TransposeOp>(op)) {
        Value empty = tensor::EmptyOp::create(b, op->getLoc(), type.getShape(), element);
        return linalg::TransposeOp::create(b, op->getLoc(), sources[0], empty, transpose.getPermutation())
            ->getResult(0);
    }
    Operation *moved = b.clone(*op);
    moved->setOperands(sources);
    moved->getResult(0).setType(type);
    return moved->getResult(0);
}

/// An operation that moves elements of tensors dequantised alike moves the integers.
bool sinkDequantize(OpBuilder &b, Operation *op)
{
    if (!movesElements(op))
        return false;
    SmallVector<Value> integers;
    for (Value source : sourcesOf(op)) {
        auto dequantize = source.getDefiningOp<quant::DequantizeCastOp>();
        if (!dequantize || !uniformType(dequantize.getInput()) || isConstant(source))
            return false;
        integers.push_back(dequantize.getInput());
        if (uniformType(integers.front()) != uniformType(integers.back()))
            return false;
    }
    if (!takesQuantized(op, uniformType(integers.front())))
        return false;
    b.setInsertionPoint(op);
    Value moved = moveElements(b, op, integers, uniformType(integers.front()));
    op->getResult(0).replaceAllUsesWith(
        quant::DequantizeCastOp::create(b, op->getLoc(), op->getResult(0).getType(), moved));
    op->erase();
    return true;
}

/// tensor.pad of a dequantised tensor pads the integers where they can hold the value exactly, which 0 always is.
void sinkDequantizeThroughPad(OpBuilder &b, tensor::PadOp op)
{
    auto dequantize = op.getSource().getDefiningOp<quant::DequantizeCastOp>();
    Value padding = op.getConstantPaddingValue();
    auto constant = padding ? padding.getDefiningOp<arith::ConstantOp>() : arith::ConstantOp();
    auto number = constant ? dyn_cast<FloatAttr>(constant.getValue()) : FloatAttr();
    auto type = dequantize ? uniformType(dequantize.getInput()) : quant::UniformQuantizedType();
    if (!type || !number || !op.getLow().empty() || !op.getHigh().empty())
        return;
    const double integer = number.getValueAsDouble() / type.getScale() + double(type.getZeroPoint());
    if (integer != std::trunc(integer) || integer < double(type.getStorageTypeMin()) ||
        integer > double(type.getStorageTypeMax()))
        return;
    b.setInsertionPoint(op);
    GraphBuilder g(b, op.getLoc());
    Value moved = g.pad(g.storage(dequantize.getInput()), op.getStaticLow(), op.getStaticHigh(),
                        GraphBuilder::scalarAttr(type.getStorageType(), integer));
    Value quantized = g.quantized(moved, withElement(op.getResult(), type));
    op.getResult().replaceAllUsesWith(quant::DequantizeCastOp::create(b, op.getLoc(), op.getResultType(), quantized));
    op.erase();
}

// ---- Computing ---------------------------------------------------------------------------------------------

/// The bias in the integers that sums of products have, scale input * filter; nothing where it does not fit them.
std::optional<Value> integerBias(OpBuilder &b, Location loc, Value bias, double inputScale, quant::QuantizedType filter,
                                 int64_t channels)
{
    std::optional<std::vector<double>> numbers = realNumbersOf(bias);
    const std::vector<Quantization> scales = quantizationsOf(filter);
    if (!numbers || int64_t(numbers->size()) != channels)
        return std::nullopt;
    std::vector<int32_t> integers;
    for (auto [i, number] : llvm::enumerate(*numbers)) {
        const double scaled = std::nearbyint(number / (inputScale * scales[i % scales.size()].scale));
        if (!(std::abs(scaled) <= double(INT32_MAX)))
            return std::nullopt;
        integers.push_back(int32_t(scaled));
    }
    const ArrayRef<char> bytes(reinterpret_cast<const char *>(integers.data()), integers.size() * sizeof(int32_t));
    auto type = RankedTensorType::get({channels}, b.getI32Type());
    return arith::ConstantOp::create(b, loc, cast<TypedAttr>(makeConstant(type, bytes))).getResult();
}

/// Replaces `quantize`, and `op` before it, by a copy of `op` that computes in integers from quantised operands.
void replaceByInteger(OpBuilder &b, quant::QuantizeCastOp quantize, Operation *op,
                      function_ref<void(Operation *)> setOperands)
{
    Operation *copy = b.clone(*op);
    copy->setLoc(b.getFusedLoc({op->getLoc(), quantize.getLoc()}));
    setOperands(copy);
    copy->getResult(0).setType(quantize.getType());
    quantize.getResult().replaceAllUsesWith(copy->getResult(0));
    quantize.erase();
    op->erase();
}

/// A convolution or fully connected layer between dequantised input and filter and a quantised result.
bool foldProduct(OpBuilder &b, quant::QuantizeCastOp quantize, nn::WeightedOpInterface op)
{
    auto input = op.getInput().getDefiningOp<quant::DequantizeCastOp>();
    auto filter = op.getFilter().getDefiningOp<quant::DequantizeCastOp>();
    if (!input || !filter || op.getResidual() || !isByte(uniformType(input.getInput())) ||
        !isByte(uniformType(quantize.getResult())))
        return false;
    const quant::QuantizedType filterType = quantization(filter.getInput().getType());
    // A filter has one scale, or one for each output channel, and one zero point.
    if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(filterType);
        perAxis && perAxis.getQuantizedDimension() != op.getOutputChannelAxis())
        return false;
    if (!isByte(filterType) || !commonZeroPoint(filterType) || !constantOf(filter.getInput()))
        return false;
    b.setInsertionPoint(op);
    Value bias;
    if (op.getBias()) {
        std::optional<Value> integers =
            integerBias(b, op->getLoc(), op.getBias(), uniformType(input.getInput()).getScale(), filterType,
                        typeOf(op->getResult(0)).getShape().back());
        if (!integers)
            return false;
        bias = *integers;
    }
    replaceByInteger(b, quantize, op, [&](Operation *integer) {
        auto copy = cast<nn::WeightedOpInterface>(integer);
        copy.getInputMutable().assign(input.getInput());
        copy.getFilterMutable().assign(filter.getInput());
        if (bias)
            copy.getBiasMutable().assign(bias);
    });
    return true;
}

/// An operation on a tensor that is quantised as its result is.
bool foldSameScale(OpBuilder &b, quant::QuantizeCastOp quantize, nn::SameScaleOpInterface op)
{
    auto input = op->getOperand(0).getDefiningOp<quant::DequantizeCastOp>();
    auto type = uniformType(quantize.getResult());
    if (!input || !type || uniformType(input.getInput()) != type || !op.takesQuantized(type))
        return false;
    b.setInsertionPoint(op);
    replaceByInteger(b, quantize, op, [&](Operation *copy) { copy->setOperand(0, input.getInput()); });
    return true;
}

bool foldIntoProducer(OpBuilder &b, quant::QuantizeCastOp quantize);

/// What only moves elements and is then quantised moves quantised elements; the casts go on into what they now follow.
bool hoistQuantize(OpBuilder &b, quant::QuantizeCastOp quantize, Operation *op)
{
    auto type = uniformType(quantize.getResult());
    if (!type || !movesElements(op) || !takesQuantized(op, type))
        return false;
    if (isa<nn::WindowOpInterface, tensor::ExtractSliceOp>(op)) // there are fewer elements behind it
        return false;
    b.setInsertionPoint(op);
    SmallVector<Value> integers;
    SmallVector<quant::QuantizeCastOp> casts;
    for (Value source : sourcesOf(op)) {
        casts.push_back(quant::QuantizeCastOp::create(b, quantize.getLoc(), withElement(source, type), source));
        integers.push_back(casts.back());
    }
    quantize.getResult().replaceAllUsesWith(moveElements(b, op, integers, type));
    quantize.erase();
    op->erase();
    for (quant::QuantizeCastOp cast : casts)
        foldIntoProducer(b, cast);
    return true;
}

/// Replaces `quantize` by the integer form of what it quantises, if that has one.
bool foldIntoProducer(OpBuilder &b, quant::QuantizeCastOp quantize)
{
    Value input = quantize.getInput();
    Operation *producer = input.getDefiningOp();
    if (auto dequantize = dyn_cast_or_null<quant::DequantizeCastOp>(producer)) {
        if (dequantize.getInput().getType() != quantize.getType())
            return false;
        quantize.getResult().replaceAllUsesWith(dequantize.getInput());
        quantize.erase();
        return true;
    }
    if (!producer || !input.hasOneUse())
        return false;
    if (auto weighted = dyn_cast<nn::WeightedOpInterface>(producer))
        return foldProduct(b, quantize, weighted);
    if (auto same = dyn_cast<nn::SameScaleOpInterface>(producer); same && foldSameScale(b, quantize, same))
        return true;
    return hoistQuantize(b, quantize, producer);
}

struct FoldQuantization : impl::FoldQuantizationPassBase<FoldQuantization> {
    void runOnOperation() override
    {
        OpBuilder builder(&getContext());
        for (Block &block : getOperation().getBody()) {
            for (Operation &op : llvm::make_early_inc_range(block)) {
                if (auto quantize = dyn_cast<quant::QuantizeCastOp>(op)) {
                    foldIntoProducer(builder, quantize);
                } else if (auto pad = dyn_cast<tensor::PadOp>(op)) {
                    sinkDequantizeThroughPad(builder, pad);
                } else {
                    sinkDequantize(builder, &op);
                }
            }
            eraseDeadOperations(block);
        }
    }
};

} // namespace
} // namespace barecc
