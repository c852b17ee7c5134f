#include "compiler/emit/c/Uses.h"

#include "llvm/ADT/STLExtras.h"

namespace barecc::c {

void Uses::add(const Expr &expr)
{
    if (expr.kind == Expr::Kind::Name || expr.kind == Expr::Kind::Call)
        names.insert(expr.text);
    if (!expr.header.empty())
        headers.insert(expr.header);
    for (const Expr &operand : expr.operands)
        add(operand);
}

/// The variable that an assignment changes, or the pointer to what it changes.
static const std::string &assignedName(const Expr &target)
{
    const Expr *base = &target;
    while (base->kind != Expr::Kind::Name)
        base = &base->operands[0];
    return base->text;
}

void Uses::add(const Stmt &stmt)
{
    struct Visitor {
        Uses &uses;

        void operator()(const Declaration &declaration) { uses.add(declaration.value); }
        void operator()(const Assignment &assignment)
        {
            uses.add(assignment.target);
            uses.add(assignment.value);
            uses.assigned.insert(assignedName(assignment.target));
        }
        void operator()(const Evaluation &evaluation) { uses.add(evaluation.value); }
        void operator()(const For &loop)
        {
            for (const Expr *expr : {&loop.begin, &loop.condition, &loop.step})
                uses.add(*expr);
            uses.add(loop.body);
        }
        void operator()(const While &loop)
        {
            uses.add(loop.condition);
            uses.add(loop.body);
        }
        void operator()(const If &branch)
        {
            uses.add(branch.condition);
            uses.add(branch.then);
            uses.add(branch.otherwise);
        }
        void operator()(const Return &statement) { uses.add(statement.value); }
        void operator()(const Break &) {}
        void operator()(const Comment &) {}
        void operator()(const EmptyLine &) {}
    };
    std::visit(Visitor{*this}, stmt.node);
}

void Uses::add(const Block &block)
{
    for (const Stmt &stmt : block)
        add(stmt);
}

bool mentions(const Expr &expr, llvm::StringRef name)
{
    return (expr.kind == Expr::Kind::Name && expr.text == name) ||
           llvm::any_of(expr.operands, [&](const Expr &operand) { return mentions(operand, name); });
}

std::vector<std::string> unusedParameters(const Function &function)
{
    const Uses uses = usesOf(function.body);
    std::vector<std::string> unused;
    for (const Parameter &parameter : function.parameters)
        if (!uses.names.count(parameter.name))
            unused.push_back(parameter.name);
    return unused;
}

} // namespace barecc::c
