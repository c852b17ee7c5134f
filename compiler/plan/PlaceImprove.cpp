#include "compiler/plan/BranchAndBound.h"

#include "llvm/ADT/STLExtras.h"

#include <numeric>
#include <random>

using namespace llvm;

namespace barecc::plan {
namespace {

/// Limits on the work, in the unit of BranchAndBound.
constexpr int64_t exactEffort = 6'000'000;
constexpr int64_t windowEffort = 16'000'000;
constexpr int64_t effortPerWindow = 150'000;
constexpr uint32_t maxWindows = 1000;

/// Above this many units the exact search has no chance to end.
constexpr size_t maxExactUnits = 64;

int64_t highestEnd(const ConflictGraph &graph, ArrayRef<int64_t> offsets)
{
    int64_t end = 0;
    for (auto [offset, bytes] : zip(offsets, graph.bytes))
        end = std::max(end, offset + bytes);
    return end;
}

} // namespace

void placeExactly(ArrayRef<Unit> units, const ConflictGraph &graph, int64_t lowerBound, Placement &best)
{
    if (units.size() > maxExactUnits)
        return;
    std::vector<uint32_t> all(units.size());
    std::iota(all.begin(), all.end(), 0);
    // The bound itself is the likely optimum. If it is out of reach, come down from the best placement known.
    int64_t effort = exactEffort;
    for (int64_t capacity = lowerBound; best.peak > lowerBound; capacity = best.peak - 1) {
        BranchAndBound search(units, graph, all, best.offsets);
        BranchAndBound::Outcome outcome = search.run(capacity, effort);
        if (outcome == BranchAndBound::Outcome::GaveUp)
            return;
        if (outcome == BranchAndBound::Outcome::Found) {
            best.offsets.assign(search.offsets().begin(), search.offsets().end());
            best.peak = highestEnd(graph, best.offsets);
        } else if (capacity == best.peak - 1) {
            best.isOptimal = true;
            return;
        }
    }
}

void improveByWindows(ArrayRef<Unit> units, const ConflictGraph &graph, ArrayRef<int64_t> liveBytes, int64_t lowerBound,
                      Placement &best)
{
    std::vector<Extent> lifetimes;
    for (const Unit &unit : units) {
        lifetimes.push_back(unit.extents.front());
        for (const Extent &extent : unit.extents) {
            lifetimes.back().first = std::min(lifetimes.back().first, extent.first);
            lifetimes.back().last = std::max(lifetimes.back().last, extent.last);
        }
    }
    // The C++ standard fixes this generator's numbers, so the result is the same everywhere.
    std::minstd_rand random(1);
    int64_t effort = windowEffort;
    for (uint32_t windows = 0; windows < maxWindows && effort > 0 && best.peak > lowerBound; ++windows) {
        // A unit that ends too high, the highest ones most of the time, and a moment of its life, half of the time the
        // one with the most bytes live.
        int64_t limit = windows % 4 == 3 ? lowerBound : best.peak - 1;
        std::vector<uint32_t> tooHigh;
        for (uint32_t unit = 0; unit < units.size(); ++unit)
            if (best.offsets[unit] + graph.bytes[unit] > limit)
                tooHigh.push_back(unit);
        const Extent &life = lifetimes[tooHigh[random() % tooHigh.size()]];
        uint32_t moment = life.first + static_cast<uint32_t>(random() % (life.last - life.first + 1));
        if (random() % 2)
            moment = static_cast<uint32_t>(
                std::max_element(liveBytes.begin() + life.first, liveBytes.begin() + life.last + 1) -
                liveBytes.begin());
        // The units nearest to that moment are placed anew.
        auto distance = [&](uint32_t unit) {
            const Extent &other = lifetimes[unit];
            return moment < other.first ? other.first - moment : other.last < moment ? moment - other.last : 0;
        };
        std::vector<uint32_t> window(units.size());
        std::iota(window.begin(), window.end(), 0);
        size_t size = std::min<size_t>(units.size(), 8 + random() % 25);
        auto isNearer = [&](uint32_t a, uint32_t b) {
            return std::make_pair(distance(a), a) < std::make_pair(distance(b), b);
        };
        std::nth_element(window.begin(), window.begin() + (size - 1), window.end(), isNearer);
        window.resize(size);
        llvm::sort(window);

        int64_t end = 0;
        for (uint32_t unit : window)
            end = std::max(end, best.offsets[unit] + graph.bytes[unit]);
        effort -= 4 * static_cast<int64_t>(units.size());
        for (int64_t capacity : {lowerBound, lowerBound + (end - lowerBound) / 2}) {
            if (capacity >= end)
                break;
            BranchAndBound search(units, graph, window, best.offsets);
            int64_t share = std::min(effortPerWindow, effort);
            int64_t left = share;
            BranchAndBound::Outcome outcome = search.run(capacity, left);
            effort -= share - left;
            if (outcome != BranchAndBound::Outcome::Found)
                continue;
            for (auto [unit, offset] : zip(window, search.offsets()))
                best.offsets[unit] = offset;
            break;
        }
        best.peak = highestEnd(graph, best.offsets);
    }
}

} // namespace barecc::plan
