// Expressions of C as a tree: what printers of generated code build instead of text. Parentheses, line breaks and the
// names that an expression uses are found from it (Print.h, Uses.h).
//
// An expression is moved, never copied, so that what it computes stands in the program once. What may stand in several
// places is an Atom: a name or a literal.
#pragma once

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace barecc::c {

enum class Operator {
    Multiply,
    Divide,
    Remainder,
    Add,
    Subtract,
    ShiftLeft,
    ShiftRight,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    BitAnd,
    BitXor,
    BitOr,
    And,
    Or,
    Negate, // of one operand from here on
    Not,
    AddressOf,
    Dereference,
};

struct Expr {
    enum class Kind {
        None, // what has been moved from, and a value that a declaration leaves out
        Name,
        Literal, // without its sign
        Unary,
        Binary,
        Conditional, // condition, value if so, value if not
        Cast,
        Call,  // the arguments
        Index, // array, position
        Field, // of an initializer: its value
        Initializer,
    };

    Kind kind = Kind::None;
    Operator op = {};        // of Unary and Binary
    std::string text = {};   // a name, a literal's digits, a cast's type, a called function, a field
    std::string header = {}; // of kernels/abi/, which declares the function called
    std::vector<Expr> operands = {};

    Expr() = default;
    Expr(Kind kind, std::string text) : kind(kind), text(std::move(text)) {}
    Expr(Expr &&) = default;
    Expr &operator=(Expr &&) = default;

    explicit operator bool() const { return kind != Kind::None; }
    /// What a reader has to keep in mind: operators, casts and calls, but for signs and sums of products of names that
    /// are a subscript.
    unsigned operations() const;
};

/// A name or a literal, whose repetition costs nothing.
class Atom {
public:
    static Atom name(std::string name, bool isNegative = false)
    {
        return Atom(Expr::Kind::Name, std::move(name), isNegative);
    }
    /// A number by the text of its magnitude, with the suffix of its type.
    static Atom literal(std::string magnitude, bool isNegative = false)
    {
        return Atom(Expr::Kind::Literal, std::move(magnitude), isNegative);
    }
    static Atom literal(int64_t number)
    {
        return literal(std::to_string(number < 0 ? -uint64_t(number) : uint64_t(number)), number < 0);
    }

    /// The same as an expression, if it is that.
    static std::optional<Atom> from(const Expr &expr);

    Expr expr() const;
    operator Expr() const { return expr(); }
    bool isName(llvm::StringRef name) const { return kind == Expr::Kind::Name && text == name; }

private:
    Atom(Expr::Kind kind, std::string text, bool isNegative) : kind(kind), text(std::move(text)), isNegative(isNegative)
    {
    }

    Expr::Kind kind;
    std::string text;
    bool isNegative;
};

Expr unary(Operator op, Expr operand);
/// The sum with a negative literal is a difference, and the other way round.
Expr binary(Operator op, Expr left, Expr right);
Expr conditional(Expr condition, Expr yes, Expr no);
Expr cast(std::string type, Expr operand);
Expr index(Expr array, Expr position);
/// "{.name = value, .other = 2}", or without fields "{1, 2}".
Expr initializer(std::vector<Expr> elements);
Expr field(std::string name, Expr value);
/// `header` is the one of kernels/abi/ that declares the function; none for what is in scope anyway.
Expr call(std::string function, std::vector<Expr> arguments, std::string header = {});

/// A list of expressions, which an initializer list cannot be: its elements are copied.
template <typename... Exprs> std::vector<Expr> list(Exprs &&...exprs)
{
    std::vector<Expr> result;
    result.reserve(sizeof...(exprs));
    (result.push_back(Expr(std::forward<Exprs>(exprs))), ...);
    return result;
}

// Indices: int32_t arithmetic that is known not to overflow, simplified where an operand is a literal.
Expr sum(Expr left, Expr right);
Expr scaled(Expr factor, int64_t literal);

/// Two's complement arithmetic that may wrap around, which C defines for unsigned integers only: computed in unsigned
/// integers of `bits` bits, then cast to `type`.
Expr wrapping(Operator op, unsigned bits, std::string type, Expr left, Expr right);

} // namespace barecc::c
