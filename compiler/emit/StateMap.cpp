#include "compiler/emit/StateMap.h"

#include "compiler/emit/Text.h"
#include "compiler/ir/Boundary.h"
#include "compiler/ir/State.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace barecc {

StateMap::StateMap(const MemoryPlan &plan, const Names &program) : plan(plan)
{
    Names names = Names::inside(program);
    for (auto [i, state] : llvm::enumerate(plan.states))
        parts.push_back({names.unique("state_" + std::to_string(i + 1)), state.offset, state.bytes});
}

c::Expr StateMap::address(unsigned state, int64_t offset) { return addressIn(plan.state(), parts[state], offset); }

c::Block StateMap::declarations() const
{
    c::Block block;
    func::FuncOp main = plan.function;
    for (auto [part, argument] : llvm::zip(parts, stateArguments(main))) {
        if (!part.isUsed)
            continue;
        if (block.empty())
            block.push_back(c::Comment("The state: where in it lies what a run leaves for the next."));
        auto name = main.getArgAttrOfType<StringAttr>(argument, boundary::state);
        block.push_back(declarationOf(part, "'" + commentText(name.getValue()) +
                                                "' of the model: " + arrayText(main.getArgument(argument))));
    }
    if (!block.empty())
        block.push_back(c::EmptyLine{});
    return block;
}

} // namespace barecc
