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

ArenaMap::ArenaMap(const FunctionPlan &plan, Names names) : names(std::move(names)), steps(stepNames(plan))
{
    for (auto [i, call] : llvm::enumerate(plan.calls)) {
        kernel::KernelOpInterface op = call.op;
        for (auto [place, value] : llvm::zip(call.inputs, op->getOperands()))
            add(place, value, i + 1, "_input");
        for (auto [place, value] : llvm::zip(call.outputs, op->getResults()))
            add(place, value, i + 1, "_output");
        workspaces.push_back({this->names.unique(steps[i] + "_workspace"), call.workspaceOffset, call.workspaceBytes,
                              i + 1, i + 1, "", false});
    }
}

void ArenaMap::add(const BufferPlace &place, Value value, size_t step, const char *role)
{
    if (!place.isIn(arenaRegion))
        return;
    Part &part = buffers[place.buffer];
    const int64_t end = place.offset + extentOf(place, value);
    if (part.name.empty())
        part = {names.unique(steps[step - 1] + role), place.offset, 0, step, step, arrayText(value), false};
    const int64_t lastEnd = std::max(part.offset + part.bytes, end);
    part.offset = std::min(part.offset, place.offset);
    part.bytes = lastEnd - part.offset;
    part.lastStep = step;
}

std::string ArenaMap::offset(const BufferPlace &place)
{
    Part &part = buffers.find(place.buffer)->second;
    part.isUsed = true;
    return place.offset == part.offset ? part.name : part.name + " + " + std::to_string(place.offset - part.offset);
}

std::string ArenaMap::workspace(size_t call)
{
    workspaces[call].isUsed = true;
    return workspaces[call].name;
}

std::string ArenaMap::declarations() const
{
    std::multimap<size_t, const Part *> byStep; // at each step in the order they are added
    for (const auto &[number, part] : buffers)
        byStep.emplace(part.firstStep, &part);
    for (const Part &part : workspaces)
        byStep.emplace(part.firstStep, &part);
    std::vector<const Part *> parts;
    for (const auto &[step, part] : byStep)
        if (part->isUsed)
            parts.push_back(part);
    if (parts.empty())
        return "";
    auto definition = [](const Part *part) {
        return "    const size_t " + part->name + " = " + std::to_string(part->offset) + ";";
    };
    size_t width = 0;
    for (const Part *part : parts)
        width = std::max(width, definition(part).size());
    std::string text = "    /* The arena: where in it lies what a step computes, or uses while it runs. */\n";
    for (const Part *part : parts) {
        const std::string left = definition(part);
        text += left + std::string(width - left.size(), ' ') + " /* " + std::to_string(part->bytes) +
                (part->bytes == 1 ? " byte, " : " bytes, ") +
                (part->firstStep == part->lastStep
                     ? "step " + std::to_string(part->firstStep)
                     : "steps " + std::to_string(part->firstStep) + " to " + std::to_string(part->lastStep)) +
                (part->holds.empty() ? "" : ": " + part->holds) + " */\n";
    }
    return text + "\n";
}

} // namespace barecc
