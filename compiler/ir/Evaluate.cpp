#include "compiler/ir/Evaluate.h"

#include "compiler/ir/Constants.h"
#include "compiler/ir/Budget.h"
#include "compiler/ir/NN.h"
#include "compiler/ir/Number.h"
#include "compiler/ir/ScalarProgram.h"
#include "kernels/abi/quantize.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace barecc {

int32_t rescale(int32_t x, int32_t multiplier, int shift) { return ::rescale(x, multiplier, shift); }

namespace {

/// Row-major walk over a box of `shape`, with the linear offset into an array of `strides`.
class BoxWalk {
public:
    BoxWalk(ArrayRef<int64_t> shape, ArrayRef<int64_t> strides, int64_t offset)
        : shape(shape), strides(strides), index(shape.size(), 0), position(offset)
    {
    }
    int64_t offset() const { return position; }
    void next()
    {
        for (int64_t d = int64_t(shape.size()) - 1; d >= 0; --d) {
            position += strides[d];
            if (++index[d] < shape[d])
                return;
            position -= shape[d] * strides[d];
            index[d] = 0;
        }
    }

private:
    ArrayRef<int64_t> shape, strides;
    SmallVector<int64_t> index;
    int64_t position;
};

SmallVector<int64_t> rowMajorStrides(ArrayRef<int64_t> shape)
{
    SmallVector<int64_t> strides(shape.size(), 1);
    for (int64_t d = int64_t(shape.size()) - 2; d >= 0; --d)
        strides[d] = strides[d + 1] * shape[d + 1];
    return strides;
}

/// Copies a box of `shape` elements of `width` bytes between two strided arrays.
void copyBox(const char *from, int64_t fromOffset, ArrayRef<int64_t> fromStrides, char *to, int64_t toOffset,
             ArrayRef<int64_t> toStrides, ArrayRef<int64_t> shape, unsigned width)
{
    BoxWalk source(shape, fromStrides, fromOffset), target(shape, toStrides, toOffset);
    for (int64_t n = ShapedType::getNumElements(shape); n > 0; --n, source.next(), target.next())
        memcpy(to + target.offset() * width, from + source.offset() * width, width);
}

int64_t linearOffset(ArrayRef<int64_t> index, ArrayRef<int64_t> strides)
{
    int64_t offset = 0;
    for (auto [i, s] : llvm::zip(index, strides))
        offset += i * s;
    return offset;
}

using Results = FailureOr<SmallVector<ElementsAttr>>;

Results one(ElementsAttr result) { return SmallVector<ElementsAttr>{result}; }

Results evaluateConcat(tensor::ConcatOp op)
{
    auto type = cast<RankedTensorType>(op.getType());
    const unsigned width = byteWidth(type.getElementType());
    std::vector<char> bytes(size_t(type.getNumElements()) * width);
    const SmallVector<int64_t> strides = rowMajorStrides(type.getShape());
    int64_t start = 0;
    for (Value input : op.getInputs()) {
        ElementsAttr constant = constantOf(input);
        if (!constant)
            return failure();
        const ArrayRef<int64_t> shape = constant.getShapedType().getShape();
        copyBox(ConstantBytes(constant).bytes().data(), 0, rowMajorStrides(shape), bytes.data(),
                start * strides[op.getDim()], strides, shape, width);
        start += shape[op.getDim()];
    }
    return one(makeConstant(type, bytes));
}

Results evaluateSlice(tensor::ExtractSliceOp op)
{
    ElementsAttr constant = constantOf(op.getSource());
    auto type = op.getType();
    if (!constant || !type.hasStaticShape() || !op.getOffsets().empty() || !op.getStrides().empty())
        return failure();
    if (auto dense = dyn_cast<DenseElementsAttr>(constant); dense && dense.isSplat())
        return one(dense.resizeSplat(type));
    const SmallVector<int64_t> from = rowMajorStrides(op.getSourceType().getShape());
    SmallVector<int64_t> steps;
    for (auto [stride, step] : llvm::zip(from, op.getStaticStrides()))
        steps.push_back(stride * step);
    const unsigned width = byteWidth(type.getElementType());
    std::vector<char> bytes(size_t(type.getNumElements()) * width);
    copyBox(ConstantBytes(constant).bytes().data(), linearOffset(op.getStaticOffsets(), from), steps, bytes.data(), 0,
            rowMajorStrides(op.getStaticSizes()), op.getStaticSizes(), width);
    return one(makeConstant(type, bytes));
}

Results evaluateInsertSlice(tensor::InsertSliceOp op)
{
    ElementsAttr source = constantOf(op.getSource()), dest = constantOf(op.getDest());
    auto type = op.getType();
    if (!source || !dest || !op.getOffsets().empty() || !op.getStrides().empty())
        return failure();
    const SmallVector<int64_t> to = rowMajorStrides(type.getShape());
    SmallVector<int64_t> steps;
    for (auto [stride, step] : llvm::zip(to, op.getStaticStrides()))
        steps.push_back(stride * step);
    ConstantBytes under(dest);
    std::vector<char> bytes(under.bytes().begin(), under.bytes().end());
    copyBox(ConstantBytes(source).bytes().data(), 0, rowMajorStrides(op.getStaticSizes()), bytes.data(),
            linearOffset(op.getStaticOffsets(), to), steps, op.getStaticSizes(), byteWidth(type.getElementType()));
    return one(makeConstant(type, bytes));
}

Results evaluatePad(tensor::PadOp op)
{
    ElementsAttr constant = constantOf(op.getSource());
    Value padding = op.getConstantPaddingValue();
    auto type = op.getResultType();
    if (!constant || !padding || !type.hasStaticShape() || !op.getLow().empty() || !op.getHigh().empty())
        return failure();
    auto value = padding.getDefiningOp<arith::ConstantOp>();
    if (!value)
        return failure();
    ConstantBytes fill(DenseElementsAttr::get(type, value.getValue()));
    std::vector<char> bytes(fill.bytes().begin(), fill.bytes().end());
    const SmallVector<int64_t> to = rowMajorStrides(type.getShape());
    const ArrayRef<int64_t> shape = constant.getShapedType().getShape();
    copyBox(ConstantBytes(constant).bytes().data(), 0, rowMajorStrides(shape), bytes.data(),
            linearOffset(op.getStaticLow(), to), to, shape, byteWidth(type.getElementType()));
    return one(makeConstant(type, bytes));
}

Results evaluateReshape(nn::ReshapeOp op)
{
    ElementsAttr constant = constantOf(op.getInput());
    if (!constant)
        return failure();
    RankedTensorType type = storageType(cast<RankedTensorType>(op.getType()));
    if (auto dense = dyn_cast<DenseElementsAttr>(constant))
        return one(dense.reshape(type));
    // The blob is shared, not copied.
    return one(DenseResourceElementsAttr::get(type, cast<DenseResourceElementsAttr>(constant).getRawHandle()));
}

Results evaluateTranspose(linalg::TransposeOp op)
{
    ElementsAttr constant = constantOf(op.getInput());
    auto type = cast<RankedTensorType>(op.getInit().getType());
    if (!constant)
        return failure();
    if (auto dense = dyn_cast<DenseElementsAttr>(constant); dense && dense.isSplat())
        return one(dense.resizeSplat(type));
    const SmallVector<int64_t> from = rowMajorStrides(constant.getShapedType().getShape());
    SmallVector<int64_t> steps;
    for (int64_t axis : op.getPermutation())
        steps.push_back(from[axis]);
    const unsigned width = byteWidth(type.getElementType());
    std::vector<char> bytes(size_t(type.getNumElements()) * width);
    copyBox(ConstantBytes(constant).bytes().data(), 0, steps, bytes.data(), 0, rowMajorStrides(type.getShape()),
            type.getShape(), width);
    return one(makeConstant(type, bytes));
}

Results evaluateLinalg(linalg::LinalgOp op)
{
    FailureOr<ScalarProgram> program = ScalarProgram::compile(op);
    if (failed(program))
        return failure();
    return program->run();
}

/// Whether all tensors that an operation reads are constant, those that its body reads too.
bool readsConstants(Operation *op)
{
    auto isKnown = [&](OpOperand &operand) {
        Value value = operand.get();
        if (!isa<RankedTensorType>(value.getType()) || constantOf(value))
            return true;
        auto loops = dyn_cast<linalg::LinalgOp>(op);
        return loops && loops.isDpsInit(&operand) &&
               isa_and_nonnull<tensor::EmptyOp, linalg::FillOp>(value.getDefiningOp());
    };
    if (!llvm::all_of(op->getOpOperands(), isKnown))
        return false;
    return !op->walk([&](tensor::ExtractOp extract) {
                  return constantOf(extract.getTensor()) ? WalkResult::advance() : WalkResult::interrupt();
              }).wasInterrupted();
}

/// Elements that are computed or copied; INT64_MAX where there are more than can be counted.
int64_t pointsOf(Operation *op)
{
    auto loops = dyn_cast<linalg::LinalgOp>(op);
    if (!loops)
        return cast<ShapedType>(op->getResult(0).getType()).getNumElements();
    if (ScalarProgram::isUniform(loops))
        return 1;
    int64_t points = 1;
    for (int64_t range : loops.getStaticLoopRanges()) {
        if (range < 0 || llvm::MulOverflow(points, range, points))
            return INT64_MAX;
    }
    return points;
}

/// Whether a tensor may be a constant: those of all elements alike take no memory, but those who read them do.
bool fitsInConstants(Type type, const Budget &budget)
{
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor || !tensor.hasStaticShape())
        return false;
    const std::optional<int64_t> elements = tensorElements(tensor.getShape());
    return elements && *elements * byteWidth(tensor.getElementType()) <= budget.left(Limit::ConstantBytes);
}

} // namespace

FailureOr<SmallVector<ElementsAttr>> evaluate(Operation *op)
{
    if (!isa<linalg::LinalgOp, tensor::ConcatOp, tensor::ExtractSliceOp, tensor::InsertSliceOp, tensor::PadOp,
             nn::ReshapeOp>(op) ||
        !readsConstants(op))
        return failure();
    Budget &budget = Budget::of(op->getContext());
    const bool sharesBytes = isa<nn::ReshapeOp>(op);
    if (!sharesBytes && (!llvm::all_of(op->getResultTypes(), [&](Type type) {
            return fitsInConstants(type, budget);
        }) || !budget.take(Limit::FoldedPoints, pointsOf(op))))
        return failure();
    Results results =
        TypeSwitch<Operation *, Results>(op)
            .Case<linalg::TransposeOp>(evaluateTranspose) // a filter is millions of elements: no general body for that
            .Case<linalg::LinalgOp>(evaluateLinalg)
            .Case<tensor::ConcatOp>(evaluateConcat)
            .Case<tensor::ExtractSliceOp>(evaluateSlice)
            .Case<tensor::InsertSliceOp>(evaluateInsertSlice)
            .Case<tensor::PadOp>(evaluatePad)
            .Case<nn::ReshapeOp>(evaluateReshape)
            .Default([](Operation *) { return failure(); });
    if (succeeded(results) && !sharesBytes)
        for (ElementsAttr result : *results)
            budget.add(result);
    return results;
}

} // namespace barecc
