// The text of C's trees: parentheses as Precedence.h has them, lines of at most 120 columns, broken at the loosest
// operators (Line.h).
#pragma once

#include "compiler/emit/c/Stmt.h"

namespace barecc::c {

std::string print(const Expr &expr);
/// Each line behind so many spaces.
std::string print(const Block &block, unsigned indent);
std::string print(const Declaration &declaration);
/// Lines are broken at spaces.
std::string print(const Comment &comment, unsigned indent = 0);
/// "type name(parameters)", without a line end.
std::string printSignature(const Function &function);
/// A parameter that the body does not use is cast to void, which keeps compilers quiet about it.
std::string print(const Function &function);
/// The same; `lines` becomes, by statement of the body, the line of the text that it begins at, counted from 0.
std::string print(const Function &function, std::vector<int64_t> &lines);

} // namespace barecc::c
