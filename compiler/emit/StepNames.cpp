#include "compiler/emit/StepNames.h"

#include "compiler/emit/Layers.h"
#include "compiler/kernel/Registry.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace barecc {

/// "conv2d" for all kernels of convolutions, "add_relu" for loops.
static std::string whatItDoes(kernel::KernelOpInterface op)
{
    auto call = dyn_cast<kernel::CallOp>(*op);
    const KernelRecord *record = call ? findKernel(call.getCallee()) : nullptr;
    const std::string name = record ? record->op.str() : op.getName();
    // C99 promises that 31 characters of an external name count; the number and the role are to be among them.
    constexpr size_t longest = 16;
    return name.size() <= longest ? name : name.substr(0, std::min(longest, name.rfind('_', longest)));
}

std::vector<std::string> stepNames(const FunctionPlan &plan)
{
    std::vector<std::string> names;
    for (const PlannedCall &call : plan.calls)
        names.push_back(whatItDoes(call.op) + "_" + std::to_string(names.size() + 1));
    return names;
}

/// What an operand of a step is to its kernel, if it has one.
static std::optional<StringRef> roleOf(Operation *step, unsigned operand)
{
    if (auto rows = dyn_cast<kernel::RowsOp>(step)) {
        for (auto [i, value] : llvm::enumerate(rows.getProducer().getInputs()))
            if (kernel::RowsOp::inputOf(value) == operand)
                return roleOf(rows.getProducer(), unsigned(i));
        return std::nullopt;
    }
    auto call = dyn_cast<kernel::CallOp>(step);
    return call ? std::optional(roleName(Role(call.getRoles()[operand]))) : std::nullopt;
}

std::string parameterName(Operation *step, unsigned operand)
{
    std::optional<StringRef> role = roleOf(step, operand);
    return role ? role->str() : operandName(operand);
}

std::vector<std::string> constantNames(const MemoryPlan &plan)
{
    std::vector<std::string> names(plan.constants.size());
    auto nameThoseOf = [&](const FunctionPlan &function, const std::string &prefix) {
        const std::vector<std::string> steps = stepNames(function);
        for (auto [call, step] : llvm::zip(function.calls, steps))
            for (auto [i, place] : llvm::enumerate(call.inputs))
                if (place.space == MemorySpace::Constant && names[place.index].empty())
                    names[place.index] = prefix + step + "_" + roleOf(call.op, unsigned(i)).value_or("constant").str();
    };
    nameThoseOf(plan, "");
    for (const auto &[symbol, function] : plan.subgraphs)
        nameThoseOf(function, baseName(symbol.getValue()).str() + "_");
    for (auto [i, state] : llvm::enumerate(plan.states))
        if (state.constant && names[*state.constant].empty())
            names[*state.constant] = "state_" + std::to_string(i + 1) + "_initial";
    return names;
}

} // namespace barecc
