// The state of a partly executed region is the set of executed steps: bytes live, and every later cost, follow from it.
// An order is a path from the empty set to the full one, and its peak is the largest cost on the path.
//
// Two rules keep the number of states small. A step that is the only one ready is executed at once. So is a step that
// neither raises the peak of the path so far nor the bytes that stay live: taking it first cannot hurt, because the
// change it makes to the live bytes only grows more favourable with what is executed before it, so every other step
// finds at most the bytes it would have found.
#include "compiler/plan/OrderSearch.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

#include <queue>
#include <utility>

using namespace llvm;

namespace barecc::plan {
namespace {

/// Limits on the work of one region, counted in steps looked at.
constexpr uint64_t exactEffort = 1'200'000;
constexpr uint64_t beamEffort = 1'200'000;
constexpr uint64_t maxBeamWidth = 64;

struct State {
    BitVector executed;
    uint32_t count = 0;
    /// Largest cost on the way here.
    int64_t peak = 0;
    int64_t liveBytes = 0;
    /// Where the path came from, and the steps since.
    uint32_t parent = 0;
    SmallVector<uint32_t, 4> steps;
};

class OrderSearch {
public:
    OrderSearch(const Region &region, int64_t currentPeak, int64_t goodEnough)
        : region(region), currentPeak(currentPeak), goodEnough(goodEnough)
    {
    }

    OrderSearchResult run();

private:
    bool searchExactly();
    void searchBeam();
    void begin();
    std::vector<State> expand(uint32_t index);
    void executeForced(Frontier &frontier, State &state);
    void finish(uint32_t index);

    const Region &region;
    const int64_t currentPeak;
    const int64_t goodEnough;
    uint64_t effort = 0;
    std::vector<State> states;
    std::optional<std::vector<uint32_t>> foundOrder;
    int64_t foundPeak = 0;
};

void step(Frontier &frontier, State &state, uint32_t next)
{
    state.peak = std::max(state.peak, frontier.cost(next).peak);
    frontier.execute(next);
    state.steps.push_back(next);
}

/// Executes what need not be tried in any other order.
void OrderSearch::executeForced(Frontier &frontier, State &state)
{
    while (!frontier.ready().empty() && state.peak < currentPeak) {
        ArrayRef<uint32_t> ready = frontier.ready();
        effort += ready.size();
        const bool isOnly = ready.size() == 1;
        ArrayRef<uint32_t> candidates = isOnly ? ready : frontier.shrinking();
        const uint32_t *next = find_if(
            candidates, [&](uint32_t candidate) { return isOnly || frontier.cost(candidate).peak <= state.peak; });
        if (next == candidates.end())
            break;
        step(frontier, state, *next);
    }
    state.executed = frontier.executed();
    state.count = frontier.executedCount();
    state.liveBytes = frontier.liveBytes();
}

/// Starts the list of states with the empty set.
void OrderSearch::begin()
{
    states.clear();
    effort = 0;
    State root;
    root.peak = goodEnough;
    Frontier frontier(region);
    executeForced(frontier, root);
    states.push_back(std::move(root));
}

/// The states one free choice further that still promise a lower peak.
std::vector<State> OrderSearch::expand(uint32_t index)
{
    Frontier frontier(region, states[index].executed);
    effort += region.size();
    const std::vector<uint32_t> ready = frontier.ready();
    std::vector<State> children;
    for (uint32_t next : ready) {
        State child;
        child.parent = index;
        child.peak = states[index].peak;
        effort += region.size() / 4;
        step(frontier, child, next);
        executeForced(frontier, child);
        for (uint32_t executed : reverse(child.steps))
            frontier.undo(executed);
        if (child.peak < currentPeak)
            children.push_back(std::move(child));
    }
    return children;
}

/// Follows the path to a full state back.
void OrderSearch::finish(uint32_t index)
{
    foundPeak = states[index].peak;
    std::vector<uint32_t> order;
    while (true) {
        order.insert(order.end(), states[index].steps.rbegin(), states[index].steps.rend());
        if (index == 0)
            break;
        index = states[index].parent;
    }
    std::reverse(order.begin(), order.end());
    foundOrder = std::move(order);
}

/// Best-first: the first full state taken from the queue has the lowest peak of all. Returns false if the effort ran
/// out.
bool OrderSearch::searchExactly()
{
    begin();
    if (states[0].peak >= currentPeak)
        return true;
    auto isWorse = [&](uint32_t a, uint32_t b) {
        const State &x = states[a], &y = states[b];
        if (x.peak != y.peak)
            return x.peak > y.peak;
        if (x.count != y.count)
            return x.count < y.count;
        return a > b;
    };
    std::priority_queue<uint32_t, std::vector<uint32_t>, decltype(isWorse)> queue(isWorse);
    DenseMap<BitVector, int64_t> bestPeak;
    queue.push(0);
    while (!queue.empty()) {
        uint32_t index = queue.top();
        queue.pop();
        if (states[index].count == region.size()) {
            finish(index);
            return true;
        }
        if (effort > exactEffort)
            return false;
        auto known = bestPeak.find(states[index].executed);
        if (known != bestPeak.end() && known->second < states[index].peak)
            continue;
        for (State &child : expand(index)) {
            auto [entry, isNew] = bestPeak.try_emplace(child.executed, child.peak);
            if (!isNew && entry->second <= child.peak)
                continue;
            entry->second = child.peak;
            states.push_back(std::move(child));
            queue.push(static_cast<uint32_t>(states.size() - 1));
        }
    }
    return true;
}

/// Keeps only the best few of all states with the same number of executed steps.
void OrderSearch::searchBeam()
{
    begin();
    if (states[0].peak >= currentPeak)
        return;
    uint64_t size = region.size();
    uint64_t width = std::clamp<uint64_t>(beamEffort / (4 * size * size + 1), 1, maxBeamWidth);
    // By number of executed steps the best states, each another set, the best first.
    std::vector<std::vector<State>> levels(size + 1);
    auto isBetter = [](const State &a, const State &b) {
        return std::tie(a.peak, a.liveBytes) < std::tie(b.peak, b.liveBytes);
    };
    auto keep = [&](State state) {
        std::vector<State> &level = levels[state.count];
        auto isSame = [&](const State &other) { return other.executed == state.executed; };
        auto place = std::upper_bound(level.begin(), level.end(), state, isBetter);
        if (std::any_of(level.begin(), place, isSame))
            return;
        level.erase(std::remove_if(place, level.end(), isSame), level.end());
        level.insert(place, std::move(state));
        if (level.size() > width)
            level.pop_back();
    };
    keep(std::exchange(states[0], {}));
    states.clear();
    for (std::vector<State> &level : levels) {
        for (auto [position, state] : enumerate(level)) {
            // The best state of a level goes on in any case; the others while there is effort left.
            if (position > 0 && effort > beamEffort)
                break;
            states.push_back(std::move(state));
            const uint32_t index = static_cast<uint32_t>(states.size() - 1);
            if (states[index].count == size) {
                finish(index);
                return;
            }
            for (State &child : expand(index))
                keep(std::move(child));
        }
    }
}

OrderSearchResult OrderSearch::run()
{
    bool exact = searchExactly();
    if (!exact)
        searchBeam();
    return {std::move(foundOrder), foundOrder ? foundPeak : currentPeak, exact};
}

} // namespace

OrderSearchResult searchOrder(const Region &region, int64_t currentPeak, int64_t goodEnough)
{
    if (currentPeak <= goodEnough)
        return {std::nullopt, currentPeak, true};
    return OrderSearch(region, currentPeak, goodEnough).run();
}

} // namespace barecc::plan
