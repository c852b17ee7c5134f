#include "compiler/emit/WordPrinter.h"

#include "compiler/emit/IntegerRange.h"
#include "compiler/emit/Text.h"
#include "compiler/ir/NN.h"

using namespace mlir;

namespace barecc {

/// Whether a truncation to int8 is of a value clamped to that range.
static bool isClamped(arith::TruncIOp truncation)
{
    const std::optional<Clamp> clamp = clampBefore(truncation);
    return clamp && INT8_MIN <= clamp->low && clamp->low <= clamp->high && clamp->high <= INT8_MAX;
}

bool WordPrinter::takes(linalg::LinalgOp op)
{
    auto hasForm = [](Operation &inner) {
        auto isWord = [&] { return inner.getResult(0).getType().isInteger(32); };
        return TypeSwitch<Operation *, bool>(&inner)
            .Case<arith::ExtSIOp>([&](arith::ExtSIOp extend) {
                return isWord() && isa<BlockArgument>(extend.getIn()) && extend.getIn().getType().isInteger(8);
            })
            .Case<arith::ConstantOp, arith::AddIOp, arith::SubIOp, arith::MulIOp, arith::MaxSIOp, arith::MinSIOp,
                  nn::RescaleOp>([&](auto) { return isWord(); })
            .Case<arith::ShLIOp>([&](arith::ShLIOp shift) {
                const std::optional<int64_t> places = constantNumber(shift.getRhs());
                return isWord() && places && *places >= 0 && *places < 32;
            })
            .Case<arith::TruncIOp>([&](arith::TruncIOp truncation) {
                return truncation.getType().isInteger(8) && isClamped(truncation) &&
                       llvm::all_of(truncation->getUsers(), [](Operation *user) { return isa<linalg::YieldOp>(user); });
            })
            .Case<linalg::YieldOp>([](linalg::YieldOp yield) {
                return yield->getNumOperands() == 1 && yield->getOperand(0).getDefiningOp<arith::TruncIOp>();
            })
            .Default(false);
    };
    return llvm::all_of(*op.getBlock(), hasForm);
}

std::string WordPrinter::use(Value value)
{
    if (std::optional<int64_t> number = constantNumber(value))
        return "words_set(" + std::to_string(*number) + ")";
    return expressions.find(value)->second;
}

std::string WordPrinter::expressionOf(Operation *op)
{
    auto binary = [&](const char *function) {
        return std::string(function) + "(" + use(op->getOperand(0)) + ", " + use(op->getOperand(1)) + ")";
    };
    return TypeSwitch<Operation *, std::string>(op)
        .Case<arith::ExtSIOp>([&](auto) { return use(op->getOperand(0)); })
        .Case<arith::AddIOp>([&](auto) { return binary("words_add"); })
        .Case<arith::SubIOp>([&](auto) { return binary("words_subtract"); })
        .Case<arith::MulIOp>([&](auto) { return binary("words_multiply"); })
        .Case<arith::MaxSIOp>([&](auto) { return binary("words_maximum"); })
        .Case<arith::MinSIOp>([&](auto) { return binary("words_minimum"); })
        .Case<arith::ShLIOp>([&](arith::ShLIOp shift) {
            return "words_shift_left(" + use(shift.getLhs()) + ", " + std::to_string(*constantNumber(shift.getRhs())) +
                   ")";
        })
        .Case<nn::RescaleOp>([&](nn::RescaleOp scale) {
            return "words_rescale(" + use(scale.getInput()) + ", " + std::to_string(int32_t(scale.getMultiplier())) +
                   ", " + std::to_string(int32_t(scale.getShift())) + ")";
        })
        .Case<arith::TruncIOp>([&](arith::TruncIOp truncation) { // stored saturated
            const Value value = saturatedValue(truncation);
            return use(value ? value : truncation.getIn());
        });
}

std::string WordPrinter::print(Block &body)
{
    for (Operation &op : body.without_terminator()) {
        if (isa<arith::ConstantOp>(op) || op.use_empty() || isInSaturation(&op))
            continue;
        std::string text = expressionOf(&op);
        if (!op.hasOneUse() || text.size() > longExpression) {
            const std::string name = "v" + std::to_string(variables++);
            os << indent << "const words " << name << " = " << text << ";\n";
            text = name;
        }
        expressions[op.getResult(0)] = std::move(text);
    }
    return use(body.getTerminator()->getOperand(0));
}

} // namespace barecc
