#include "compiler/plan/BranchAndBound.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <limits>
#include <tuple>

using namespace llvm;

namespace barecc::plan {

static int64_t alignUp(int64_t offset, int64_t alignment)
{
    return static_cast<int64_t>(alignTo(static_cast<uint64_t>(offset), static_cast<uint64_t>(alignment)));
}

BranchAndBound::BranchAndBound(ArrayRef<Unit> units, const ConflictGraph &graph, ArrayRef<uint32_t> movable,
                               ArrayRef<int64_t> offsets)
    : placedAt(movable.size(), -1)
{
    std::vector<bool> isMovable(units.size());
    for (uint32_t unit : movable)
        isMovable[unit] = true;
    std::vector<uint32_t> obstacles;
    for (uint32_t unit : movable) {
        Item item{{}, graph.bytes[unit], units[unit].alignment, {}};
        for (const Conflict &conflict : graph.conflicts[unit]) {
            if (isMovable[conflict.other])
                continue;
            int64_t offset = offsets[conflict.other];
            item.ruledOut.push_back({offset - conflict.own, offset + conflict.others});
            obstacles.push_back(conflict.other);
        }
        llvm::sort(item.ruledOut, [](Span a, Span b) { return std::tie(a.begin, a.end) < std::tie(b.begin, b.end); });
        items.push_back(std::move(item));
    }
    llvm::sort(obstacles);
    obstacles.erase(llvm::unique(obstacles), obstacles.end());
    collectMoments(units, movable, obstacles);
    for (auto [item, unit] : zip(items, movable)) {
        item.needs = findNeeds(units[unit]);
        for (auto [moment, bytes] : item.needs)
            moments[moment].toPlace += bytes;
    }
    for (uint32_t unit : obstacles)
        for (auto [moment, bytes] : findNeeds(units[unit]))
            moments[moment].obstacles.push_back({offsets[unit], offsets[unit] + bytes});
}

void BranchAndBound::collectMoments(ArrayRef<Unit> units, ArrayRef<uint32_t> movable, ArrayRef<uint32_t> obstacles)
{
    std::vector<uint32_t> times;
    uint32_t first = std::numeric_limits<uint32_t>::max(), last = 0;
    for (uint32_t unit : movable)
        for (const Extent &extent : units[unit].extents) {
            times.push_back(extent.first);
            first = std::min(first, extent.first);
            last = std::max(last, extent.last);
        }
    for (uint32_t unit : obstacles)
        for (const Extent &extent : units[unit].extents)
            if (first <= extent.first && extent.first <= last)
                times.push_back(extent.first);
    llvm::sort(times);
    times.erase(llvm::unique(times), times.end());
    for (uint32_t time : times)
        moments.push_back({time, 0, 0, {}});
}

/// Where extents of one unit meet (a step that computes in place), the larger one counts.
SmallVector<std::pair<uint32_t, int64_t>, 8> BranchAndBound::findNeeds(const Unit &unit) const
{
    SmallVector<std::pair<uint32_t, int64_t>, 8> needs;
    for (const Extent &extent : unit.extents) {
        auto moment = partition_point(moments, [&](const Moment &m) { return m.time < extent.first; });
        for (; moment != moments.end() && moment->time <= extent.last; ++moment)
            needs.push_back({static_cast<uint32_t>(moment - moments.begin()), extent.bytes});
    }
    llvm::sort(needs, [](auto a, auto b) { return a.first != b.first ? a.first < b.first : a.second > b.second; });
    needs.erase(std::unique(needs.begin(), needs.end(), [](auto a, auto b) { return a.first == b.first; }),
                needs.end());
    return needs;
}

BranchAndBound::Outcome BranchAndBound::run(int64_t wantedCapacity, int64_t &effort)
{
    capacity = wantedCapacity;
    if (descend(0, {0, 0}, effort))
        return Outcome::Found;
    return effort < 0 ? Outcome::GaveUp : Outcome::Impossible;
}

int64_t BranchAndBound::lowestOffset(const Item &item) const
{
    int64_t offset = 0;
    for (auto [moment, bytes] : item.needs)
        offset = std::max(offset, moments[moment].top);
    offset = alignUp(offset, item.alignment);
    for (Span span : item.ruledOut) {
        if (span.begin >= offset)
            break;
        if (offset < span.end)
            offset = alignUp(span.end, item.alignment);
    }
    return offset;
}

/// Whether at some moment the rest does not fit above what is placed.
bool BranchAndBound::isHopeless() const
{
    return any_of(moments, [&](const Moment &moment) {
        if (moment.toPlace == 0)
            return false;
        int64_t room = capacity - moment.top;
        for (Span span : moment.obstacles)
            room -= std::max<int64_t>(0, std::min(span.end, capacity) - std::max(span.begin, moment.top));
        return moment.toPlace > room;
    });
}

SmallVector<BranchAndBound::Candidate, 8> BranchAndBound::findCandidates(Candidate last) const
{
    SmallVector<Candidate, 8> candidates;
    // Whatever is placed at or above this offset leaves room below for a unit that could be pushed down into it.
    int64_t ceiling = std::numeric_limits<int64_t>::max();
    for (auto [index, item] : enumerate(items)) {
        if (placedAt[index] >= 0)
            continue;
        Candidate candidate{lowestOffset(item), static_cast<uint32_t>(index)};
        ceiling = std::min(ceiling, candidate.offset + item.bytes);
        if (std::tie(candidate.offset, candidate.item) >= std::tie(last.offset, last.item))
            candidates.push_back(candidate);
    }
    erase_if(candidates, [&](Candidate candidate) {
        return candidate.offset >= ceiling || candidate.offset + items[candidate.item].bytes > capacity;
    });
    // Low and large first.
    llvm::sort(candidates, [&](Candidate a, Candidate b) {
        return std::make_tuple(a.offset, -items[a.item].bytes, a.item) <
               std::make_tuple(b.offset, -items[b.item].bytes, b.item);
    });
    return candidates;
}

bool BranchAndBound::descend(size_t placedCount, Candidate last, int64_t &effort)
{
    if (placedCount == items.size())
        return true;
    effort -= static_cast<int64_t>(items.size() * moments.size());
    if (effort < 0 || isHopeless())
        return false;
    for (Candidate next : findCandidates(last)) {
        const Item &item = items[next.item];
        SmallVector<int64_t, 8> tops;
        for (auto [moment, bytes] : item.needs) {
            tops.push_back(moments[moment].top);
            moments[moment].top = next.offset + bytes;
            moments[moment].toPlace -= bytes;
        }
        placedAt[next.item] = next.offset;
        if (descend(placedCount + 1, next, effort))
            return true;
        placedAt[next.item] = -1;
        for (auto [need, top] : zip(item.needs, tops)) {
            moments[need.first].top = top;
            moments[need.first].toPlace += need.second;
        }
        if (effort < 0)
            return false;
    }
    return false;
}

} // namespace barecc::plan
