// The quantisation casts that no integer operation took, as the arithmetic they stand for, on the integers as they are
// stored. From here on quantised element types are the business of nn operations alone.
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

#define GEN_PASS_DEF_LOWERQUANTIZATIONPASS
#include "compiler/optimize/Passes.h.inc"

namespace {

/// Scales and zero points of a quantised tensor as operands of an elementwise operation: scalars' worth for one
/// quantisation, else vectors that broadcast along the quantised axis.
struct Parameters {
    Value scale;     // of the expressed type
    Value zeroPoint; // of the same, since it is added to rounded numbers; null where all are 0
};

Parameters parametersOf(GraphBuilder &g, RankedTensorType type)
{
    const quant::QuantizedType element = quantization(type);
    const std::vector<Quantization> all = quantizationsOf(element);
    SmallVector<int64_t> shape;
    if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(element)) {
        shape.assign(size_t(type.getRank() - perAxis.getQuantizedDimension()), 1);
        shape.front() = int64_t(all.size());
    }
    const Type expressed = element.getExpressedType();
    auto vector = [&](auto get) {
        SmallVector<Attribute> numbers;
        for (const Quantization &q : all)
            numbers.push_back(FloatAttr::get(expressed, get(q)));
        return g.constant(DenseElementsAttr::get(RankedTensorType::get(shape, expressed), numbers));
    };
    Parameters parameters{vector([](const Quantization &q) { return q.scale; }), {}};
    if (llvm::any_of(all, [](const Quantization &q) { return q.zeroPoint != 0; }))
        parameters.zeroPoint = vector([](const Quantization &q) { return double(q.zeroPoint); });
    return parameters;
}

/// (integer - zero point) * scale
Value dequantized(GraphBuilder &g, quant::DequantizeCastOp op)
{
    const Parameters p = parametersOf(g, cast<RankedTensorType>(op.getInput().getType()));
    const Type expressed = GraphBuilder::elementOf(op.getResult());
    SmallVector<Value> inputs{g.storage(op.getInput()), p.scale};
    if (p.zeroPoint)
        inputs.push_back(p.zeroPoint);
    return g.elementwise(inputs, expressed, [&](OpBuilder &b, Location loc, ValueRange in) -> Value {
        Value number = GraphBuilder::castScalar(b, loc, in[0], expressed);
        if (p.zeroPoint)
            number = arith::SubFOp::create(b, loc, number, in[2]);
        return arith::MulFOp::create(b, loc, number, in[1]);
    });
}

/// The largest number of a floating-point type that is not above an integer.
double notAbove(int64_t integer, Type type)
{
    if (type.isF32() && double(float(integer)) > double(integer))
        return std::nextafter(float(integer), 0.0f);
    return double(integer);
}

/// round(x / scale) + zero point, ties to even, cut to the storage type's range while it is still a float: what does
/// not fit an integer has no defined conversion, nor has NaN, which becomes the lowest value.
Value quantized(GraphBuilder &g, quant::QuantizeCastOp op)
{
    auto type = cast<RankedTensorType>(op.getResult().getType());
    const quant::QuantizedType element = quantization(type);
    const Type expressed = GraphBuilder::elementOf(op.getInput()), storage = element.getStorageType();
    const Parameters p = parametersOf(g, type);
    SmallVector<Value> inputs{op.getInput(), p.scale};
    if (p.zeroPoint)
        inputs.push_back(p.zeroPoint);
    Value integers = g.elementwise(inputs, storage, [&](OpBuilder &b, Location loc, ValueRange in) -> Value {
        Value x = arith::DivFOp::create(b, loc, in[0], in[1]);
        x = math::RoundEvenOp::create(b, loc, x);
        if (p.zeroPoint)
            x = arith::AddFOp::create(b, loc, x, in[2]);
        x = arith::MaxNumFOp::create(b, loc, x,
                                     GraphBuilder::scalar(b, loc, expressed, double(element.getStorageTypeMin())));
        x = arith::MinNumFOp::create(
            b, loc, x, GraphBuilder::scalar(b, loc, expressed, notAbove(element.getStorageTypeMax(), expressed)));
        return GraphBuilder::castScalar(b, loc, x, storage);
    });
    return g.quantized(integers, type);
}

/// An upstream operation on quantised tensors, which moves elements, on the integers.
void moveIntegers(GraphBuilder &g, Operation *op)
{
    Value result = op->getResult(0);
    auto type = cast<RankedTensorType>(result.getType());
    SmallVector<Value> operands;
    for (Value operand : op->getOperands()) {
        if (auto empty = operand.getDefiningOp<tensor::EmptyOp>())
            operands.push_back(tensor::EmptyOp::create(g.b, g.loc, GraphBuilder::shapeOf(operand),
                                                       storageType(GraphBuilder::typeOf(operand)).getElementType()));
        else
            operands.push_back(isa<RankedTensorType>(operand.getType()) ? g.storage(operand) : operand);
    }
    Value moved;
    if (auto transpose = dyn_cast<linalg::TransposeOp>(op)) {
        moved =
            linalg::TransposeOp::create(g.b, g.loc, operands[0], operands[1], transpose.getPermutation())->getResult(0);
    } else {
        Operation *copy = g.b.clone(*op);
        copy->setOperands(operands);
        copy->getResult(0).setType(storageType(type));
        moved = copy->getResult(0);
    }
    result.replaceAllUsesWith(g.quantized(moved, type));
    op->erase();
}

struct LowerQuantization : impl::LowerQuantizationPassBase<LowerQuantization> {
    void runOnOperation() override
    {
        OpBuilder builder(&getContext());
        for (Block &block : getOperation().getBody()) {
            for (Operation &op : llvm::make_early_inc_range(block)) {
                builder.setInsertionPoint(&op);
                GraphBuilder g(builder, op.getLoc());
                if (auto dequantize = dyn_cast<quant::DequantizeCastOp>(op)) {
                    dequantize.getResult().replaceAllUsesWith(dequantized(g, dequantize));
                    op.erase();
                } else if (auto quantize = dyn_cast<quant::QuantizeCastOp>(op)) {
                    quantize.getResult().replaceAllUsesWith(quantized(g, quantize));
                    op.erase();
                } else if (isa<linalg::TransposeOp, tensor::ConcatOp, tensor::ExtractSliceOp, nn::ReshapeOp>(op) &&
                           quantization(op.getResult(0).getType())) {
                    moveIntegers(g, &op);
                }
            }
            eraseDeadOperations(block);
        }
    }
};

} // namespace
} // namespace barecc
