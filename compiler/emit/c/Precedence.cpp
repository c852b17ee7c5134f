#include "compiler/emit/c/Precedence.h"

#include "llvm/Support/ErrorHandling.h"

namespace barecc::c {
namespace {

// From loose to tight.
enum Precedence {
    Ternary,
    Disjunction,
    Conjunction,
    BitwiseOr,
    BitwiseXor,
    BitwiseAnd,
    Equality,
    Relational,
    Shift,
    Additive,
    Multiplicative,
    Prefix,
    Postfix
};

struct OperatorForm {
    const char *symbol;
    int precedence;
};

OperatorForm formOf(Operator op)
{
    switch (op) {
    case Operator::Multiply: return {"*", Multiplicative};
    case Operator::Divide: return {"/", Multiplicative};
    case Operator::Remainder: return {"%", Multiplicative};
    case Operator::Add: return {"+", Additive};
    case Operator::Subtract: return {"-", Additive};
    case Operator::ShiftLeft: return {"<<", Shift};
    case Operator::ShiftRight: return {">>", Shift};
    case Operator::Less: return {"<", Relational};
    case Operator::LessEqual: return {"<=", Relational};
    case Operator::Greater: return {">", Relational};
    case Operator::GreaterEqual: return {">=", Relational};
    case Operator::Equal: return {"==", Equality};
    case Operator::NotEqual: return {"!=", Equality};
    case Operator::BitAnd: return {"&", BitwiseAnd};
    case Operator::BitXor: return {"^", BitwiseXor};
    case Operator::BitOr: return {"|", BitwiseOr};
    case Operator::And: return {"&&", Conjunction};
    case Operator::Or: return {"||", Disjunction};
    case Operator::Negate: return {"-", Prefix};
    case Operator::Not: return {"!", Prefix};
    case Operator::AddressOf: return {"&", Prefix};
    case Operator::Dereference: return {"*", Prefix};
    }
    llvm_unreachable("every operator is listed");
}

bool isComparison(int precedence) { return precedence == Relational || precedence == Equality; }

bool isNegation(const Expr &expr) { return expr.kind == Expr::Kind::Unary && expr.op == Operator::Not; }

bool isAssociative(Operator op)
{
    return op == Operator::And || op == Operator::Or || op == Operator::BitAnd || op == Operator::BitOr ||
           op == Operator::BitXor;
}

/// Whether everybody knows that the operator inside binds tighter: products in sums, either in comparisons,
/// comparisons in conditions.
bool isWellKnown(int outside, int inside)
{
    return (outside == Additive && inside == Multiplicative) || (isComparison(outside) && inside >= Additive) ||
           ((outside == Conjunction || outside == Disjunction) && isComparison(inside));
}

} // namespace

const char *symbolOf(Operator op) { return formOf(op).symbol; }

int precedenceOf(const Expr &expr)
{
    switch (expr.kind) {
    case Expr::Kind::Conditional: return Ternary;
    case Expr::Kind::Binary:
    case Expr::Kind::Unary: return formOf(expr.op).precedence;
    case Expr::Kind::Cast: return Prefix;
    default: return Postfix;
    }
}

bool needsParentheses(const Expr &parent, const Expr &operand, bool isRight)
{
    const int outside = precedenceOf(parent), inside = precedenceOf(operand);
    switch (parent.kind) {
    case Expr::Kind::Conditional: return inside < Prefix;
    case Expr::Kind::Binary:
        if (inside >= Prefix) // compilers take !a != b for a slip
            return isNegation(operand) && isComparison(outside);
        if (inside == outside) // the order of a sum is part of the program
            return isRight ? !(isAssociative(parent.op) && operand.op == parent.op)
                           : inside <= Relational && !isAssociative(parent.op);
        return inside < outside || !isWellKnown(outside, inside);
    case Expr::Kind::Unary:
    case Expr::Kind::Cast: {
        const bool isPrefixTwice = parent.kind == Expr::Kind::Unary && operand.kind == Expr::Kind::Unary &&
                                   parent.op == operand.op && parent.op != Operator::Not; // no --x, no &&x
        return inside < Prefix || isPrefixTwice;
    }
    case Expr::Kind::Index: return inside <= Prefix;
    default: return false;
    }
}

} // namespace barecc::c
