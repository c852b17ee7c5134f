#include "compiler/emit/BodyBuilder.h"

#include "compiler/emit/c/Uses.h"

using namespace mlir;

namespace barecc {

/// Operands of more operations get a name, so that expressions stay readable.
constexpr unsigned longOperand = 4;

c::Block BodyBuilder::close()
{
    c::Block block = std::move(blocks.back().block);
    blocks.pop_back();
    return block;
}

void BodyBuilder::define(Value value, c::Atom atom) { atoms.insert_or_assign(value, std::move(atom)); }

void BodyBuilder::define(Value value, c::Expr expr)
{
    if (value.use_empty())
        return;
    if (std::optional<c::Atom> atom = c::Atom::from(expr)) {
        define(value, *atom);
        return;
    }
    Operation *user = *value.getUsers().begin();
    const bool isUsedHere = value.hasOneUse() && user->getBlock() == value.getParentBlock();
    const bool isOperand = user->getNumResults() > 0; // not only stored or yielded
    if (!isUsedHere || (isOperand && expr.operations() > longOperand)) {
        name(value, std::move(expr));
        return;
    }
    blocks.back().waiting.push_back(value);
    waiting.insert({value, std::move(expr)});
}

c::Expr BodyBuilder::take(Value value)
{
    auto found = waiting.find(value);
    c::Expr expr = std::move(found->second);
    waiting.erase(found);
    llvm::erase(blocks.back().waiting, value);
    return expr;
}

c::Expr BodyBuilder::use(Value value)
{
    const c::Atom *atom = asAtom(value);
    return atom ? atom->expr() : take(value);
}

c::Atom BodyBuilder::atom(Value value)
{
    const c::Atom *atom = asAtom(value);
    return atom ? *atom : name(value, take(value));
}

const c::Atom *BodyBuilder::asAtom(Value value) const
{
    auto found = atoms.find(value);
    return found == atoms.end() ? nullptr : &found->second;
}

c::Atom BodyBuilder::declare(const std::string &type, c::Expr value)
{
    const std::string name = newName();
    blocks.back().block.push_back(c::Declaration{"const " + type, name, std::move(value)});
    return c::Atom::name(name);
}

c::Atom BodyBuilder::name(Value value, c::Expr expr)
{
    c::Atom atom = declare(typeName(value.getType()), std::move(expr));
    define(value, atom);
    return atom;
}

void BodyBuilder::append(c::Stmt stmt)
{
    const c::Uses uses = c::usesOf(stmt);
    for (Value value : std::vector<Value>(blocks.back().waiting))
        if (llvm::any_of(uses.assigned,
                         [&](const std::string &n) { return c::mentions(waiting.find(value)->second, n); }))
            name(value, take(value));
    blocks.back().block.push_back(std::move(stmt));
}

void BodyBuilder::assign(ArrayRef<std::string> variables, ValueRange values)
{
    for (auto [i, variable] : llvm::enumerate(variables)) {
        // What has yet to be assigned the value that the variable has now.
        for (Value later : values.drop_front(i + 1))
            if (const c::Atom *atom = asAtom(later); atom && atom->isName(variable))
                name(later, atom->expr());
        const c::Atom *atom = asAtom(values[i]);
        if (!atom || !atom->isName(variable))
            append(c::Assignment{c::Atom::name(variable), use(values[i])});
    }
}

} // namespace barecc
