#include "compiler/plan/Place.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>
#include <optional>
#include <random>

using namespace llvm;

namespace barecc::plan {
namespace {

/// Limits of the local search: work counted in conflicts looked at, and placements tried.
constexpr uint64_t searchEffort = 1'000'000;
constexpr uint32_t maxTries = 300;

enum class Fit { First, Best };

/// Places units one by one, in a given sequence, each into a gap between those that are placed already.
class GapFiller {
public:
    GapFiller(const ConflictGraph &graph) : graph(graph) {}

    Placement run(ArrayRef<uint32_t> sequence, Fit fit);
    uint64_t effort = 0;

private:
    int64_t findOffset(uint32_t unit, ArrayRef<int64_t> offsets, Fit fit);

    const ConflictGraph &graph;
    /// Offsets x that a placed unit rules out for the next one: first < x < second.
    std::vector<std::pair<int64_t, int64_t>> ruledOut;
};

int64_t GapFiller::findOffset(uint32_t unit, ArrayRef<int64_t> offsets, Fit fit)
{
    ruledOut.clear();
    effort += graph.conflicts[unit].size() + 1;
    for (const Conflict &conflict : graph.conflicts[unit])
        if (int64_t other = offsets[conflict.other]; other >= 0)
            ruledOut.push_back({other - conflict.own, other + conflict.others});
    llvm::sort(ruledOut);
    int64_t offset = 0, best = -1, bestSlack = 0;
    for (auto [low, high] : ruledOut) {
        if (low >= offset) {
            if (fit == Fit::First)
                return offset;
            if (best < 0 || low - offset < bestSlack) {
                best = offset;
                bestSlack = low - offset;
            }
        }
        if (high > offset)
            offset = static_cast<int64_t>(alignTo(static_cast<uint64_t>(high), graph.alignments[unit]));
    }
    return best >= 0 ? best : offset;
}

Placement GapFiller::run(ArrayRef<uint32_t> sequence, Fit fit)
{
    Placement placement{std::vector<int64_t>(graph.size(), -1), 0, false};
    for (uint32_t unit : sequence) {
        placement.offsets[unit] = findOffset(unit, placement.offsets, fit);
        placement.peak = std::max(placement.peak, placement.offsets[unit] + graph.bytes[unit]);
    }
    return placement;
}

/// Sequences that usually pack well: what is hard to place comes first, by several notions of hard.
std::vector<std::vector<uint32_t>> usualSequences(ArrayRef<Unit> units, const ConflictGraph &graph,
                                                  ArrayRef<int64_t> liveBytes)
{
    struct Traits {
        int64_t bytes, duration, first, last, crowd;
        double area;
    };
    std::vector<Traits> traits;
    for (auto [unit, bytes] : zip(units, graph.bytes)) {
        Traits t{bytes, 0, INT64_MAX, 0, 0, 0};
        for (const Extent &extent : unit.extents) {
            t.first = std::min<int64_t>(t.first, extent.first);
            t.last = std::max<int64_t>(t.last, extent.last);
            t.area += static_cast<double>(extent.bytes) * (extent.last - extent.first + 1);
            for (uint32_t time = extent.first; time <= extent.last; ++time)
                t.crowd = std::max(t.crowd, liveBytes[time]);
        }
        t.duration = t.last - t.first;
        traits.push_back(t);
    }
    std::vector<std::vector<uint32_t>> sequences;
    auto add = [&](auto key) {
        std::vector<uint32_t> sequence(units.size());
        std::iota(sequence.begin(), sequence.end(), 0);
        llvm::sort(sequence, [&](uint32_t a, uint32_t b) {
            return std::make_pair(key(traits[a]), a) < std::make_pair(key(traits[b]), b);
        });
        sequences.push_back(std::move(sequence));
    };
    add([](const Traits &t) { return std::make_tuple(-t.bytes, -t.duration); });
    add([](const Traits &t) { return std::make_tuple(-t.crowd, -t.bytes); });
    add([](const Traits &t) { return std::make_tuple(-t.area); });
    add([](const Traits &t) { return std::make_tuple(-t.duration, -t.bytes); });
    add([](const Traits &t) { return std::make_tuple(t.first, -t.bytes); });
    add([](const Traits &t) { return std::make_tuple(-t.last, -t.bytes); });
    add([](const Traits &t) { return std::make_tuple(t.first, -t.duration); });
    return sequences;
}

/// How bad a placement is: its peak, then how much lies above the lower bound.
std::pair<int64_t, int64_t> badness(const Placement &placement, const ConflictGraph &graph, int64_t lowerBound)
{
    int64_t excess = 0;
    for (auto [offset, bytes] : zip(placement.offsets, graph.bytes))
        excess += std::max<int64_t>(0, std::min(bytes, offset + bytes - lowerBound));
    return {placement.peak, excess};
}

} // namespace

Placement placeGreedily(ArrayRef<Unit> units, const ConflictGraph &graph, ArrayRef<int64_t> liveBytes,
                        int64_t lowerBound)
{
    GapFiller filler(graph);
    std::vector<uint32_t> sequence;
    Fit fit = Fit::First;
    std::optional<Placement> best;
    std::pair<int64_t, int64_t> bestBadness;
    for (std::vector<uint32_t> &candidate : usualSequences(units, graph, liveBytes)) {
        for (Fit candidateFit : {Fit::First, Fit::Best}) {
            Placement placement = filler.run(candidate, candidateFit);
            auto candidateBadness = badness(placement, graph, lowerBound);
            if (best && candidateBadness >= bestBadness)
                continue;
            best = std::move(placement);
            bestBadness = candidateBadness;
            sequence = candidate;
            fit = candidateFit;
            if (best->peak <= lowerBound)
                return *best;
        }
    }

    // Local search: a unit that ends above the lower bound gets an earlier turn; what does not make it worse is kept.
    // The generator's sequence is fixed by the C++ standard, so the result is the same everywhere.
    std::minstd_rand random(1);
    for (uint32_t tries = 0; tries < maxTries && filler.effort < searchEffort; ++tries) {
        SmallVector<uint32_t> tooHigh;
        for (auto [position, unit] : enumerate(sequence))
            if (position > 0 && best->offsets[unit] + graph.bytes[unit] > lowerBound)
                tooHigh.push_back(static_cast<uint32_t>(position));
        if (tooHigh.empty())
            break;
        std::vector<uint32_t> candidate = sequence;
        uint32_t from = tooHigh[random() % tooHigh.size()];
        uint32_t to = random() % from;
        std::rotate(candidate.begin() + to, candidate.begin() + from, candidate.begin() + from + 1);
        Placement placement = filler.run(candidate, fit);
        auto candidateBadness = badness(placement, graph, lowerBound);
        if (candidateBadness > bestBadness)
            continue;
        best = std::move(placement);
        bestBadness = candidateBadness;
        sequence = std::move(candidate);
        if (best->peak <= lowerBound)
            break;
    }
    return *best;
}

} // namespace barecc::plan
