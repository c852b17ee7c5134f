#include "compiler/emit/c/Expr.h"

namespace barecc::c {

/// Sums of products of names and literals.
static bool isLinear(const Expr &e)
{
    const bool isAtom = e.kind == Expr::Kind::Name || e.kind == Expr::Kind::Literal;
    const bool isSum = e.kind == Expr::Kind::Binary && (e.op == Operator::Add || e.op == Operator::Multiply);
    return isAtom || (isSum && isLinear(e.operands[0]) && isLinear(e.operands[1]));
}

unsigned Expr::operations() const
{
    if (kind == Kind::Index && isLinear(operands[1]))
        return 0;
    const bool isFree = kind == Kind::Name || kind == Kind::Literal || kind == Kind::Unary || kind == Kind::Index;
    unsigned count = isFree ? 0 : 1;
    for (const Expr &operand : operands)
        count += operand.operations();
    return count;
}

Expr Atom::expr() const
{
    Expr magnitude(kind, text);
    return isNegative ? unary(Operator::Negate, std::move(magnitude)) : std::move(magnitude);
}

std::optional<Atom> Atom::from(const Expr &expr)
{
    const bool isNegative = expr.kind == Expr::Kind::Unary && expr.op == Operator::Negate;
    const Expr &magnitude = isNegative ? expr.operands[0] : expr;
    if (magnitude.kind == Expr::Kind::Literal || (magnitude.kind == Expr::Kind::Name && !isNegative))
        return Atom(magnitude.kind, magnitude.text, isNegative);
    return std::nullopt;
}

static Expr make(Expr::Kind kind, std::string text, std::vector<Expr> operands)
{
    Expr result(kind, std::move(text));
    result.operands = std::move(operands);
    return result;
}

static bool isLiteral(const Expr &e) { return e.kind == Expr::Kind::Literal; }

static bool isNegativeLiteral(const Expr &e)
{
    return e.kind == Expr::Kind::Unary && e.op == Operator::Negate && isLiteral(e.operands[0]);
}

Expr unary(Operator op, Expr operand)
{
    Expr result = make(Expr::Kind::Unary, {}, list(std::move(operand)));
    result.op = op;
    return result;
}

Expr binary(Operator op, Expr left, Expr right)
{
    const bool isSum = op == Operator::Add || op == Operator::Subtract;
    if (isSum && isNegativeLiteral(right)) {
        Expr magnitude = std::move(right.operands[0]);
        return binary(op == Operator::Add ? Operator::Subtract : Operator::Add, std::move(left), std::move(magnitude));
    }
    Expr result = make(Expr::Kind::Binary, {}, list(std::move(left), std::move(right)));
    result.op = op;
    return result;
}

Expr conditional(Expr condition, Expr yes, Expr no)
{
    return make(Expr::Kind::Conditional, {}, list(std::move(condition), std::move(yes), std::move(no)));
}

Expr cast(std::string type, Expr operand) { return make(Expr::Kind::Cast, std::move(type), list(std::move(operand))); }

Expr index(Expr array, Expr position)
{
    return make(Expr::Kind::Index, {}, list(std::move(array), std::move(position)));
}

Expr initializer(std::vector<Expr> elements) { return make(Expr::Kind::Initializer, {}, std::move(elements)); }

Expr field(std::string name, Expr value) { return make(Expr::Kind::Field, std::move(name), list(std::move(value))); }

Expr call(std::string function, std::vector<Expr> arguments, std::string header)
{
    Expr result = make(Expr::Kind::Call, std::move(function), std::move(arguments));
    result.header = std::move(header);
    return result;
}

Expr sum(Expr left, Expr right)
{
    auto isZero = [](const Expr &e) { return isLiteral(e) && e.text == "0"; };
    if (isZero(left))
        return right;
    if (isZero(right))
        return left;
    return binary(Operator::Add, std::move(left), std::move(right));
}

Expr scaled(Expr factor, int64_t literal)
{
    if (literal == 0 || (isLiteral(factor) && factor.text == "0"))
        return Atom::literal(0);
    return literal == 1 ? std::move(factor) : binary(Operator::Multiply, std::move(factor), Atom::literal(literal));
}

/// An operand of unsigned arithmetic.
static Expr asUnsigned(unsigned bits, Expr operand)
{
    const bool isPlainLiteral = isLiteral(operand) && bits == 32;
    return isPlainLiteral ? Expr(Expr::Kind::Literal, operand.text + "u")
                          : cast("uint" + std::to_string(bits) + "_t", std::move(operand));
}

Expr wrapping(Operator op, unsigned bits, std::string type, Expr left, Expr right)
{
    const bool isShift = op == Operator::ShiftLeft || op == Operator::ShiftRight;
    Expr result = binary(op, std::move(left), std::move(right)); // as it is written with signed operands
    result.operands[0] = asUnsigned(bits, std::move(result.operands[0]));
    if (!isShift)
        result.operands[1] = asUnsigned(bits, std::move(result.operands[1]));
    return cast(std::move(type), std::move(result));
}

} // namespace barecc::c
