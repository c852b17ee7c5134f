#include "compiler/emit/c/Stmt.h"

namespace barecc::c {

Stmt countedLoop(const std::string &variable, Expr begin, Expr end, Expr step, Block body)
{
    const Atom counter = Atom::name(variable);
    return For{"int32_t",       variable,       std::move(begin), binary(Operator::Less, counter, std::move(end)),
               std::move(step), std::move(body)};
}

} // namespace barecc::c
