#include "compiler/plan/Plan.h"
#include "compiler/plan/Order.h"
#include "compiler/plan/Place.h"

#include "llvm/ADT/STLExtras.h"

#include <numeric>
#include <optional>
#include <tuple>

using namespace llvm;

namespace barecc::plan {
namespace {

/// What the placement works on: one unit for each chain of aliased buffers, one for each workspace.
struct Units {
    std::vector<Unit> units;
    /// By buffer and by step: its unit; none for what takes no memory.
    std::vector<std::optional<uint32_t>> ofBuffer;
    std::vector<std::optional<uint32_t>> ofWorkspace;
};

Units makeUnits(const AllocationProblem &problem, ArrayRef<StepId> order, ArrayRef<LiveRange> ranges,
                ArrayRef<TakenAlias> aliases)
{
    Units result;
    result.ofBuffer.resize(problem.buffers.size());
    result.ofWorkspace.resize(problem.steps.size());
    auto newUnit = [&] {
        result.units.emplace_back();
        return static_cast<uint32_t>(result.units.size() - 1);
    };
    auto extend = [&](uint32_t unit, uint32_t first, uint32_t last, int64_t bytes, int64_t alignment) {
        result.units[unit].extents.push_back({first, last, bytes});
        result.units[unit].alignment = std::max(result.units[unit].alignment, alignment);
    };
    // Aliases stand in the order of execution, so an input that is an output of another has its unit already.
    for (const TakenAlias &alias : aliases) {
        std::optional<uint32_t> &unit = result.ofBuffer[alias.input];
        if (!unit)
            unit = newUnit();
        result.ofBuffer[alias.output] = unit;
    }
    for (auto [id, buffer] : enumerate(problem.buffers)) {
        LiveRange range = ranges[id];
        if (buffer.bytes == 0 || range.first > range.last)
            continue;
        std::optional<uint32_t> &unit = result.ofBuffer[id];
        if (!unit)
            unit = newUnit();
        extend(*unit, range.first, range.last, paddedBytes(buffer), buffer.alignment);
    }
    for (auto [position, id] : enumerate(order)) {
        const Step &step = problem.steps[id];
        if (step.workspaceBytes == 0)
            continue;
        uint32_t time = static_cast<uint32_t>(position) + 1;
        uint32_t unit = newUnit();
        result.ofWorkspace[id] = unit;
        extend(unit, time, time, paddedWorkspace(step), step.workspaceAlignment);
    }
    return result;
}

/// Leaves out the aliases without which no moment exceeds the lower bound: what they tie together could be placed
/// apart.
std::vector<TakenAlias> necessaryAliases(const AllocationProblem &problem, ArrayRef<TakenAlias> aliases,
                                         ArrayRef<LiveRange> ranges, std::vector<int64_t> liveBytes, int64_t lowerBound)
{
    std::vector<TakenAlias> kept;
    for (const TakenAlias &alias : aliases) {
        int64_t &live = liveBytes[ranges[alias.output].first];
        int64_t saving = aliasSaving(problem, alias.output, alias.input);
        if (live + saving <= lowerBound)
            live += saving;
        else
            kept.push_back(alias);
    }
    return kept;
}

/// Aliases and addresses for one order.
class OrderPlanner {
public:
    OrderPlanner(const AllocationProblem &problem, const Accesses &accesses, ArrayRef<StepId> order)
        : problem(problem), order(order), ranges(findLiveRanges(problem, accesses, order))
    {
    }

    Plan run()
    {
        std::vector<TakenAlias> aliases = chooseAliases(problem, order, ranges);
        Plan plan = placeWith(aliases);
        if (plan.arenaBytes == plan.lowerBound)
            return plan;
        std::vector<int64_t> liveBytes = findLiveBytes(problem, order, ranges, aliases);
        std::vector<TakenAlias> fewer =
            necessaryAliases(problem, aliases, ranges, std::move(liveBytes), plan.lowerBound);
        if (fewer.size() == aliases.size())
            return plan;
        Plan freer = placeWith(fewer);
        return freer.arenaBytes < plan.arenaBytes ? freer : plan;
    }

private:
    Plan placeWith(ArrayRef<TakenAlias> aliases) const
    {
        std::vector<int64_t> liveBytes = findLiveBytes(problem, order, ranges, aliases);
        Units units = makeUnits(problem, order, ranges, aliases);
        const Placement placement = place(units.units, liveBytes);
        Plan plan;
        plan.order.assign(order.begin(), order.end());
        plan.aliases.assign(aliases.begin(), aliases.end());
        auto offsetOf = [&](std::optional<uint32_t> unit) { return unit ? placement.offsets[*unit] : 0; };
        for (std::optional<uint32_t> unit : units.ofBuffer)
            plan.offsets.push_back(offsetOf(unit));
        for (std::optional<uint32_t> unit : units.ofWorkspace)
            plan.workspaceOffsets.push_back(offsetOf(unit));
        for (const Unit &unit : units.units)
            plan.arenaAlignment = std::max(plan.arenaAlignment, unit.alignment);
        plan.arenaBytes = placement.peak;
        plan.lowerBound = *std::max_element(liveBytes.begin(), liveBytes.end());
        plan.placementIsOptimal = placement.isOptimal;
        return plan;
    }

    const AllocationProblem &problem;
    ArrayRef<StepId> order;
    std::vector<LiveRange> ranges;
};

} // namespace

Expected<Plan> solve(const AllocationProblem &problem)
{
    if (Error error = validate(problem))
        return std::move(error);
    const Dependences dependences = findDependences(problem);
    Accesses accesses = findAccesses(problem);

    OrderChoice choice = chooseOrder(problem, accesses, dependences);
    Plan plan = OrderPlanner(problem, accesses, choice.order).run();
    plan.orderIsOptimal = choice.isOptimal;
    if (plan.arenaBytes > plan.lowerBound && !llvm::is_sorted(choice.order)) {
        // The new order is better by its live bytes, but what counts is what it can be packed into.
        std::vector<StepId> givenOrder(problem.steps.size());
        std::iota(givenOrder.begin(), givenOrder.end(), StepId(0));
        Plan given = OrderPlanner(problem, accesses, givenOrder).run();
        if (given.arenaBytes <= plan.arenaBytes)
            plan = std::move(given);
    }
    if (Error error = verify(problem, plan))
        return std::move(error);
    return plan;
}

PeakMoment findPeak(const AllocationProblem &problem, const Plan &plan)
{
    std::vector<LiveRange> ranges = findLiveRanges(problem, findAccesses(problem), plan.order);
    std::vector<int64_t> liveBytes = findLiveBytes(problem, plan.order, ranges, plan.aliases);
    auto worst = std::max_element(liveBytes.begin(), liveBytes.end());
    size_t time = static_cast<size_t>(worst - liveBytes.begin());

    PeakMoment peak{"", *worst, {}};
    for (auto [buffer, range] : zip(problem.buffers, ranges))
        if (buffer.bytes > 0 && range.first <= time && time <= range.last)
            peak.entries.push_back({buffer.name, buffer.bytes, false});
    if (time > 0 && time <= plan.order.size()) {
        const Step &step = problem.steps[plan.order[time - 1]];
        peak.step = step.name;
        if (step.workspaceBytes > 0)
            peak.entries.push_back({step.name, step.workspaceBytes, true});
    }
    llvm::sort(peak.entries, [](const PeakEntry &a, const PeakEntry &b) {
        return std::tie(b.bytes, a.name, a.isWorkspace) < std::tie(a.bytes, b.name, b.isWorkspace);
    });
    return peak;
}

} // namespace barecc::plan
