// How C's text is broken into lines.
#pragma once

#include "compiler/emit/c/Expr.h"

namespace barecc::c {

/// Columns of a line.
constexpr size_t width = 120;

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

    /// An expression inside so many brackets and operators.
    void expr(const Expr &e, unsigned depth);

    /// The lines, the first behind `indent` spaces.
    std::string lines(size_t indent) const;
    /// All of it in one.
    std::string flat() const;

private:
    struct Piece {
        enum Kind { Text, Open, OpenFields, Close, Space } kind;
        std::string text;
        unsigned depth;
    };

    void list(const std::vector<Expr> &elements, const char *end, unsigned depth);

    /// The piece before which a line that begins at `begin` ends.
    size_t lineEnd(size_t begin, size_t column) const;

    std::vector<Piece> pieces;
};

} // namespace barecc::c
