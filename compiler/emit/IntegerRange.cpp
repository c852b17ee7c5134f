#include "compiler/emit/IntegerRange.h"

#include "compiler/ir/NN.h"

using namespace mlir;

namespace barecc {

unsigned significantBits(Value value, unsigned depth)
{
    const Type type = value.getType();
    const unsigned width = type.isIndex() ? 31 : type.getIntOrFloatBitWidth();
    Operation *op = value.getDefiningOp();
    if (!op || depth > 6)
        return width;
    auto of = [&](unsigned i) { return significantBits(op->getOperand(i), depth + 1); };
    return std::min(width, TypeSwitch<Operation *, unsigned>(op)
                               .Case<arith::ConstantOp>([&](arith::ConstantOp constant) {
                                   auto number = dyn_cast<IntegerAttr>(constant.getValue());
                                   return number ? number.getValue().getSignificantBits() : width;
                               })
                               .Case<arith::ExtSIOp, arith::IndexCastOp>([&](auto) { return of(0); })
                               .Case<arith::ExtUIOp>([&](arith::ExtUIOp) {
                                   return op->getOperand(0).getType().getIntOrFloatBitWidth() + 1;
                               })
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
                               .Case<arith::MaxSIOp, arith::MinSIOp>([&](auto) { return std::max(of(0), of(1)); })
                               .Case<arith::SelectOp>([&](auto) { return std::max(of(1), of(2)); })
                               .Default([&](Operation *) { return width; }));
}

std::optional<int64_t> constantNumber(Value value)
{
    APInt number;
    return matchPattern(value, m_ConstantInt(&number)) ? std::optional(number.getSExtValue()) : std::nullopt;
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
