#include "compiler/emit/WordPrinter.h"

#include "compiler/emit/IntegerRange.h"
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

c::Expr WordPrinter::call(const char *function, std::vector<c::Expr> arguments)
{
    return c::call(function, std::move(arguments), header);
}

void WordPrinter::load(BlockArgument elements, c::Expr first)
{
    body.define(elements, call("words_load_s8", c::list(c::unary(c::Operator::AddressOf, std::move(first)))));
}

void WordPrinter::set(BlockArgument element, c::Expr number)
{
    body.define(element, call("words_set", c::list(std::move(number))));
}

c::Expr WordPrinter::use(Value value)
{
    if (std::optional<int64_t> number = constantNumber(value))
        return call("words_set", c::list(c::Atom::literal(*number)));
    return body.use(value);
}

c::Expr WordPrinter::expressionOf(Operation *op)
{
    auto binary = [&](const char *function) {
        return call(function, c::list(use(op->getOperand(0)), use(op->getOperand(1))));
    };
    return TypeSwitch<Operation *, c::Expr>(op)
        .Case<arith::ExtSIOp>([&](auto) { return use(op->getOperand(0)); })
        .Case<arith::AddIOp>([&](auto) { return binary("words_add"); })
        .Case<arith::SubIOp>([&](auto) { return binary("words_subtract"); })
        .Case<arith::MulIOp>([&](auto) { return binary("words_multiply"); })
        .Case<arith::MaxSIOp>([&](auto) { return binary("words_maximum"); })
        .Case<arith::MinSIOp>([&](auto) { return binary("words_minimum"); })
        .Case<arith::ShLIOp>([&](arith::ShLIOp shift) {
            return call("words_shift_left",
                        c::list(use(shift.getLhs()), c::Atom::literal(*constantNumber(shift.getRhs()))));
        })
        .Case<nn::RescaleOp>([&](nn::RescaleOp scale) {
            return call("words_rescale",
                        c::list(use(scale.getInput()), c::Atom::literal(int32_t(scale.getMultiplier())),
                                c::Atom::literal(int32_t(scale.getShift()))));
        })
        .Case<arith::TruncIOp>([&](arith::TruncIOp truncation) { // stored saturated
            const Value value = saturatedValue(truncation);
            return use(value ? value : truncation.getIn());
        });
}

c::Block WordPrinter::print(Block &block, c::Expr first)
{
    for (Operation &op : block.without_terminator())
        if (!isa<arith::ConstantOp>(op) && !op.use_empty() && !isInSaturation(&op))
            body.define(op.getResult(0), expressionOf(&op));
    c::Expr result = use(block.getTerminator()->getOperand(0));
    body.append(c::Evaluation{
        call("words_store_s8", c::list(c::unary(c::Operator::AddressOf, std::move(first)), std::move(result)))});
    return body.close();
}

} // namespace barecc
