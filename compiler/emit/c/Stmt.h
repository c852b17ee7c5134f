// Statements and functions of C as a tree.
#pragma once

#include "compiler/emit/c/Expr.h"

#include <variant>

namespace barecc::c {

struct Stmt;
using Block = std::vector<Stmt>;

/// "const float t0 = a[i];", or without a value "float v0;", or of an array "float v0[2];". Comments behind declarations
/// that follow each other begin in the same column.
struct Declaration {
    std::string type, name;
    Expr value;
    std::optional<int64_t> extent = std::nullopt;
    std::string comment = {};
};

struct Assignment {
    Expr target, value;
};

/// An expression for its effect: a call.
struct Evaluation {
    Expr value;
};

/// for (type variable = begin; condition; variable += step). Without a type the variable is declared outside.
struct For {
    std::string type, variable;
    Expr begin, condition, step;
    Block body;
};

/// Without a condition: for (;;).
struct While {
    Expr condition;
    Block body;
};

struct If {
    Expr condition;
    Block then, otherwise;
};

struct Break {};

struct Return {
    Expr value;
};

/// A line of a comment. What does not fit goes on the next one, so many columns further right.
struct CommentLine {
    std::string text; // empty: a line that separates paragraphs
    unsigned hanging = 0;
};

struct Comment {
    std::vector<CommentLine> lines;

    Comment(std::string text) { lines.push_back({std::move(text)}); }
    Comment(std::vector<CommentLine> lines) : lines(std::move(lines)) {}
};

struct EmptyLine {};

struct Stmt {
    std::variant<Declaration, Assignment, Evaluation, For, While, If, Break, Return, Comment, EmptyLine> node;

    template <typename Node> Stmt(Node node) : node(std::move(node)) {}
};

/// A block of these statements.
template <typename... Stmts> Block block(Stmts &&...stmts)
{
    Block result;
    (result.push_back(Stmt(std::forward<Stmts>(stmts))), ...);
    return result;
}

/// The loop of a counter of type int32_t from `begin` up to, but not including, `end`.
Stmt countedLoop(const std::string &variable, Expr begin, Expr end, Expr step, Block body);

/// What the parameter points to is only read if the type says "const".
struct Parameter {
    std::string type, name; // "const float *restrict ", "input"
};

struct Function {
    std::vector<std::string> comments; // lines in front of it, none: no comment
    std::string specifiers, name;      // "BARECC_LAYER void"
    std::vector<Parameter> parameters;
    Block body;
};

} // namespace barecc::c
