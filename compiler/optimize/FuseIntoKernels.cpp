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

/// An operation that can clamp, which `x` is the result of and that nobody else reads, perhaps through a reshape that
/// keeps the channels.
nn::ClampedOpInterface producerOf(Value x)
{
    if (!x.hasOneUse() || (!isF32(x) && !isF16(x)))
        return {};
    if (auto reshape = x.getDefiningOp<nn::ReshapeOp>()) {
        const ArrayRef<int64_t> from = cast<RankedTensorType>(reshape.getInput().getType()).getShape();
        const ArrayRef<int64_t> to = cast<RankedTensorType>(x.getType()).getShape();
        if (to.empty() || from.empty() || from.back() != to.back() || !reshape.getInput().hasOneUse())
            return {};
        x = reshape.getInput();
    }
    return x.getDefiningOp<nn::ClampedOpInterface>();
}

/// The filter with every output channel multiplied by its scale.
std::vector<float> scaledFilter(Value filter, int64_t channelAxis, ArrayRef<double> scale)
{
    auto type = cast<RankedTensorType>(filter.getType());
    ConstantBytes bytes(constantOf(filter));
    const ArrayRef<float> from = bytes.as<float>();
    std::vector<float> to(from.size());
    const int64_t channels = type.getDimSize(channelAxis);
    const int64_t inner = ShapedType::getNumElements(type.getShape().drop_front(channelAxis + 1));
    for (size_t i = 0; i < to.size(); ++i)
        to[i] = float(double(from[i]) * scale[scale.size() == 1 ? 0 : (int64_t(i) / inner) % channels]);
    return to;
}

/// scale * bias + shift; a bias that is not there is 0.
std::vector<float> scaledBias(Value bias, int64_t channels, const ChannelForm &form)
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
    return to;
}

/// What is added to and multiplied with in place of an operation's bias and filter; empty where these stay.
struct Weights {
    std::vector<float> filter, bias;
};

/// Nothing where a number is not finite: an infinity makes NaN of the zeros that it meets as a weight, where a factor
/// of the whole sum would not.
std::optional<Weights> weightsWith(nn::WeightedOpInterface op, const ChannelForm &form)
{
    Weights weights;
    const int64_t channels = cast<RankedTensorType>(op->getResult(0).getType()).getShape().back();
    if (form.scales() || form.shifts())
        weights.bias = scaledBias(op.getBias(), channels, form);
    if (form.scales())
        weights.filter = scaledFilter(op.getFilter(), op.getOutputChannelAxis(), form.scale);
    auto isFinite = [](float number) { return std::isfinite(number); };
    if (!llvm::all_of(weights.bias, isFinite) || !llvm::all_of(weights.filter, isFinite))
        return std::nullopt;
    return weights;
}

bool isClamp(const ChannelForm &form) { return !form.scales() && !form.shifts() && !form.residual; }

/// Whether filter, bias and residual can take the form. A clamp comes last, so an operation that clamps already takes
/// another clamp only; and so does one of half floats, where each operation of the model rounds.
bool canTake(nn::ClampedOpInterface clamped, const ChannelForm &form)
{
    auto op = dyn_cast<nn::WeightedOpInterface>(clamped.getOperation());
    if (!op || op.getMin() || op.getMax() || isF16(op->getResult(0)))
        return isClamp(form);
    if (form.scales() && (op.getResidual() || !constantOf(op.getFilter()) || !isF32(op.getFilter())))
        return false;
    if ((form.scales() || form.shifts()) && op.getBias() && (!constantOf(op.getBias()) || !isF32(op.getBias())))
        return false;
    return !form.residual || (op.takesResidual() && !op.getResidual());
}

Value constantOf(OpBuilder &b, Location loc, RankedTensorType type, ArrayRef<float> numbers)
{
    const ArrayRef<char> raw(reinterpret_cast<const char *>(numbers.data()), numbers.size() * sizeof(float));
    return arith::ConstantOp::create(b, loc, cast<TypedAttr>(makeConstant(type, raw)));
}

void take(OpBuilder &b, nn::WeightedOpInterface op, const ChannelForm &form, const Weights &weights)
{
    const ArrayRef<int64_t> shape = cast<RankedTensorType>(op->getResult(0).getType()).getShape();
    if (!weights.bias.empty())
        op.getBiasMutable().assign(
            constantOf(b, op->getLoc(), RankedTensorType::get({shape.back()}, b.getF32Type()), weights.bias));
    if (!weights.filter.empty())
        op.getFilterMutable().assign(
            constantOf(b, op.getFilter().getLoc(), cast<RankedTensorType>(op.getFilter().getType()), weights.filter));
    if (form.residual)
        op.getResidualMutable().assign(reshaped(b, op->getLoc(), form.residual, shape));
}

/// Adds a clamp to an operation that may have one: clamp(clamp(x)) is one clamp.
void takeClamp(OpBuilder &b, nn::ClampedOpInterface op, const ChannelForm &form)
{
    auto within = [&](double x) { return std::min(std::max(x, form.min), form.max); };
    const double min = within(op.getMin() ? op.getMin()->convertToFloat() : -HUGE_VAL);
    const double max = within(op.getMax() ? op.getMax()->convertToFloat() : HUGE_VAL);
    if (min > -HUGE_VAL)
        op.setMinAttr(b.getF32FloatAttr(float(min)));
    if (max < HUGE_VAL)
        op.setMaxAttr(b.getF32FloatAttr(float(max)));
}

/// Fuses `generic`, seen as a function of its operand `x`, into the operation that computes x.
bool fuse(OpBuilder &b, linalg::GenericOp generic, OpOperand &x)
{
    nn::ClampedOpInterface producer = producerOf(x.get());
    if (!producer)
        return false;
    std::optional<ChannelForm> form = channelForm(generic, x);
    if (!form || !canTake(producer, *form))
        return false;
    auto weighted = dyn_cast<nn::WeightedOpInterface>(producer.getOperation());
    const std::optional<Weights> weights = weighted ? weightsWith(weighted, *form) : Weights();
    if (!weights)
        return false;
    // The producer moves down to where everything it now reads has been computed.
    b.setInsertionPoint(generic);
    Operation *fused = b.clone(*producer);
    fused->setLoc(b.getFusedLoc({producer->getLoc(), generic.getLoc()}));
    b.setInsertionPoint(fused);
    if (weighted)
        take(b, cast<nn::WeightedOpInterface>(fused), *form, *weights);
    takeClamp(b, cast<nn::ClampedOpInterface>(fused), *form);
    b.setInsertionPoint(generic);
    Value result = reshaped(b, generic.getLoc(), fused->getResult(0),
                            cast<RankedTensorType>(generic.getResult(0).getType()).getShape());
    Operation *reshape = x.get().getDefiningOp();
    generic.getResult(0).replaceAllUsesWith(result);
    generic.erase();
    if (reshape != producer.getOperation())
        reshape->erase();
    producer->erase();
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
