#include "compiler/emit/RealRange.h"

#include "compiler/emit/IntegerRange.h"
#include "compiler/ir/Constants.h"
#include "compiler/kernel/Kernel.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <cmath>

using namespace mlir;

namespace barecc {

/// Tables of more elements are not looked through.
constexpr int64_t mostElements = 1 << 14;

/// Far below where a float becomes infinite.
constexpr double overflow = 1e30;

static std::optional<double> constantReal(Value value)
{
    APFloat number(0.0);
    if (!matchPattern(value, m_ConstantFloat(&number)))
        return std::nullopt;
    bool inexact;
    number.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &inexact);
    return number.convertToDouble();
}

bool isNumber(Value value)
{
    const std::optional<double> constant = constantReal(value);
    return constant && !std::isnan(*constant);
}

/// The constant tensor that an element is of, seen from inside the loops; or null.
static ElementsAttr tensorOf(Value element)
{
    Value tensor;
    if (auto extract = element.getDefiningOp<tensor::ExtractOp>())
        tensor = extract.getTensor();
    auto argument = dyn_cast<BlockArgument>(element);
    auto loops = argument ? dyn_cast<linalg::LinalgOp>(argument.getOwner()->getParentOp()) : nullptr;
    if (loops && argument.getArgNumber() < loops.getNumDpsInputs())
        tensor = loops.getDpsInputs()[argument.getArgNumber()];
    if (auto outer = dyn_cast_or_null<BlockArgument>(tensor))
        if (auto step = dyn_cast<kernel::LoopsOp>(outer.getOwner()->getParentOp()))
            tensor = step.getInputs()[outer.getArgNumber()];
    return tensor && isa<RankedTensorType>(tensor.getType()) ? constantOf(tensor) : ElementsAttr();
}

static std::optional<RealRange> rangeOf(ElementsAttr constant)
{
    if (!constant || constant.getNumElements() == 0 || constant.getNumElements() > mostElements)
        return std::nullopt;
    const std::optional<std::vector<double>> numbers = numbersOf(constant);
    if (!numbers || !llvm::all_of(*numbers, [](double number) { return std::isfinite(number); }))
        return std::nullopt;
    const auto [least, most] = std::minmax_element(numbers->begin(), numbers->end());
    return RealRange{*least, *most};
}

/// Of operands within two ranges; a little wider, since each operation rounds.
template <typename Function> static RealRange combine(const RealRange &a, const RealRange &b, Function function)
{
    const double corners[] = {function(a.low, b.low), function(a.low, b.high), function(a.high, b.low),
                              function(a.high, b.high)};
    const auto [least, most] = std::minmax_element(std::begin(corners), std::end(corners));
    const double rounding = 1e-6 * std::max(std::abs(*least), std::abs(*most));
    return {*least - rounding, *most + rounding};
}

/// A minimum of a maximum, both with constants, which are what a NaN becomes.
static std::optional<RealRange> clampedRange(arith::MinNumFOp minimum)
{
    auto maximum = minimum.getLhs().getDefiningOp<arith::MaxNumFOp>();
    const std::optional<double> high = constantReal(minimum.getRhs()),
                                low = maximum ? constantReal(maximum.getRhs()) : std::nullopt;
    if (!low || !high || !std::isfinite(*low) || !std::isfinite(*high))
        return std::nullopt;
    return RealRange{std::min(*low, *high), *high};
}

std::optional<RealRange> realRange(Value value, unsigned depth)
{
    using Range = std::optional<RealRange>;
    if (Range table = rangeOf(tensorOf(value)))
        return table;
    Operation *op = value.getDefiningOp();
    if (!op || depth > 12 || !value.getType().isF32())
        return std::nullopt;
    auto of = [&](unsigned i) { return realRange(op->getOperand(i), depth + 1); };
    auto both = [&](auto function) -> Range {
        const Range a = of(0), b = a ? of(1) : std::nullopt;
        if (!b)
            return std::nullopt;
        const RealRange result = combine(*a, *b, function);
        return result.low > -overflow && result.high < overflow ? Range(result) : std::nullopt;
    };
    return TypeSwitch<Operation *, Range>(op)
        .Case<arith::ConstantOp>([&](auto) -> Range {
            const std::optional<double> number = constantReal(value);
            return std::isfinite(*number) ? Range(RealRange{*number, *number}) : std::nullopt;
        })
        .Case<arith::SIToFPOp>([&](arith::SIToFPOp conversion) -> Range {
            const double power = std::ldexp(1.0, int(significantBits(conversion.getIn())) - 1);
            return RealRange{-power, power};
        })
        .Case<arith::AddFOp>([&](auto) { return both([](double a, double b) { return a + b; }); })
        .Case<arith::SubFOp>([&](auto) { return both([](double a, double b) { return a - b; }); })
        .Case<arith::MulFOp>([&](auto) { return both([](double a, double b) { return a * b; }); })
        .Case<math::RoundOp, math::RoundEvenOp, math::FloorOp, math::CeilOp, math::TruncOp>([&](auto) -> Range {
            const Range x = of(0);
            return x ? Range(RealRange{std::floor(x->low), std::ceil(x->high)}) : std::nullopt;
        })
        .Case<arith::MaximumFOp>([&](auto) { return both([](double a, double b) { return std::max(a, b); }); })
        .Case<arith::MinimumFOp>([&](auto) { return both([](double a, double b) { return std::min(a, b); }); })
        .Case<arith::MinNumFOp>([&](auto minimum) { return clampedRange(minimum); })
        .Default(std::nullopt);
}

} // namespace barecc
