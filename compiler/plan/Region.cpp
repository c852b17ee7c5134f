#include "compiler/plan/Region.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace barecc::plan {

Region::Region(const AllocationProblem &problem, const Accesses &accesses, const Dependences &dependences,
               ArrayRef<LiveRange> ranges, ArrayRef<int64_t> entryBytes, StepId begin, StepId end)
    : problemRef(problem), firstStep(begin), bytesAtEntry(entryBytes[begin]), touched(end - begin),
      successorLists(end - begin), predecessorCounts(end - begin)
{
    DenseMap<BufferId, uint32_t> numbers;
    for (StepId step = begin; step < end; ++step) {
        for (BufferId id : accesses.ofStep[step]) {
            auto [entry, isNew] = numbers.try_emplace(id, static_cast<uint32_t>(localBuffers.size()));
            if (isNew) {
                localBuffers.push_back(
                    {id, paddedBytes(problem.buffers[id]), 0, ranges[id].first<begin + 1, ranges[id].last> end});
                users.emplace_back();
            }
            ++localBuffers[entry->second].accesses;
            touched[step - begin].push_back(entry->second);
            users[entry->second].push_back(step - begin);
        }
        for (StepId after : dependences.stepsAfter(step, begin, end)) {
            successorLists[step - begin].push_back(after - begin);
            ++predecessorCounts[after - begin];
        }
    }
}

std::vector<int64_t> findEntryBytes(const AllocationProblem &problem, ArrayRef<LiveRange> ranges)
{
    // Entry to position p is between the times p and p + 1.
    std::vector<int64_t> bytes(problem.steps.size() + 1);
    for (auto [buffer, range] : zip(problem.buffers, ranges)) {
        if (range.first >= range.last)
            continue;
        bytes[range.first] += paddedBytes(buffer);
        if (range.last < bytes.size())
            bytes[range.last] -= paddedBytes(buffer);
    }
    for (size_t position = 1; position < bytes.size(); ++position)
        bytes[position] += bytes[position - 1];
    return bytes;
}

Frontier::Frontier(const Region &region) : Frontier(region, BitVector(region.size())) {}

Frontier::Frontier(const Region &region, const BitVector &executed)
    : region(&region), executedSteps(executed), count(executed.count()), live(region.entryBytes()), costs(region.size())
{
    for (const Region::LocalBuffer &buffer : region.buffers())
        remainingAccesses.push_back(buffer.accesses);
    for (uint32_t step = 0; step < region.size(); ++step)
        pendingPredecessors.push_back(region.predecessorCount(step));
    for (uint32_t step : executed.set_bits()) {
        for (uint32_t buffer : region.touchedBy(step))
            --remainingAccesses[buffer];
        for (uint32_t after : region.successors(step))
            --pendingPredecessors[after];
    }
    for (auto [buffer, remaining] : zip(region.buffers(), remainingAccesses)) {
        if (!buffer.bornBefore && remaining < buffer.accesses)
            live += buffer.bytes;
        if (!buffer.livesAfter && remaining == 0)
            live -= buffer.bytes;
    }
    for (uint32_t step = 0; step < region.size(); ++step)
        if (isReady(step))
            becomeReady(step);
}

/// Whether the next access of the buffer is its first.
bool Frontier::isBornBy(uint32_t buffer) const
{
    const Region::LocalBuffer &local = region->buffers()[buffer];
    return !local.bornBefore && remainingAccesses[buffer] == local.accesses;
}

/// Whether the next access of the buffer is its last.
bool Frontier::diesBy(uint32_t buffer) const
{
    return !region->buffers()[buffer].livesAfter && remainingAccesses[buffer] == 1;
}

Frontier::Cost Frontier::computeCost(uint32_t step) const
{
    int64_t born = 0, dying = 0;
    for (uint32_t buffer : region->touchedBy(step)) {
        if (isBornBy(buffer))
            born += region->buffers()[buffer].bytes;
        if (diesBy(buffer))
            dying += region->buffers()[buffer].bytes;
    }
    const AllocationProblem &problem = region->problem();
    StepId id = region->begin() + step;
    int64_t saving = 0;
    if (!problem.steps[id].mayAlias.empty()) {
        auto local = [&](BufferId buffer) {
            return *find_if(region->touchedBy(step),
                            [&](uint32_t candidate) { return region->buffers()[candidate].id == buffer; });
        };
        SmallVector<Alias, 4> taken;
        chooseAliases(
            problem, id, [&](BufferId buffer) { return isBornBy(local(buffer)); },
            [&](BufferId buffer) { return diesBy(local(buffer)); }, taken);
        for (const Alias &alias : taken)
            saving += aliasSaving(problem, alias.output, alias.input);
    }
    return {born + paddedWorkspace(problem.steps[id]) - saving, born - dying};
}

void Frontier::becomeReady(uint32_t step)
{
    costs[step] = computeCost(step);
    enterReady(step);
}

void Frontier::enterReady(uint32_t step)
{
    readySteps.insert(lower_bound(readySteps, step), step);
    if (costs[step].change <= 0)
        shrinkingSteps.insert(lower_bound(shrinkingSteps, step), step);
}

void Frontier::leaveReady(uint32_t step)
{
    readySteps.erase(lower_bound(readySteps, step));
    if (costs[step].change <= 0)
        shrinkingSteps.erase(lower_bound(shrinkingSteps, step));
}

/// Counts the accesses of a step. What others cost changes with a buffer's first access and with the last but one.
void Frontier::access(uint32_t step, bool isUndone)
{
    for (uint32_t buffer : region->touchedBy(step)) {
        const uint32_t before = remainingAccesses[buffer] + isUndone, after = before - 1;
        remainingAccesses[buffer] = isUndone ? before : after;
        if (before != region->buffers()[buffer].accesses && after != 1)
            continue;
        for (uint32_t user : region->usersOf(buffer)) {
            if (!isReady(user))
                continue;
            leaveReady(user);
            becomeReady(user);
        }
    }
}

void Frontier::execute(uint32_t step)
{
    live += costs[step].change;
    executedSteps.set(step);
    ++count;
    leaveReady(step);
    access(step, /*isUndone=*/false);
    for (uint32_t after : region->successors(step))
        if (--pendingPredecessors[after] == 0)
            becomeReady(after);
}

void Frontier::undo(uint32_t step)
{
    for (uint32_t after : region->successors(step))
        if (pendingPredecessors[after]++ == 0)
            leaveReady(after);
    access(step, /*isUndone=*/true);
    executedSteps.reset(step);
    --count;
    enterReady(step); // what it costs is as it was
    live -= costs[step].change;
}

} // namespace barecc::plan
