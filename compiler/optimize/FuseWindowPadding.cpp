// A tensor.pad in front of a window operation becomes padding of the window, which costs no copy of the image.
#include "compiler/ir/DeadCode.h"
#include "compiler/ir/Constants.h"
#include "compiler/ir/NN.h"
#include "compiler/optimize/Layout.h"
#include "compiler/optimize/Passes.h"

using namespace mlir;

namespace barecc {

#define GEN_PASS_DEF_FUSEWINDOWPADDINGPASS
#include "compiler/optimize/Passes.h.inc"

namespace {

/// Constant padding of rows and columns of an NHWC image.
struct ImagePadding {
    Value source;
    SmallVector<int64_t> sides; // top, left, bottom, right
    double value;               // of the elements as they are stored
};

std::optional<ImagePadding> imagePadding(tensor::PadOp op)
{
    Value padding = op ? op.getConstantPaddingValue() : Value();
    auto constant = padding ? padding.getDefiningOp<arith::ConstantOp>() : arith::ConstantOp();
    if (!constant || !op.getLow().empty() || !op.getHigh().empty() || op.getSourceType().getRank() != 4)
        return std::nullopt;
    const ArrayRef<int64_t> low = op.getStaticLow(), high = op.getStaticHigh();
    if (low[0] != 0 || high[0] != 0 || low[3] != 0 || high[3] != 0 || low[1] < 0 || low[2] < 0 || high[1] < 0 ||
        high[2] < 0)
        return std::nullopt;
    ImagePadding image{op.getSource(), {low[1], low[2], high[1], high[2]}, 0.0};
    if (auto real = dyn_cast<FloatAttr>(constant.getValue()))
        image.value = real.getValueAsDouble();
    else
        image.value = double(cast<IntegerAttr>(constant.getValue()).getInt());
    return image;
}

/// The padding in front of `input`, which may be the quantised form of a padded tensor of integers, and the image
/// without it in the form of `input`. A quantised padding is given as the real value it stands for.
std::optional<ImagePadding> paddingBehind(OpBuilder &b, Value input)
{
    auto toQuantized = input.getDefiningOp<quant::StorageCastOp>();
    auto type = dyn_cast_or_null<quant::UniformQuantizedType>(quantization(input.getType()));
    if (!toQuantized)
        return imagePadding(input.getDefiningOp<tensor::PadOp>());
    std::optional<ImagePadding> image = imagePadding(toQuantized.getInput().getDefiningOp<tensor::PadOp>());
    if (!image || !type)
        return std::nullopt;
    image->value = (image->value - double(type.getZeroPoint())) * type.getScale();
    if (auto cast = image->source.getDefiningOp<quant::StorageCastOp>();
        cast && quantization(cast.getInput().getType()) == type)
        image->source = cast.getInput();
    else
        image->source = quant::StorageCastOp::create(
            b, toQuantized.getLoc(),
            RankedTensorType::get(llvm::cast<RankedTensorType>(image->source.getType()).getShape(), type),
            image->source);
    return image;
}

/// Whether no element of `value` is negative.
bool isNonNegative(Value value)
{
    auto clamped = value.getDefiningOp<nn::ClampedOpInterface>();
    return clamped && clamped.getMin() && clamped.getMin()->convertToFloat() >= 0.0f;
}

void fuse(OpBuilder &b, nn::WindowOpInterface op)
{
    b.setInsertionPoint(op);
    OpOperand &input = op.getInputMutable();
    std::optional<ImagePadding> image = paddingBehind(b, input.get());
    if (image && op.absorbPadding(image->sides, image->value, isNonNegative(image->source)))
        input.set(image->source);
}

struct FuseWindowPadding : impl::FuseWindowPaddingPassBase<FuseWindowPadding> {
    void runOnOperation() override
    {
        OpBuilder builder(&getContext());
        getOperation().walk([&](nn::WindowOpInterface op) { fuse(builder, op); });
        for (Block &block : getOperation().getBody())
            eraseDeadOperations(block);
    }
};

} // namespace
} // namespace barecc
