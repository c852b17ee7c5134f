#include "compiler/optimize/ChannelForm.h"

#include "compiler/ir/Constants.h"
#include "compiler/optimize/Layout.h"
#include "compiler/optimize/QuantizedConstant.h"

#include <cmath>

using namespace mlir;

namespace barecc {

namespace {

using Numbers = std::vector<double>;

bool all(const Numbers &numbers, double value)
{
    return llvm::all_of(numbers, [=](double n) { return n == value; });
}

/// One number for each channel from two, where either may be one for all.
Numbers combine(const Numbers &a, const Numbers &b, double (*function)(double, double))
{
    Numbers result(std::max(a.size(), b.size()));
    for (size_t i = 0; i < result.size(); ++i)
        result[i] = function(a[a.size() == 1 ? 0 : i], b[b.size() == 1 ? 0 : i]);
    return result;
}

double add(double a, double b) { return a + b; }
double subtract(double a, double b) { return a - b; }
double multiply(double a, double b) { return a * b; }
double divide(double a, double b) { return a / b; }

/// A value of the body: its form, and whether x is part of it.
struct BodyValue {
    ChannelForm form;
    bool hasX = false;

    bool isConstant() const { return !hasX && !form.residual && !form.clamps(); }
    /// A sum that may still be added to and scaled.
    bool isOpen() const { return !form.clamps(); }
};

std::optional<BodyValue> constant(Numbers numbers)
{
    BodyValue value;
    value.form.scale = {0.0};
    value.form.shift = std::move(numbers);
    return value;
}

std::optional<BodyValue> constant(Value value)
{
    auto op = value.getDefiningOp<arith::ConstantOp>();
    auto number = op ? dyn_cast<FloatAttr>(op.getValue()) : FloatAttr();
    if (!number)
        return std::nullopt;
    return constant(Numbers{number.getValueAsDouble()});
}

std::optional<BodyValue> sum(const BodyValue &a, const BodyValue &b, bool negateB)
{
    if (!a.isOpen() || !b.isOpen() || (a.hasX && b.hasX) || (a.form.residual && b.form.residual) ||
        (negateB && b.form.residual))
        return std::nullopt;
    BodyValue value;
    value.hasX = a.hasX || b.hasX;
    value.form.residual = a.form.residual ? a.form.residual : b.form.residual;
    value.form.scale = combine(a.form.scale, b.form.scale, negateB ? subtract : add);
    value.form.shift = combine(a.form.shift, b.form.shift, negateB ? subtract : add);
    return value;
}

std::optional<BodyValue> scaled(const BodyValue &a, const Numbers &factors, double (*function)(double, double))
{
    if (!a.isOpen() || (a.form.residual && !all(factors, 1.0)))
        return std::nullopt;
    BodyValue value = a;
    if (a.hasX)
        value.form.scale = combine(a.form.scale, factors, function);
    value.form.shift = combine(a.form.shift, factors, function);
    return value;
}

std::optional<BodyValue> clamped(const BodyValue &a, const Numbers &bound, bool fromBelow)
{
    if (!all(bound, bound.front()) || std::isnan(bound.front()))
        return std::nullopt;
    BodyValue value = a;
    double &min = value.form.min, &max = value.form.max;
    min = fromBelow ? std::max(min, bound.front()) : std::min(min, bound.front());
    max = fromBelow ? std::max(max, bound.front()) : std::min(max, bound.front());
    return value;
}

std::optional<BodyValue> apply(Operation *op, ArrayRef<BodyValue> operands)
{
    if (isa<arith::NegFOp>(op))
        return scaled(operands[0], {-1.0}, multiply);
    if (operands.size() != 2)
        return std::nullopt;
    const BodyValue &a = operands[0], &b = operands[1];
    if (isa<arith::AddFOp>(op))
        return sum(a, b, false);
    if (isa<arith::SubFOp>(op))
        return sum(a, b, true);
    if (isa<arith::DivFOp>(op) && b.isConstant())
        return scaled(a, b.form.shift, divide);
    const bool leftConstant = a.isConstant();
    if (!leftConstant && !b.isConstant())
        return std::nullopt;
    const BodyValue &variable = leftConstant ? b : a;
    const Numbers &numbers = leftConstant ? a.form.shift : b.form.shift;
    if (isa<arith::MulFOp>(op))
        return scaled(variable, numbers, multiply);
    if (isa<arith::MaximumFOp, arith::MinimumFOp>(op))
        return clamped(variable, numbers, isa<arith::MaximumFOp>(op));
    return std::nullopt;
}

/// One number for each channel from a constant operand that varies along the last loop only.
std::optional<Numbers> channelNumbers(Value operand, AffineMap map)
{
    auto dense = dyn_cast_or_null<DenseElementsAttr>(constantOf(operand));
    if (dense && dense.isSplat() && isa<FloatType>(dense.getElementType())) {
        APFloat number = dense.getSplatValue<APFloat>();
        return Numbers{FloatAttr::get(dense.getElementType(), number).getValueAsDouble()};
    }
    for (auto [extent, expression] :
         llvm::zip(cast<RankedTensorType>(operand.getType()).getShape(), map.getResults())) {
        auto dim = dyn_cast<AffineDimExpr>(expression);
        if (extent != 1 && (!dim || dim.getPosition() != map.getNumDims() - 1))
            return std::nullopt;
    }
    return realNumbersOf(operand);
}

std::optional<BodyValue> ofOperand(linalg::GenericOp op, OpOperand *operand, OpOperand &x)
{
    const AffineMap map = op.getMatchingIndexingMap(operand);
    if (operand != &x) {
        if (std::optional<Numbers> numbers = channelNumbers(operand->get(), map))
            return constant(std::move(*numbers));
        if (isConstant(operand->get()))
            return std::nullopt;
    }
    if (!map.isIdentity() || operand->get().getType() != op.getResult(0).getType())
        return std::nullopt;
    BodyValue value;
    value.hasX = operand == &x;
    if (!value.hasX) {
        value.form.scale = {0.0};
        value.form.residual = operand->get();
    }
    return value;
}

/// A cast to the type that x has. It changes nothing where x has been clamped at most: clamping and rounding can be
/// done in either order.
bool isRounding(Operation *inner, linalg::GenericOp op)
{
    return isa<arith::TruncFOp>(inner) && inner->getResult(0).getType() == getElementTypeOrSelf(op.getResult(0));
}

} // namespace

bool ChannelForm::scales() const { return !all(scale, 1.0); }

bool ChannelForm::shifts() const { return !all(shift, 0.0); }

bool ChannelForm::clamps() const { return !std::isinf(min) || !std::isinf(max); }

std::optional<ChannelForm> channelForm(linalg::GenericOp op, OpOperand &x)
{
    if (op.getNumResults() != 1 || op.getNumReductionLoops() != 0 || op.getNumLoops() == 0 ||
        !op.getMatchingIndexingMap(op.getDpsInitOperand(0)).isIdentity() || !op.hasPureTensorSemantics())
        return std::nullopt;
    llvm::DenseMap<Value, BodyValue> values;
    for (OpOperand *operand : op.getDpsInputOperands()) {
        BlockArgument argument = op.getMatchingBlockArgument(operand);
        if (argument.use_empty())
            continue;
        std::optional<BodyValue> value = ofOperand(op, operand, x);
        if (!value)
            return std::nullopt;
        values[argument] = std::move(*value);
    }
    auto lookUp = [&](Value value) -> std::optional<BodyValue> {
        if (auto known = values.find(value); known != values.end())
            return known->second;
        return constant(value);
    };
    for (Operation &inner : op.getBody()->without_terminator()) {
        if (isa<arith::ConstantOp>(inner))
            continue;
        SmallVector<BodyValue> operands;
        for (Value operand : inner.getOperands()) {
            std::optional<BodyValue> value = lookUp(operand);
            if (!value)
                return std::nullopt;
            operands.push_back(std::move(*value));
        }
        const bool isCast = isa<arith::ExtFOp>(inner) || isRounding(&inner, op);
        std::optional<BodyValue> result = isCast ? operands[0] : apply(&inner, operands);
        if (isRounding(&inner, op) && (result->form.scales() || result->form.shifts() || result->form.residual))
            return std::nullopt;
        if (!result || inner.getNumResults() != 1)
            return std::nullopt;
        values[inner.getResult(0)] = std::move(*result);
    }
    std::optional<BodyValue> result = lookUp(op.getBody()->getTerminator()->getOperand(0));
    if (!result || !result->hasX)
        return std::nullopt;
    return result->form;
}

} // namespace barecc
