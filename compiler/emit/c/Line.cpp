#include "compiler/emit/c/Line.h"

#include "compiler/emit/c/Precedence.h"

#include <optional>

namespace barecc::c {

/// Continuation lines that would begin further right than this are indented from the statement instead.
static constexpr size_t rightmostAlignment = 80;

std::string Line::lines(size_t indent) const
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

std::string Line::flat() const
{
    std::string result;
    for (const Piece &piece : pieces)
        result += piece.text;
    return result;
}

size_t Line::lineEnd(size_t begin, size_t column) const
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
        text(symbolOf(e.op));
        operand(0, depth);
        break;
    case Expr::Kind::Cast:
        text("(" + e.text + ")");
        operand(0, depth);
        break;
    case Expr::Kind::Binary: {
        const bool isChain = precedenceOf(e.operands[0]) == precedenceOf(e);
        operand(0, isChain ? depth : depth + 1);
        text(std::string(" ") + symbolOf(e.op));
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

} // namespace barecc::c
