#include "compiler/plan/Place.h"

#include "llvm/ADT/STLExtras.h"

#include <tuple>

using namespace llvm;

namespace barecc::plan {

/// As many as some hundreds of units in use at once have; networks have some tens.
static constexpr size_t maxConflicts = size_t(1) << 18;

std::optional<ConflictGraph> findConflicts(ArrayRef<Unit> units)
{
    ConflictGraph graph;
    graph.conflicts.resize(units.size());

    struct Start {
        Extent extent;
        uint32_t unit;
    };
    std::vector<Start> starts;
    for (auto [index, unit] : enumerate(units)) {
        graph.alignments.push_back(unit.alignment);
        graph.bytes.push_back(0);
        for (const Extent &extent : unit.extents) {
            graph.bytes.back() = std::max(graph.bytes.back(), extent.bytes);
            starts.push_back({extent, static_cast<uint32_t>(index)});
        }
    }
    llvm::sort(starts, [](const Start &a, const Start &b) {
        return std::tie(a.extent.first, a.unit) < std::tie(b.extent.first, b.unit);
    });

    std::vector<Start> active;
    size_t count = 0;
    for (const Start &start : starts) {
        erase_if(active, [&](const Start &other) { return other.extent.last < start.extent.first; });
        for (const Start &other : active) {
            if (other.unit == start.unit)
                continue;
            graph.conflicts[start.unit].push_back({other.unit, start.extent.bytes, other.extent.bytes});
            graph.conflicts[other.unit].push_back({start.unit, other.extent.bytes, start.extent.bytes});
            count += 2;
        }
        active.push_back(start);
        if (count > maxConflicts)
            return std::nullopt;
    }

    // Units of several extents can meet more than once.
    for (std::vector<Conflict> &conflicts : graph.conflicts) {
        llvm::sort(conflicts, [](const Conflict &a, const Conflict &b) { return a.other < b.other; });
        size_t kept = 0;
        for (const Conflict &conflict : conflicts) {
            if (kept > 0 && conflicts[kept - 1].other == conflict.other) {
                Conflict &same = conflicts[kept - 1];
                same.own = std::max(same.own, conflict.own);
                same.others = std::max(same.others, conflict.others);
                continue;
            }
            conflicts[kept++] = conflict;
        }
        conflicts.resize(kept);
    }
    return graph;
}

Placement place(ArrayRef<Unit> units, ArrayRef<int64_t> liveBytes)
{
    int64_t lowerBound = liveBytes.empty() ? 0 : *std::max_element(liveBytes.begin(), liveBytes.end());
    std::optional<ConflictGraph> graph = findConflicts(units);
    Placement placement = graph ? placeGreedily(units, *graph, liveBytes, lowerBound) : placeInTime(units);
    if (graph && placement.peak > lowerBound)
        placeExactly(units, *graph, lowerBound, placement);
    if (graph && placement.peak > lowerBound && !placement.isOptimal)
        improveByWindows(units, *graph, liveBytes, lowerBound, placement);
    placement.isOptimal |= placement.peak == lowerBound;
    return placement;
}

} // namespace barecc::plan
