// Verifiers of the nn dialect: what kernels rely on for memory safety. Importers check their files first and say so in
// the file's own words, so a message from here is a bug of barecc, not of the model.
#include "compiler/ir/ControlFlow.h"
#include "compiler/ir/NN.h"
#include "compiler/ir/Window.h"

using namespace mlir;

namespace barecc::nn {
namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// Elements are floats of one type, f32 or f16, or quantised integers of 8 or 16 signed bits.
LogicalResult verifyElements(Operation *op, ArrayRef<Value> tensors)
{
    const Type element = typeOf(tensors.front()).getElementType();
    const bool isFloat = element.isF32() || element.isF16();
    const bool fits = llvm::all_of(tensors, [&](Value tensor) {
        auto quantized = quantization(tensor.getType());
        if (isFloat || !quantized)
            return isFloat && typeOf(tensor).getElementType() == element;
        const unsigned width = quantized.getStorageTypeIntegralWidth();
        return quantized.isSigned() && (width == 8 || width == 16);
    });
    return fits ? success() : LogicalResult(op->emitOpError("has tensors of elements that do not go together"));
}

/// A residual has the type of the result, and is a sum of floats.
LogicalResult verifyResidual(WeightedOpInterface op)
{
    Value residual = op.getResidual();
    if (residual && (residual.getType() != op->getResult(0).getType() || quantization(residual.getType())))
        return op->emitOpError("adds a tensor of another type");
    return success();
}

LogicalResult verifyVector(Operation *op, Value vector, int64_t size, StringRef name)
{
    if (vector && (typeOf(vector).getRank() != 1 || typeOf(vector).getDimSize(0) != size))
        return op->emitOpError() << "has a " << name << " that is no vector of " << size << " elements";
    return success();
}

/// Four values of padding, two of everything else, within what 32-bit sums can take.
template <typename Op> LogicalResult verifyWindow(Op op, int64_t kernelH, int64_t kernelW)
{
    auto in = typeOf(op.getInput()), out = typeOf(op.getOutput());
    if (in.getRank() != 4 || out.getRank() != 4)
        return op.emitOpError("works on images of rank 4");
    if (op.getStrides().size() != 2 || op.getDilations().size() != 2 || op.getPadding().size() != 4)
        return op.emitOpError("has two strides, two dilations and four paddings");
    auto within = [](int64_t low) { return [low](int64_t v) { return v >= low && v <= mostGeometry; }; };
    if (!llvm::all_of(op.getStrides(), within(1)) || !llvm::all_of(op.getDilations(), within(1)) ||
        !llvm::all_of(op.getPadding(), within(-mostGeometry - 1)) || !within(1)(kernelH) || !within(1)(kernelW) ||
        kernelH * op.getDilations()[0] > mostGeometry || kernelW * op.getDilations()[1] > mostGeometry)
        return op.emitOpError("has a window out of range");
    if (in.getDimSize(0) != out.getDimSize(0))
        return op.emitOpError("changes the batch");
    if (failed(verifyElements(op, {op.getInput(), op.getOutput()})))
        return failure();
    return verifySizes(op);
}

template <typename Op> LogicalResult verifyConvolution(Op op, int64_t groups)
{
    auto in = typeOf(op.getInput()), out = typeOf(op.getOutput()), filter = typeOf(op.getFilter());
    if (filter.getRank() != 4)
        return op.emitOpError("has a filter of rank 4: output channels, rows, columns, input channels");
    if (failed(verifyElements(op, {op.getInput(), op.getFilter()})) ||
        failed(verifyWindow(op, filter.getDimSize(1), filter.getDimSize(2))))
        return failure();
    if (groups < 1 || in.getDimSize(3) % groups != 0 || out.getDimSize(3) % groups != 0 ||
        filter.getDimSize(0) != out.getDimSize(3) || filter.getDimSize(3) * groups != in.getDimSize(3))
        return op.emitOpError("has channels that do not fit its filter and groups");
    if (failed(verifyResidual(op)))
        return failure();
    return verifyVector(op, op.getBias(), out.getDimSize(3), "bias");
}

} // namespace

LogicalResult Conv2DOp::verify() { return verifyConvolution(*this, int64_t(getGroups())); }

LogicalResult ConvTranspose2DOp::verify() { return verifyConvolution(*this, int64_t(getGroups())); }

LogicalResult DepthwiseConv2DOp::verify()
{
    auto in = typeOf(getInput()), out = typeOf(getOutput()), filter = typeOf(getFilter());
    if (filter.getRank() != 3)
        return emitOpError("has a filter of rank 3: rows, columns, output channels");
    if (failed(verifyElements(*this, {getInput(), getFilter()})) ||
        failed(verifyWindow(*this, filter.getDimSize(0), filter.getDimSize(1))))
        return failure();
    if (in.getDimSize(3) < 1 || out.getDimSize(3) % in.getDimSize(3) != 0 || filter.getDimSize(2) != out.getDimSize(3))
        return emitOpError("has channels that do not fit its filter");
    if (failed(verifyResidual(*this)))
        return failure();
    return verifyVector(*this, getBias(), out.getDimSize(3), "bias");
}

template <typename Op> static LogicalResult verifyPool(Op op)
{
    if (op.getKernel().size() != 2)
        return op.emitOpError("has a window of two dimensions");
    if (failed(verifyWindow(op, op.getKernel()[0], op.getKernel()[1])))
        return failure();
    if (typeOf(op.getInput()).getDimSize(3) != typeOf(op.getOutput()).getDimSize(3))
        return op.emitOpError("changes the channels");
    return success();
}

LogicalResult MaxPool2DOp::verify() { return verifyPool(*this); }

LogicalResult AvgPool2DOp::verify() { return verifyPool(*this); }

LogicalResult FullyConnectedOp::verify()
{
    auto in = typeOf(getInput()), out = typeOf(getOutput()), filter = typeOf(getFilter());
    if (failed(verifySizes(*this)) || failed(verifyElements(*this, {getInput(), getFilter(), getOutput()})))
        return failure();
    if (filter.getRank() != 2)
        return emitOpError("has a filter of rank 2: outputs, inputs");
    const int64_t outputs = filter.getDimSize(0), depth = filter.getDimSize(1);
    const int64_t rows =
        outputs > 0 ? out.getNumElements() / outputs : in.getNumElements() / std::max<int64_t>(depth, 1);
    if (rows * depth != in.getNumElements() || rows * outputs != out.getNumElements())
        return emitOpError("has an input or output that does not fit its filter");
    if (failed(verifyResidual(*this)))
        return failure();
    return verifyVector(*this, getBias(), outputs, "bias");
}

LogicalResult MatMulOp::verify()
{
    auto lhs = typeOf(getLhs()), rhs = typeOf(getRhs()), out = typeOf(getOutput());
    if (lhs.getRank() != 3 || rhs.getRank() != 3 || out.getRank() != 3)
        return emitOpError("works on tensors of rank 3");
    const int64_t k = rhs.getDimSize(getTransposeRhs() ? 2 : 1), n = rhs.getDimSize(getTransposeRhs() ? 1 : 2);
    if (lhs.getDimSize(2) != k || out.getShape() != ArrayRef<int64_t>{lhs.getDimSize(0), lhs.getDimSize(1), n} ||
        (rhs.getDimSize(0) != lhs.getDimSize(0) && rhs.getDimSize(0) != 1))
        return emitOpError("has shapes that do not fit each other");
    if (quantization(lhs))
        return emitOpError("has no form in integers");
    if (failed(verifyElements(*this, {getLhs(), getRhs(), getOutput()})))
        return failure();
    return verifySizes(*this);
}

LogicalResult SoftmaxOp::verify()
{
    if (typeOf(getInput()).getShape() != typeOf(getOutput()).getShape())
        return emitOpError("changes the shape");
    if (failed(verifyElements(*this, {getInput(), getOutput()})))
        return failure();
    auto in = quantization(getInput().getType()), out = quantization(getType());
    if (in && (in.getStorageTypeIntegralWidth() > out.getStorageTypeIntegralWidth() ||
               (getLog() && out.getStorageTypeIntegralWidth() > 8)))
        return emitOpError("has no form that gives integers of so few, or so many, bits");
    return verifySizes(*this);
}

LogicalResult ReshapeOp::verify()
{
    auto in = typeOf(getInput()), out = typeOf(getOutput());
    if (in.getNumElements() != out.getNumElements() || in.getElementType() != out.getElementType())
        return emitOpError("changes the elements");
    return success();
}

LogicalResult RescaleOp::verify()
{
    const int32_t shift = int32_t(getShift());
    if (shift < -31 || shift > 31)
        return emitOpError("has a shift outside [-31, 31]");
    return success();
}

// ---- Control flow and imperative code ----------------------------------------------------------------------

LogicalResult ProcedureOp::verify()
{
    if (failed(verifySizes(*this)) || failed(verifyBuffers(*this, getBody().front())))
        return failure();
    for (int64_t input : getInPlace())
        if (input < 0 || input >= int64_t(getInputs().size()) || getOutputs().empty() ||
            getInputs()[input].getType() != getOutputs()[0].getType())
            return emitOpError("is computed in place of what is no input of the first result's type");
    return success();
}

LogicalResult LoopOp::verify() { return verifyLoop(*this); }

LogicalResult LoopOp::verifySymbolUses(SymbolTableCollection &symbols) { return verifyLoopSymbols(*this, symbols); }

LogicalResult IfOp::verify() { return verifyIf(*this); }

LogicalResult IfOp::verifySymbolUses(SymbolTableCollection &symbols) { return verifyIfSymbols(*this, symbols); }

} // namespace barecc::nn
