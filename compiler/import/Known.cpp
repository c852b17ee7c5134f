#include "compiler/import/Known.h"

#include "compiler/ir/Boundary.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace barecc {

std::vector<std::string> inputsBehind(Value value)
{
    llvm::SetVector<Value> reached;
    std::map<unsigned, std::string> names; // by argument
    reached.insert(value);
    for (size_t next = 0; next < reached.size(); ++next) {
        Operation *from = reached[next].getDefiningOp();
        if (auto argument = dyn_cast<BlockArgument>(reached[next])) {
            from = argument.getOwner()->getParentOp();
            if (auto function = dyn_cast<func::FuncOp>(from)) {
                // Arguments of subgraphs and states have no name: what they hold changes from run to run. Those of states
                // are not in the function's type yet.
                if (argument.getArgNumber() >= function.getNumArguments())
                    continue;
                if (auto name = function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), boundary::name))
                    names[argument.getArgNumber()] = name.str();
                continue;
            }
        }
        // What the bodies of operations read counts too.
        from->walk([&](Operation *op) { reached.insert_range(op->getOperands()); });
    }
    std::vector<std::string> inOrder;
    inOrder.reserve(names.size());
    for (auto &[number, name] : names)
        inOrder.push_back(name);
    return inOrder;
}

std::string unknownValueMessage(StringRef what, const std::vector<std::string> &inputs, const Budget &budget)
{
    if (inputs.empty() && budget.isExhausted(Limit::FoldedPoints))
        return (what + " has to be known at compile time, but with it the model has " +
                budget.excess(Limit::FoldedPoints))
            .str();
    if (inputs.empty())
        return (what + " has to be known at compile time, but is computed at run time, as by a loop, or in a way that "
                       "barecc does not fold; simplify the model")
            .str();
    std::string names, options;
    for (const std::string &input : inputs) {
        names += (names.empty() ? "'" : ", '") + input + "'";
        options += " --constant " + input + "=FILE.npy";
    }
    const bool one = inputs.size() == 1;
    return (what + " is computed from input" + (one ? " " : "s ") + names +
            ", but has to be known at compile time; give " + (one ? "its value" : "their values") + " with" + options)
        .str();
}

void addNames(std::vector<std::string> &all, const std::vector<std::string> &names)
{
    for (const std::string &name : names)
        if (!llvm::is_contained(all, name))
            all.push_back(name);
}

} // namespace barecc
