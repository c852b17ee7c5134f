#include "compiler/plan/Liveness.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace barecc::plan {

/// Up to this many aliases that compete in one step, all combinations are tried.
static constexpr size_t maxOffersForExactChoice = 8;

Accesses findAccesses(const AllocationProblem &problem)
{
    Accesses accesses;
    accesses.ofStep.resize(problem.steps.size());
    accesses.count.resize(problem.buffers.size());
    for (auto [step, touched] : zip(problem.steps, accesses.ofStep)) {
        touched.append(step.reads.begin(), step.reads.end());
        touched.append(step.writes.begin(), step.writes.end());
        llvm::sort(touched);
        touched.erase(llvm::unique(touched), touched.end());
        for (BufferId id : touched)
            ++accesses.count[id];
    }
    return accesses;
}

std::vector<LiveRange> findLiveRanges(const AllocationProblem &problem, const Accesses &accesses,
                                      ArrayRef<StepId> order)
{
    std::vector<LiveRange> ranges(problem.buffers.size());
    for (auto [id, buffer] : enumerate(problem.buffers))
        if (buffer.isInput)
            ranges[id] = {0, 0};
    for (auto [position, step] : enumerate(order)) {
        uint32_t time = static_cast<uint32_t>(position) + 1;
        for (BufferId id : accesses.ofStep[step]) {
            if (ranges[id].first > ranges[id].last)
                ranges[id].first = time;
            ranges[id].last = time;
        }
    }
    for (auto [id, buffer] : enumerate(problem.buffers))
        if (buffer.isOutput)
            ranges[id].last = static_cast<uint32_t>(order.size()) + 1;
    return ranges;
}

/// Takes the aliases in the order given, as long as each buffer has part in one only.
static int64_t takeWhatFits(const AllocationProblem &problem, ArrayRef<Alias> offers, SmallVectorImpl<Alias> &taken)
{
    int64_t saving = 0;
    taken.clear();
    for (const Alias &offer : offers) {
        bool inUse = any_of(
            taken, [&](const Alias &other) { return other.output == offer.output || other.input == offer.input; });
        if (inUse)
            continue;
        saving += aliasSaving(problem, offer.output, offer.input);
        taken.push_back(offer);
    }
    return saving;
}

void chooseAliases(const AllocationProblem &problem, StepId step, function_ref<bool(BufferId)> isBornHere,
                   function_ref<bool(BufferId)> diesHere, SmallVectorImpl<Alias> &taken)
{
    taken.clear();
    SmallVector<Alias, 4> offers;
    for (const Alias &offer : problem.steps[step].mayAlias)
        if (aliasSaving(problem, offer.output, offer.input) > 0 && isBornHere(offer.output) && diesHere(offer.input))
            offers.push_back(offer);
    if (offers.empty())
        return;
    SmallVector<Alias, 4> sorted;
    while (!offers.empty()) {
        // The earliest of those that save most.
        auto largest = std::max_element(offers.begin(), offers.end(), [&](const Alias &a, const Alias &b) {
            return aliasSaving(problem, a.output, a.input) < aliasSaving(problem, b.output, b.input);
        });
        sorted.push_back(*largest);
        offers.erase(largest);
    }
    int64_t best = takeWhatFits(problem, sorted, taken);
    bool oneOutput = all_of(sorted, [&](const Alias &offer) { return offer.output == sorted[0].output; });
    if (oneOutput || sorted.size() > maxOffersForExactChoice)
        return;
    SmallVector<Alias, 4> subset, candidate;
    for (uint32_t mask = 1; mask < 1u << sorted.size(); ++mask) {
        subset.clear();
        for (size_t i = 0; i < sorted.size(); ++i)
            if (mask >> i & 1)
                subset.push_back(sorted[i]);
        int64_t saving = takeWhatFits(problem, subset, candidate);
        if (saving > best) {
            best = saving;
            taken.assign(candidate.begin(), candidate.end());
        }
    }
}

std::vector<TakenAlias> chooseAliases(const AllocationProblem &problem, ArrayRef<StepId> order,
                                      ArrayRef<LiveRange> ranges)
{
    std::vector<TakenAlias> all;
    SmallVector<Alias, 4> taken;
    for (auto [position, step] : enumerate(order)) {
        uint32_t time = static_cast<uint32_t>(position) + 1;
        chooseAliases(
            problem, step, [&](BufferId id) { return ranges[id].first == time; },
            [&](BufferId id) { return ranges[id].last == time; }, taken);
        for (const Alias &alias : taken)
            all.push_back({step, alias.output, alias.input});
    }
    return all;
}

std::vector<int64_t> findLiveBytes(const AllocationProblem &problem, ArrayRef<StepId> order, ArrayRef<LiveRange> ranges,
                                   ArrayRef<TakenAlias> aliases)
{
    // Changes from one moment to the next, summed up at the end.
    std::vector<int64_t> bytes(order.size() + 3);
    for (auto [buffer, range] : zip(problem.buffers, ranges)) {
        if (range.first > range.last)
            continue;
        bytes[range.first] += paddedBytes(buffer);
        bytes[range.last + 1] -= paddedBytes(buffer);
    }
    for (size_t time = 1; time < bytes.size(); ++time)
        bytes[time] += bytes[time - 1];
    bytes.pop_back();
    for (auto [position, step] : enumerate(order))
        bytes[position + 1] += paddedWorkspace(problem.steps[step]);
    for (const TakenAlias &alias : aliases)
        bytes[ranges[alias.output].first] -= aliasSaving(problem, alias.output, alias.input);
    return bytes;
}

} // namespace barecc::plan
