#include "compiler/emit/IntegerRange.h"

#include "compiler/ir/NN.h"
#include "compiler/kernel/Kernel.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace barecc {

/// Whether an integer is read from a result of a procedure, which holds of integers that are indices only those that the
/// procedure itself has put there.
static bool isOwnIndex(Value integer)
{
    auto load = integer.getDefiningOp<memref::LoadOp>();
    auto buffer = load ? dyn_cast<BlockArgument>(load.getMemRef()) : nullptr;
    auto procedure = buffer ? dyn_cast<kernel::ProcedureOp>(buffer.getOwner()->getParentOp()) : nullptr;
    return procedure && buffer.getArgNumber() >= procedure.getInputs().size();
}

/// Whether an operation is run only where an index has been compared with a lower and an upper bound.
static bool isChecked(Value index, Operation *user)
{
    for (auto branch = user->getParentOfType<scf::IfOp>(); branch; branch = branch->getParentOfType<scf::IfOp>()) {
        bool hasLow = false, hasHigh = false;
        SmallVector<Value> conditions{branch.getCondition()};
        while (!conditions.empty()) {
            Operation *condition = conditions.pop_back_val().getDefiningOp();
            if (condition && isa<arith::AndIOp>(condition))
                llvm::append_range(conditions, condition->getOperands());
            auto comparison = dyn_cast_or_null<arith::CmpIOp>(condition);
            if (!comparison)
                continue;
            using P = arith::CmpIPredicate;
            const bool greater = llvm::is_contained({P::sge, P::sgt}, comparison.getPredicate());
            const bool less = llvm::is_contained({P::sle, P::slt}, comparison.getPredicate());
            hasLow |= (greater && comparison.getLhs() == index) || (less && comparison.getRhs() == index);
            hasHigh |= (less && comparison.getLhs() == index) || (greater && comparison.getRhs() == index);
        }
        if (hasLow && hasHigh && branch.thenBlock()->findAncestorOpInBlock(*user))
            return true;
    }
    return false;
}

/// The bits of an index into a tensor, and of what is computed of such: sizes of tensors are checked to be less. Those of
/// a number that was read as an index, and may be any where `user` runs, are 32.
static unsigned indexBits(Value index, Operation *user)
{
    SmallVector<Value> pending{index};
    SmallPtrSet<Operation *, 16> seen;
    while (!pending.empty()) {
        Value value = pending.pop_back_val();
        Operation *op = value.getDefiningOp();
        if (!op || !seen.insert(op).second || (user && isChecked(value, user)))
            continue;
        if (isa<arith::IndexCastUIOp>(op) || (isa<arith::IndexCastOp>(op) && significantBits(op->getOperand(0)) > 31))
            return 32;
        const bool isClamp = isa<arith::MaxSIOp, arith::MinSIOp>(op);
        if (isa<arith::AddIOp, arith::SubIOp, arith::MulIOp, arith::SelectOp>(op) ||
            (isClamp && significantBits(op->getResult(0)) > 31))
            llvm::append_range(pending, op->getOperands());
    }
    return 31;
}

/// The bits of a minimum or maximum. One of a maximum or minimum lies between the limits of the two, whatever it is of.
static unsigned clampedBits(Operation *op, unsigned depth)
{
    unsigned of[] = {significantBits(op->getOperand(0), depth), significantBits(op->getOperand(1), depth)};
    unsigned bits = std::max(of[0], of[1]);
    for (unsigned i : {0, 1}) {
        Operation *inner = op->getOperand(i).getDefiningOp();
        if (inner && isa<arith::MaxSIOp, arith::MinSIOp>(inner) && inner->getName() != op->getName())
            bits = std::min(bits, std::max(of[1 - i], std::min(significantBits(inner->getOperand(0), depth),
                                                               significantBits(inner->getOperand(1), depth))));
    }
    return bits;
}

unsigned significantBits(Value value, unsigned depth)
{
    const Type type = value.getType();
    Operation *op = value.getDefiningOp();
    if (type.isIndex() && !(op && isa<arith::ConstantOp, arith::IndexCastOp, arith::MaxSIOp, arith::MinSIOp>(op)))
        return indexBits(value, nullptr);
    const unsigned width = type.isIndex() ? 32 : type.getIntOrFloatBitWidth();
    if (!op || depth > 6)
        return width;
    auto of = [&](unsigned i) { return significantBits(op->getOperand(i), depth + 1); };
    return std::min(width,
                    TypeSwitch<Operation *, unsigned>(op)
                        .Case<arith::ConstantOp>([&](arith::ConstantOp constant) {
                            auto number = dyn_cast<IntegerAttr>(constant.getValue());
                            return number ? number.getValue().getSignificantBits() : width;
                        })
                        .Case<arith::ExtSIOp>([&](auto) { return of(0); })
                        .Case<arith::IndexCastOp>([&](auto cast) { return isOwnIndex(cast.getIn()) ? 31 : of(0); })
                        .Case<arith::ExtUIOp>(
                            [&](arith::ExtUIOp) { return op->getOperand(0).getType().getIntOrFloatBitWidth() + 1; })
                        .Case<arith::AddIOp, arith::SubIOp>([&](auto) { return std::max(of(0), of(1)) + 1; })
                        .Case<arith::MulIOp>([&](auto) { return of(0) + of(1); })
                        .Case<arith::ShRSIOp>([&](auto) { return of(0); })
                        .Case<arith::ShLIOp>([&](arith::ShLIOp shift) {
                            APInt places;
                            return matchPattern(shift.getRhs(), m_ConstantInt(&places))
                                       ? of(0) + unsigned(places.getLimitedValue(width))
                                       : width;
                        })
                        .Case<nn::RescaleOp>([&](nn::RescaleOp scale) {
                            return unsigned(std::max(1, int(of(0)) + int32_t(scale.getShift()))) + 1; // rounded
                        })
                        .Case<arith::MaxSIOp, arith::MinSIOp>([&](auto) { return clampedBits(op, depth + 1); })
                        .Case<arith::SelectOp>([&](auto) { return std::max(of(1), of(2)); })
                        .Default([&](Operation *) { return width; }));
}

bool mayWrap(Operation *op)
{
    Value left = op->getOperand(0), right = op->getOperand(1);
    const Type type = op->getResult(0).getType();
    if (type.isIndex())
        return std::max(indexBits(left, op), indexBits(right, op)) > 31;
    const unsigned a = significantBits(left), b = significantBits(right);
    return (isa<arith::MulIOp>(op) ? a + b : std::max(a, b) + 1) > type.getIntOrFloatBitWidth();
}

std::optional<int64_t> constantNumber(Value value)
{
    APInt number;
    return matchPattern(value, m_ConstantInt(&number)) ? std::optional(number.getSExtValue()) : std::nullopt;
}

bool isWithin(Value integer, int64_t low, int64_t high)
{
    if (const std::optional<int64_t> number = constantNumber(integer))
        return low <= *number && *number <= high;
    Operation *outer = integer.getDefiningOp();
    if (outer && isa<arith::ExtSIOp>(outer))
        return isWithin(outer->getOperand(0), low, high);
    auto inner = outer && isa<arith::MinSIOp>(outer) ? outer->getOperand(0).getDefiningOp<arith::MaxSIOp>() : nullptr;
    return inner && isWithin(outer->getOperand(1), low, high) && isWithin(inner.getRhs(), low, high);
}

std::optional<Clamp> clampBefore(arith::TruncIOp truncation)
{
    auto minimum = truncation.getIn().getDefiningOp<arith::MinSIOp>();
    auto maximum = minimum ? minimum.getLhs().getDefiningOp<arith::MaxSIOp>() : nullptr;
    if (!maximum)
        return std::nullopt;
    const std::optional<int64_t> low = constantNumber(maximum.getRhs()), high = constantNumber(minimum.getRhs());
    if (!low || !high)
        return std::nullopt;
    return Clamp{maximum.getLhs(), *low, *high, minimum->hasOneUse() && maximum->hasOneUse()};
}

Value saturatedValue(arith::TruncIOp truncation)
{
    const std::optional<Clamp> clamp = clampBefore(truncation);
    const bool saturates = clamp && clamp->isOnlyUse && truncation.getType().isInteger(8) &&
                           truncation.getIn().getType().isInteger(32) && clamp->low == INT8_MIN &&
                           clamp->high == INT8_MAX;
    return saturates ? clamp->value : Value();
}

bool isInSaturation(Operation *op)
{
    if (!isa<arith::MaxSIOp, arith::MinSIOp>(op) || !op->hasOneUse())
        return false;
    Operation *user = *op->getUsers().begin();
    if (isa<arith::MaxSIOp>(op) && user->hasOneUse())
        user = *user->getUsers().begin();
    auto truncation = dyn_cast<arith::TruncIOp>(user);
    return truncation && saturatedValue(truncation);
}

} // namespace barecc
