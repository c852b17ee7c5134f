#include "compiler/emit/ArenaMap.h"

#include "compiler/emit/CType.h"
#include "compiler/emit/StepNames.h"
#include "compiler/emit/Text.h"
#include "compiler/ir/Constants.h"

#include "llvm/ADT/STLExtras.h"

#include <map>

using namespace mlir;

namespace barecc {

/// Bytes from the first element of an operand to the end of its last.
static int64_t extentOf(const BufferPlace &place, Value value)
{
    int64_t last = 0;
    for (auto [size, stride] : llvm::zip(shapeOf(value), place.strides)) {
        if (size == 0)
            return 0;
        last += (size - 1) * stride;
    }
    return (last + 1) * byteWidth(elementOf(value));
}

ArenaMap::ArenaMap(const FunctionPlan &plan, const Names &program)
    : arena(plan.arena()), names(Names::inside(program)), steps(stepNames(plan))
{
    for (auto [i, call] : llvm::enumerate(plan.calls)) {
        kernel::KernelOpInterface op = call.op;
        for (auto [place, value] : llvm::zip(call.inputs, op->getOperands()))
            add(place, value, i + 1, "_input");
        for (auto [place, value] : llvm::zip(call.outputs, op->getResults()))
            add(place, value, i + 1, "_output");
        workspaces.push_back(
            {{names.unique(steps[i] + "_workspace"), call.workspaceOffset, call.workspaceBytes}, i + 1, i + 1, ""});
    }
}

void ArenaMap::add(const BufferPlace &place, Value value, size_t step, const char *role)
{
    if (!place.isIn(arenaRegion))
        return;
    Part &part = buffers[place.buffer];
    const int64_t end = place.offset + extentOf(place, value);
    if (part.name.empty())
        part = {{names.unique(steps[step - 1] + role), place.offset}, step, step, arrayText(value)};
    const int64_t lastEnd = std::max(part.offset + part.bytes, end);
    part.offset = std::min(part.offset, place.offset);
    part.bytes = lastEnd - part.offset;
    part.lastStep = step;
}

c::Expr ArenaMap::address(const BufferPlace &place)
{
    return addressIn(arena, buffers.find(place.buffer)->second, place.offset);
}

c::Expr ArenaMap::workspace(size_t call) { return addressIn(arena, workspaces[call], workspaces[call].offset); }

/// "steps 1 to 2", "step 3".
static std::string stepRange(size_t first, size_t last)
{
    return first == last ? "step " + std::to_string(first)
                         : "steps " + std::to_string(first) + " to " + std::to_string(last);
}

c::Block ArenaMap::declarations() const
{
    std::multimap<size_t, const Part *> byStep; // at each step in the order they are added
    for (const auto &[number, part] : buffers)
        byStep.emplace(part.firstStep, &part);
    for (const Part &part : workspaces)
        byStep.emplace(part.firstStep, &part);
    c::Block block;
    for (const auto &[step, part] : byStep) {
        if (!part->isUsed)
            continue;
        if (block.empty())
            block.push_back(c::Comment("The arena: where in it lies what a step computes, or uses while it runs."));
        block.push_back(declarationOf(*part, stepRange(part->firstStep, part->lastStep) +
                                                 (part->holds.empty() ? "" : ": " + part->holds)));
    }
    if (!block.empty())
        block.push_back(c::EmptyLine{});
    return block;
}

} // namespace barecc
