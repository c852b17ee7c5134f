#include "compiler/plan/OrderSearch.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace barecc::plan {
namespace {

/// For each step the set of its ancestors and the set of its descendants, itself included in both.
struct Relatives {
    std::vector<BitVector> ancestors;
    std::vector<BitVector> descendants;
};

Relatives findRelatives(const Region &region)
{
    uint32_t size = region.size();
    Relatives relatives{std::vector<BitVector>(size, BitVector(size)), std::vector<BitVector>(size, BitVector(size))};
    for (uint32_t step = 0; step < size; ++step) {
        relatives.ancestors[step].set(step);
        for (uint32_t after : region.successors(step))
            relatives.ancestors[after] |= relatives.ancestors[step];
    }
    for (uint32_t step = size; step-- > 0;) {
        relatives.descendants[step].set(step);
        for (uint32_t after : region.successors(step))
            relatives.descendants[step] |= relatives.descendants[after];
    }
    return relatives;
}

/// The most that aliases can save in a step, whatever is born and dies in it.
int64_t largestSaving(const AllocationProblem &problem, StepId step)
{
    SmallVector<Alias, 4> taken;
    auto always = [](BufferId) { return true; };
    // Among very many aliases the choice is greedy, which saves at least half of what can be saved.
    chooseAliases(problem, step, always, always, taken);
    int64_t saving = 0;
    for (const Alias &alias : taken)
        saving += aliasSaving(problem, alias.output, alias.input);
    return taken.size() > 8 ? 2 * saving : saving;
}

} // namespace

int64_t boundOfAllOrders(const Region &region)
{
    const AllocationProblem &problem = region.problem();
    uint32_t size = region.size();
    std::vector<SmallVector<uint32_t, 4>> usersOf(region.buffers().size());
    for (uint32_t step = 0; step < size; ++step)
        for (uint32_t buffer : region.touchedBy(step))
            usersOf[buffer].push_back(step);
    int64_t passing = region.entryBytes();
    for (const Region::LocalBuffer &buffer : region.buffers())
        if (buffer.bornBefore)
            passing -= buffer.bytes;

    Relatives relatives = findRelatives(region);

    // mustLive[step]: bytes live at the step in every order.
    std::vector<int64_t> mustLive(size, passing);
    for (auto [buffer, users] : zip(region.buffers(), usersOf)) {
        BitVector born(size, buffer.bornBefore), needed(size, buffer.livesAfter), live(size);
        for (uint32_t user : users) {
            live.set(user);
            born |= relatives.descendants[user];
            needed |= relatives.ancestors[user];
        }
        born &= needed;
        live |= born;
        for (uint32_t step : live.set_bits())
            mustLive[step] += buffer.bytes;
    }
    int64_t bound = 0;
    for (uint32_t step = 0; step < size; ++step) {
        StepId id = region.begin() + step;
        bound = std::max(bound, mustLive[step] + paddedWorkspace(problem.steps[id]) - largestSaving(problem, id));
    }
    return bound;
}

} // namespace barecc::plan
