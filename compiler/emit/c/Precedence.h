// Which operators of C bind tighter than others, and where that is written down in parentheses.
#pragma once

#include "compiler/emit/c/Expr.h"

namespace barecc::c {

/// The operator as C writes it.
const char *symbolOf(Operator op);

/// As C's grammar has it: what binds tighter has the larger number.
int precedenceOf(const Expr &expr);

/// Whether an operand of an expression is in parentheses: where C, -Wparentheses or MISRA C:2012 rule 12.1 want them,
/// but for what everybody knows.
bool needsParentheses(const Expr &parent, const Expr &operand, bool isRight);

} // namespace barecc::c
