#include "compiler/emit/c/Print.h"

#include "compiler/emit/c/Uses.h"

#include "llvm/ADT/StringExtras.h"

#include <optional>

namespace barecc::c {
namespace {

constexpr size_t width = 120;
/// Continuation lines that would begin further right than this are indented from the statement instead.
constexpr size_t rightmostAlignment = 80;

// ---- Precedence, as C's grammar has it: what binds tighter has the larger number.

enum Precedence {
    Ternary = 2,
    Disjunction,
    Conjunction,
    Bits,
    Comparison = 9,
    Shift,
    Additive,
    Multiplicative,
    Prefix
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
    case Operator::Less: return {"<", Comparison};
    case Operator::LessEqual: return {"<=", Comparison};
    case Operator::Greater: return {">", Comparison};
    case Operator::GreaterEqual: return {">=", Comparison};
    case Operator::Equal: return {"==", Comparison - 1};
    case Operator::NotEqual: return {"!=", Comparison - 1};
    case Operator::BitAnd: return {"&", Bits + 2};
    case Operator::BitXor: return {"^", Bits + 1};
    case Operator::BitOr: return {"|", Bits};
    case Operator::And: return {"&&", Conjunction};
    case Operator::Or: return {"||", Disjunction};
    case Operator::Negate: return {"-", Prefix};
    case Operator::Not: return {"!", Prefix};
    case Operator::AddressOf: return {"&", Prefix};
    case Operator::Dereference: return {"*", Prefix};
    }
    return {"", 0};
}

int precedenceOf(const Expr &expr)
{
    switch (expr.kind) {
    case Expr::Kind::Conditional: return Ternary;
    case Expr::Kind::Binary:
    case Expr::Kind::Unary: return formOf(expr.op).precedence;
    case Expr::Kind::Cast: return Prefix;
    default: return Prefix + 1;
    }
}

bool isAssociative(Operator op)
{
    return op == Operator::And || op == Operator::Or || op == Operator::BitAnd || op == Operator::BitOr ||
           op == Operator::BitXor;
}

/// Whether everybody knows that the operator inside binds tighter: products in sums, either in comparisons,
/// comparisons in conditions.
bool isWellKnown(int outside, int inside)
{
    const bool isComparison = outside == Comparison || outside == Comparison - 1;
    return (outside == Additive && inside == Multiplicative) || (isComparison && inside >= Additive) ||
           ((outside == Conjunction || outside == Disjunction) && (inside == Comparison || inside == Comparison - 1));
}

bool needsParentheses(const Expr &parent, const Expr &operand, bool isRight)
{
    const int outside = precedenceOf(parent), inside = precedenceOf(operand);
    switch (parent.kind) {
    case Expr::Kind::Conditional: return inside < Prefix;
    case Expr::Kind::Binary:
        if (inside >= Prefix)
            return false;
        if (inside == outside) // the order of a sum is part of the program
            return isRight ? !(isAssociative(parent.op) && operand.op == parent.op)
                           : inside <= Comparison && !isAssociative(parent.op);
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

// ---- Lines

/// Text with places where a line may end. Of these the one inside the fewest brackets and operators is taken, and of
/// several the last; the next line begins below what the bracket holds.
class Line {
public:
    void text(const std::string &text) { pieces.push_back({Piece::Text, text, 0}); }
    /// What follows up to close() belongs together: lines inside begin below its first character.
    void open(const std::string &bracket = {}) { pieces.push_back({Piece::Open, bracket, 0}); }
    /// The same for the fields of a constant, whose lines are indented from the statement.
    void openFields() { pieces.push_back({Piece::OpenFields, "{", 0}); }
    void close(const std::string &bracket = {}) { pieces.push_back({Piece::Close, bracket, 0}); }
    /// A space, or the end of a line; `depth` is the number of brackets and operators round it.
    void space(unsigned depth) { pieces.push_back({Piece::Space, " ", depth}); }
    /// Nothing, or the end of a line, if what follows would begin too far right otherwise.
    void afterBracket(unsigned depth) { pieces.push_back({Piece::Space, "", depth}); }

    void expr(const Expr &e, unsigned depth);
    void list(const std::vector<Expr> &elements, const char *end, unsigned depth);

    /// The lines, the first behind `indent` spaces.
    std::string lines(size_t indent) const
    {
        std::string result;
        std::vector<size_t> columns{indent};
        size_t column = indent;
        for (size_t begin = 0; begin < pieces.size();) {
            const size_t end = lineEnd(begin, column);
            result += std::string(column, ' ');
            for (size_t i = begin; i < end; ++i) {
                const Piece &piece = pieces[i];
                result += piece.text;
                column += piece.text.size();
                if (piece.kind == Piece::Open)
                    columns.push_back(column);
                else if (piece.kind == Piece::OpenFields)
                    columns.push_back(indent + 4);
                else if (piece.kind == Piece::Close)
                    columns.pop_back();
            }
            result += '\n';
            column = columns.back() <= rightmostAlignment ? columns.back() : indent + 8;
            begin = end + 1; // behind the space that the line's end stands for
        }
        return result;
    }

    std::string flat() const
    {
        std::string result;
        for (const Piece &piece : pieces)
            result += piece.text;
        return result;
    }

private:
    struct Piece {
        enum Kind { Text, Open, OpenFields, Close, Space } kind;
        std::string text;
        unsigned depth;
    };

    /// The piece before which a line that begins at `begin` ends.
    size_t lineEnd(size_t begin, size_t column) const
    {
        std::optional<size_t> best;
        for (size_t i = begin; i < pieces.size(); ++i) {
            const bool mayEnd =
                pieces[i].kind == Piece::Space && i > begin && (!pieces[i].text.empty() || column > rightmostAlignment);
            if (mayEnd && (!best || pieces[i].depth <= pieces[*best].depth))
                best = i;
            column += pieces[i].text.size();
            if (column > width && pieces[i].kind != Piece::Space && best)
                return *best;
        }
        return pieces.size();
    }

    std::vector<Piece> pieces;
};

void Line::list(const std::vector<Expr> &elements, const char *end, unsigned depth)
{
    afterBracket(depth + 1);
    for (size_t i = 0; i < elements.size(); ++i) {
        expr(elements[i], depth + 2);
        if (i + 1 < elements.size()) {
            text(",");
            space(depth + 1);
        }
    }
    close(end);
}

void Line::expr(const Expr &e, unsigned depth)
{
    auto operand = [&](size_t i, unsigned inner) {
        const Expr &child = e.operands[i];
        if (!needsParentheses(e, child, i > 0))
            return expr(child, inner);
        open("(");
        expr(child, inner + 1);
        close(")");
    };
    switch (e.kind) {
    case Expr::Kind::None: break;
    case Expr::Kind::Name:
    case Expr::Kind::Literal: text(e.text); break;
    case Expr::Kind::Unary:
        text(formOf(e.op).symbol);
        operand(0, depth);
        break;
    case Expr::Kind::Cast:
        text("(" + e.text + ")");
        operand(0, depth);
        break;
    case Expr::Kind::Binary: {
        const bool isChain = precedenceOf(e.operands[0]) == precedenceOf(e);
        operand(0, isChain ? depth : depth + 1);
        text(std::string(" ") + formOf(e.op).symbol);
        space(depth);
        operand(1, depth + 1);
        break;
    }
    case Expr::Kind::Conditional:
        operand(0, depth + 1);
        space(depth);
        text("? ");
        operand(1, depth + 1);
        space(depth);
        text(": ");
        operand(2, depth + 1);
        break;
    case Expr::Kind::Index:
        operand(0, depth);
        open("[");
        expr(e.operands[1], depth + 1);
        close("]");
        break;
    case Expr::Kind::Call:
        text(e.text);
        open("(");
        list(e.operands, ")", depth);
        break;
    case Expr::Kind::Field:
        text("." + e.text + " = ");
        expr(e.operands[0], depth);
        break;
    case Expr::Kind::Initializer:
        openFields();
        list(e.operands, "}", depth);
        break;
    }
}

// ---- Statements

class Printer {
public:
    explicit Printer(std::string &text) : text(text) {}

    void block(const Block &block, unsigned indent)
    {
        for (const Stmt &stmt : block)
            std::visit([&](const auto &node) { print(node, indent); }, stmt.node);
    }

private:
    void print(const Declaration &declaration, unsigned indent)
    {
        Line line;
        line.text(declaration.type + (declaration.type.back() == '*' ? "" : " ") + declaration.name);
        if (declaration.extent)
            line.text("[" + std::to_string(*declaration.extent) + "]");
        if (declaration.value) {
            line.text(" = ");
            line.open();
            line.expr(declaration.value, 0);
            line.close();
        }
        finish(line, indent, ";");
    }

    void print(const Assignment &assignment, unsigned indent)
    {
        Line line;
        line.expr(assignment.target, 1);
        line.text(" = ");
        line.open();
        line.expr(assignment.value, 0);
        line.close();
        finish(line, indent, ";");
    }

    void print(const Evaluation &evaluation, unsigned indent)
    {
        Line line;
        line.expr(evaluation.value, 0);
        finish(line, indent, ";");
    }

    void print(const For &loop, unsigned indent)
    {
        Line line;
        line.text("for ");
        line.open("(");
        line.text((loop.type.empty() ? "" : loop.type + " ") + loop.variable + " = ");
        line.expr(loop.begin, 1);
        line.text(";");
        line.space(0);
        line.expr(loop.condition, 1);
        line.text(";");
        line.space(0);
        line.text(loop.variable);
        if (loop.step.kind == Expr::Kind::Literal && loop.step.text == "1") {
            line.text("++");
        } else {
            line.text(" += ");
            line.expr(loop.step, 1);
        }
        line.close(")");
        braces(line, loop.body, indent);
    }

    void print(const While &loop, unsigned indent)
    {
        Line line;
        if (loop.condition)
            condition(line, "while ", loop.condition);
        else
            line.text("for (;;)");
        braces(line, loop.body, indent);
    }

    void print(const If &branch, unsigned indent)
    {
        Line line;
        condition(line, "if ", branch.condition);
        line.text(" {");
        finish(line, indent, "");
        block(branch.then, indent + 4);
        if (!branch.otherwise.empty()) {
            text += std::string(indent, ' ') + "} else {\n";
            block(branch.otherwise, indent + 4);
        }
        text += std::string(indent, ' ') + "}\n";
    }

    void print(const Break &, unsigned indent) { text += std::string(indent, ' ') + "break;\n"; }

    void print(const Comment &comment, unsigned indent)
    {
        text += std::string(indent, ' ') + "/* " + comment.text + " */\n";
    }

    void condition(Line &line, const char *keyword, const Expr &condition)
    {
        line.text(keyword);
        line.open("(");
        line.expr(condition, 0);
        line.close(")");
    }

    void braces(Line &line, const Block &body, unsigned indent)
    {
        line.text(" {");
        finish(line, indent, "");
        block(body, indent + 4);
        text += std::string(indent, ' ') + "}\n";
    }

    void finish(Line &line, unsigned indent, const char *end)
    {
        line.text(end);
        text += line.lines(indent);
    }

    std::string &text;
};

} // namespace

std::string print(const Expr &expr)
{
    Line line;
    line.expr(expr, 0);
    return line.flat();
}

std::string print(const Block &block, unsigned indent)
{
    std::string text;
    Printer(text).block(block, indent);
    return text;
}

std::string printSignature(const Function &function)
{
    Line line;
    line.text(function.specifiers + " " + function.name);
    line.open("(");
    for (size_t i = 0; i < function.parameters.size(); ++i) {
        const Parameter &parameter = function.parameters[i];
        const bool isLast = i + 1 == function.parameters.size();
        line.text(parameter.type + parameter.name + (isLast ? "" : ","));
        if (!isLast)
            line.space(0);
    }
    if (function.parameters.empty())
        line.text("void");
    line.close(")");
    std::string lines = line.lines(0);
    lines.pop_back();
    return lines;
}

/// A comment of these lines, which are wrapped at their spaces.
static std::string comment(const std::vector<std::string> &lines)
{
    std::string text;
    for (llvm::StringRef line : lines) {
        text += text.empty() ? "/*" : "\n *";
        size_t column = 2;
        for (llvm::StringRef word : llvm::split(line, ' ')) {
            if (column + 1 + word.size() + 3 > width) {
                text += "\n *";
                column = 2;
            }
            text += ' ' + word.str();
            column += 1 + word.size();
        }
    }
    return text + " */\n";
}

std::string print(const Function &function)
{
    std::string text;
    if (!function.comments.empty())
        text += comment(function.comments);
    text += printSignature(function) + "\n{\n";
    for (const std::string &parameter : unusedParameters(function))
        text += "    (void)" + parameter + ";\n";
    return text + print(function.body, 4) + "}\n";
}

} // namespace barecc::c
