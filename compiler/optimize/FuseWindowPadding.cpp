// A tensor.pad in front of a window operation becomes padding of the window, which costs no copy of the image.
#include "compiler/ir/DeadCode.h"
#include "compiler/ir/Constants.h"
#include "compiler/ir/NN.h"
#include "compiler/optimize/Layout.h"
#include "compiler/optimize/Passes.h"

#include <limits>

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
    auto result = dyn_cast<OpResult>(value);
    auto min = result ? result.getOwner()->getAttrOfType<FloatAttr>("min") : FloatAttr();
    return min && isa<nn::NNDialect>(result.getOwner()->getDialect()) && min.getValueAsDouble() >= 0.0;
}

/// Padding never wins a maximum. What was written into the image does not either if it is the lowest value; or if it is
/// 0, nothing in the image is below, and every window has at least one pixel of the image.
bool losesMaximum(nn::MaxPool2DOp op, const ImagePadding &image)
{
    if (image.value <= -double(std::numeric_limits<float>::max()))
        return true;
    const ArrayRef<int64_t> kernel = op.getKernel(), dilations = op.getDilations();
    const ArrayRef<int64_t> sides = image.sides;
    return image.value == 0.0 && isNonNegative(image.source) && dilations[0] == 1 && dilations[1] == 1 &&
           std::max(sides[0], sides[2]) < kernel[0] && std::max(sides[1], sides[3]) < kernel[1] &&
           llvm::all_of(op.getPadding(), [](int64_t side) { return side == 0; });
}

/// A mean that divides by all taps does so too when some of them become padding, if padding counts.
bool keepsMean(nn::AvgPool2DOp op, const ImagePadding &image)
{
    return image.value == 0.0 &&
           (op.getCountPadding() || llvm::all_of(op.getPadding(), [](int64_t side) { return side == 0; }));
}

template <typename WindowOp> void fuse(OpBuilder &b, WindowOp op)
{
    b.setInsertionPoint(op);
    std::optional<ImagePadding> image = paddingBehind(b, op.getInput());
    if (!image)
        return;
    if constexpr (std::is_same_v<WindowOp, nn::MaxPool2DOp>) {
        if (!losesMaximum(op, *image))
            return;
    } else if constexpr (std::is_same_v<WindowOp, nn::AvgPool2DOp>) {
        if (!keepsMean(op, *image))
            return;
        op.setCountPadding(true);
    } else if (image->value != 0.0) {
        return;
    }
    SmallVector<int64_t> padding(op.getPadding());
    for (auto [total, side] : llvm::zip(padding, image->sides))
        total += side;
    op.setPadding(padding);
    op.getInputMutable().assign(image->source);
}

struct FuseWindowPadding : impl::FuseWindowPaddingPassBase<FuseWindowPadding> {
    void runOnOperation() override
    {
        OpBuilder builder(&getContext());
        getOperation().walk([&](Operation *op) {
            TypeSwitch<Operation *>(op).Case<nn::Conv2DOp, nn::DepthwiseConv2DOp, nn::MaxPool2DOp, nn::AvgPool2DOp>(
                [&](auto window) { fuse(builder, window); });
        });
        for (Block &block : getOperation().getBody())
            eraseDeadOperations(block);
    }
};

} // namespace
} // namespace barecc
