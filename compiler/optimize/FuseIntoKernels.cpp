// What follows a convolution, a pooling or a matrix product one element at a time becomes part of it: batch norm in its
// filter and bias, other constants of a channel in its bias, the sum of a residual block as its residual operand, an
// activation that clamps as its min and max. One walk in program order, so that chains are taken link by link.
#include "compiler/ir/DeadCode.h"
#include "compiler/ir/Constants.h"
#include "compiler/ir/NN.h"
#include "compiler/optimize/ChannelForm.h"
#include "compiler/optimize/Layout.h"
#include "compiler/optimize/Passes.h"

#include <cmath>

using namespace mlir;

namespace barecc {

#define GEN_PASS_DEF_FUSEINTOKERNELSPASS
#include "compiler/optimize/Passes.h.inc"

namespace {

bool isF32(Value value) { return cast<RankedTensorType>(value.getType()).getElementType().isF32(); }
bool isF16(Value value) { return cast<RankedTensorType>(value.getType()).getElementType().isF16(); }

/// A kernel that `x` is the result of and that nobody else reads, perhaps through a reshape that keeps the channels.
Operation *kernelBehind(Value x)
{
    if (!x.hasOneUse() || (!isF32(x) && !isF16(x)))
        return nullptr;
    if (auto reshape = x.getDefiningOp<nn::ReshapeOp>()) {
        const ArrayRef<int64_t> from = cast<RankedTensorType>(reshape.getInput().getType()).getShape();
        const ArrayRef<int64_t> to = cast<RankedTensorType>(x.getType()).getShape();
        if (to.empty() || from.empty() || from.back() != to.back() || !reshape.getInput().hasOneUse())
            return nullptr;
        x = reshape.getInput();
    }
    Operation *op = x.getDefiningOp();
    const bool isKernel = op && isa<nn::Conv2DOp, nn::DepthwiseConv2DOp, nn::ConvTranspose2DOp, nn::FullyConnectedOp,
                                    nn::MaxPool2DOp, nn::AvgPool2DOp>(op);
    return isKernel ? op : nullptr;
}

/// Axis of a filter that its output channels lie along.
int64_t outputChannelAxis(Operation *op) { return isa<nn::DepthwiseConv2DOp>(op) ? 2 : 0; }

/// The filter with every output channel multiplied by its scale.
Value scaledFilter(OpBuilder &b, Value filter, int64_t channelAxis, ArrayRef<double> scale)
{
    auto type = cast<RankedTensorType>(filter.getType());
    ConstantBytes bytes(constantOf(filter));
    const ArrayRef<float> from = bytes.as<float>();
    std::vector<float> to(from.size());
    const int64_t channels = type.getDimSize(channelAxis);
    const int64_t inner = ShapedType::getNumElements(type.getShape().drop_front(channelAxis + 1));
    for (size_t i = 0; i < to.size(); ++i)
        to[i] = float(double(from[i]) * scale[scale.size() == 1 ? 0 : (int64_t(i) / inner) % channels]);
    const ArrayRef<char> raw(reinterpret_cast<const char *>(to.data()), to.size() * sizeof(float));
    return arith::ConstantOp::create(b, filter.getLoc(), cast<TypedAttr>(makeConstant(type, raw)));
}

/// scale * bias + shift; a bias that is not there is 0.
Value scaledBias(OpBuilder &b, Location loc, Value bias, int64_t channels, const ChannelForm &form)
{
    std::vector<float> to(channels, 0.0f);
    ArrayRef<float> from;
    std::optional<ConstantBytes> bytes;
    if (bias)
        from = bytes.emplace(constantOf(bias)).as<float>();
    for (int64_t i = 0; i < channels; ++i) {
        const double scale = form.scale[form.scale.size() == 1 ? 0 : i],
                     shift = form.shift[form.shift.size() == 1 ? 0 : i];
        to[i] = float(scale * (bias ? double(from[i]) : 0.0) + shift);
    }
    const ArrayRef<char> raw(reinterpret_cast<const char *>(to.data()), to.size() * sizeof(float));
    return arith::ConstantOp::create(
        b, loc, cast<TypedAttr>(makeConstant(RankedTensorType::get({channels}, b.getF32Type()), raw)));
}

bool takesResidual(Operation *op) { return isa<nn::Conv2DOp, nn::DepthwiseConv2DOp, nn::FullyConnectedOp>(op); }

/// Whether the kernel's filter, bias and residual can take the form. A kernel clamps last, so one that clamps already
/// takes another clamp only; and so does one of half floats, where each operation of the model rounds.
template <typename KernelOp> bool canTake(KernelOp op, const ChannelForm &form)
{
    if (op.getMin() || op.getMax() || isF16(op.getOutput()))
        return !form.scales() && !form.shifts() && !form.residual;
    if (form.scales() && (op.getResidual() || !constantOf(op.getFilter()) || !isF32(op.getFilter())))
        return false;
    if ((form.scales() || form.shifts()) && op.getBias() && (!constantOf(op.getBias()) || !isF32(op.getBias())))
        return false;
    return !form.residual || (takesResidual(op) && !op.getResidual());
}

template <typename KernelOp> void take(OpBuilder &b, KernelOp op, const ChannelForm &form)
{
    const int64_t channels = cast<RankedTensorType>(op.getOutput().getType()).getShape().back();
    if (form.scales() || form.shifts())
        op.getBiasMutable().assign(scaledBias(b, op.getLoc(), op.getBias(), channels, form));
    if (form.scales())
        op.getFilterMutable().assign(scaledFilter(b, op.getFilter(), outputChannelAxis(op), form.scale));
    if (form.residual)
        op.getResidualMutable().assign(
            reshaped(b, op.getLoc(), form.residual, cast<RankedTensorType>(op.getOutput().getType()).getShape()));
}

/// Adds a clamp to a kernel that may have one: clamp(clamp(x)) is one clamp.
template <typename KernelOp> void takeClamp(OpBuilder &b, KernelOp op, const ChannelForm &form)
{
    auto within = [&](double x) { return std::min(std::max(x, form.min), form.max); };
    const double min = within(op.getMin() ? op.getMin()->convertToFloat() : -HUGE_VAL);
    const double max = within(op.getMax() ? op.getMax()->convertToFloat() : HUGE_VAL);
    constexpr double largest = std::numeric_limits<float>::max();
    if (min > -largest)
        op.setMinAttr(b.getF32FloatAttr(float(min)));
    if (max < largest)
        op.setMaxAttr(b.getF32FloatAttr(float(max)));
}

bool canTake(Operation *kernel, const ChannelForm &form)
{
    return TypeSwitch<Operation *, bool>(kernel)
        .Case<nn::Conv2DOp, nn::DepthwiseConv2DOp, nn::ConvTranspose2DOp, nn::FullyConnectedOp>(
            [&](auto op) { return canTake(op, form); })
        .Default([&](Operation *) { return !form.scales() && !form.shifts() && !form.residual; }); // a pooling
}

/// Fuses `generic`, seen as a function of its operand `x`, into the kernel that computes x.
bool fuse(OpBuilder &b, linalg::GenericOp generic, OpOperand &x)
{
    Operation *kernel = kernelBehind(x.get());
    if (!kernel)
        return false;
    std::optional<ChannelForm> form = channelForm(generic, x);
    if (!form || !canTake(kernel, *form))
        return false;
    // The kernel moves down to where everything it now reads has been computed.
    b.setInsertionPoint(generic);
    Operation *fused = b.clone(*kernel);
    fused->setLoc(b.getFusedLoc({kernel->getLoc(), generic.getLoc()}));
    TypeSwitch<Operation *>(fused)
        .Case<nn::Conv2DOp, nn::DepthwiseConv2DOp, nn::ConvTranspose2DOp, nn::FullyConnectedOp>([&](auto op) {
            b.setInsertionPoint(op);
            take(b, op, *form);
            takeClamp(b, op, *form);
        })
        .Case<nn::MaxPool2DOp, nn::AvgPool2DOp>([&](auto op) { takeClamp(b, op, *form); });
    b.setInsertionPoint(generic);
    Value result = reshaped(b, generic.getLoc(), fused->getResult(0),
                            cast<RankedTensorType>(generic.getResult(0).getType()).getShape());
    Operation *reshape = x.get().getDefiningOp();
    generic.getResult(0).replaceAllUsesWith(result);
    generic.erase();
    if (reshape != kernel)
        reshape->erase();
    kernel->erase();
    return true;
}

struct FuseIntoKernels : impl::FuseIntoKernelsPassBase<FuseIntoKernels> {
    void runOnOperation() override
    {
        OpBuilder builder(&getContext());
        for (Block &block : getOperation().getBody()) {
            for (Operation &op : llvm::make_early_inc_range(block)) {
                auto generic = dyn_cast<linalg::GenericOp>(op);
                if (!generic)
                    continue;
                // Of two kernels that meet in a sum the later one takes it: the other's result is there by then.
                SmallVector<OpOperand *> operands = generic.getDpsInputOperands();
                llvm::sort(operands, [](OpOperand *x, OpOperand *y) {
                    Operation *a = x->get().getDefiningOp(), *b = y->get().getDefiningOp();
                    return a && (!b || (a != b && b->isBeforeInBlock(a)));
                });
                for (OpOperand *operand : operands)
                    if (fuse(builder, generic, *operand))
                        break;
            }
            eraseDeadOperations(block);
        }
    }
};

} // namespace
} // namespace barecc
