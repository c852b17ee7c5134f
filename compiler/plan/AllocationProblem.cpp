#include "compiler/plan/AllocationProblem.h"

#include "llvm/ADT/STLExtras.h"

#include <limits>

using namespace llvm;

namespace barecc::plan {
namespace {

Error invalid(const Twine &message) { return createStringError(inconvertibleErrorCode(), "memory plan: " + message); }

/// Adds one size to the running total.
Error addToTotal(const std::string &name, int64_t bytes, int64_t alignment, int64_t &total)
{
    if (bytes < 0)
        return invalid("'" + name + "' has a negative size");
    if (alignment <= 0 || alignment > maxAlignment || !isPowerOf2_64(static_cast<uint64_t>(alignment)))
        return invalid("'" + name + "' has the alignment " + Twine(alignment) + ", which is no power of two up to " +
                       Twine(maxAlignment));
    // Twice the alignment: once for rounding the size up, once for a gap below it.
    if (bytes > maxTotalBytes - 2 * alignment - total)
        return invalid("the buffers are too large to address, from '" + name + "' on");
    total += bytes + 2 * alignment;
    return Error::success();
}

Error validateSizes(const AllocationProblem &problem)
{
    int64_t total = 0;
    for (const Buffer &buffer : problem.buffers)
        if (Error error = addToTotal(buffer.name, buffer.bytes, buffer.alignment, total))
            return error;
    for (const Step &step : problem.steps)
        if (Error error = addToTotal(step.name, step.workspaceBytes, step.workspaceAlignment, total))
            return error;
    return Error::success();
}

Error validateStep(const AllocationProblem &problem, const Step &step, const std::vector<bool> &written)
{
    for (ArrayRef<BufferId> ids : {ArrayRef<BufferId>(step.reads), ArrayRef<BufferId>(step.writes)})
        for (BufferId id : ids)
            if (id >= problem.buffers.size())
                return invalid("step '" + step.name + "' uses a buffer that does not exist");
    for (BufferId id : step.reads)
        if (!written[id])
            return invalid("step '" + step.name + "' reads '" + problem.buffers[id].name + "' before it is written");
    for (const Alias &alias : step.mayAlias)
        if (!is_contained(step.writes, alias.output) || !is_contained(step.reads, alias.input) ||
            is_contained(step.writes, alias.input))
            return invalid("step '" + step.name + "' has an alias that is not of an output on a pure input");
    return Error::success();
}

} // namespace

Error validate(const AllocationProblem &problem)
{
    constexpr size_t maxCount = std::numeric_limits<uint32_t>::max() / 4;
    if (problem.buffers.size() > maxCount || problem.steps.size() > maxCount)
        return invalid("too many buffers or steps");
    if (Error error = validateSizes(problem))
        return error;

    std::vector<bool> written(problem.buffers.size());
    for (auto [id, buffer] : enumerate(problem.buffers))
        written[id] = buffer.isInput;
    for (const Step &step : problem.steps) {
        if (Error error = validateStep(problem, step, written))
            return error;
        for (BufferId id : step.writes)
            written[id] = true;
    }
    for (auto [id, buffer] : enumerate(problem.buffers))
        if (buffer.isOutput && !written[id])
            return invalid("nothing writes the output '" + buffer.name + "'");
    for (const ExtraEdge &edge : problem.extraEdges)
        if (edge.before >= edge.after || edge.after >= problem.steps.size())
            return invalid("an extra edge does not point from a step to a later one");
    return Error::success();
}

} // namespace barecc::plan
