// What is left where too many units are in use at once for their conflicts to be listed: no search, but time and memory
// that hardly grow faster than the number of units.
#include "compiler/plan/Place.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <iterator>
#include <map>
#include <numeric>
#include <set>

using namespace llvm;

namespace barecc::plan {
namespace {

/// Memory from 0 to as much as was ever taken, and the gaps in it.
class Gaps {
public:
    /// The beginning of `bytes` in the smallest gap that has room for them.
    int64_t take(int64_t bytes, int64_t alignment)
    {
        for (auto gap = bySize.lower_bound({bytes, 0}); gap != bySize.end(); ++gap) {
            const auto [size, begin] = *gap;
            const int64_t aligned = alignUp(begin, alignment);
            if (aligned + bytes > begin + size)
                continue;
            remove(begin);
            add(begin, aligned);
            add(aligned + bytes, begin + size);
            return aligned;
        }
        int64_t begin = end;
        if (!ends.empty() && std::prev(ends.end())->second == end) {
            begin = std::prev(ends.end())->first;
            remove(begin);
        }
        const int64_t aligned = alignUp(begin, alignment);
        add(begin, aligned);
        end = aligned + bytes;
        return aligned;
    }

    void giveBack(int64_t begin, int64_t bytes)
    {
        int64_t stop = begin + bytes;
        auto next = ends.lower_bound(begin);
        if (next != ends.begin() && std::prev(next)->second == begin) {
            begin = std::prev(next)->first;
            remove(begin);
        }
        if (next != ends.end() && next->first == stop) {
            const auto [after, afterEnd] = *next;
            stop = afterEnd;
            remove(after);
        }
        add(begin, stop);
    }

    int64_t size() const { return end; }

private:
    static int64_t alignUp(int64_t offset, int64_t alignment)
    {
        return static_cast<int64_t>(alignTo(static_cast<uint64_t>(offset), static_cast<uint64_t>(alignment)));
    }

    void add(int64_t begin, int64_t stop)
    {
        if (begin == stop)
            return;
        ends[begin] = stop;
        bySize.insert({stop - begin, begin});
    }

    void remove(int64_t begin)
    {
        auto gap = ends.find(begin);
        bySize.erase({gap->second - begin, begin});
        ends.erase(gap);
    }

    std::map<int64_t, int64_t> ends; // of gaps, by where they begin
    std::set<std::pair<int64_t, int64_t>> bySize;
    int64_t end = 0;
};

/// The whole time of a unit and the most that it takes.
struct Life {
    int64_t first, last;
    int64_t bytes, alignment;
};

std::vector<uint32_t> sortedBy(ArrayRef<Life> lives, int64_t Life::*time)
{
    std::vector<uint32_t> numbers(lives.size());
    std::iota(numbers.begin(), numbers.end(), 0);
    llvm::sort(numbers, [&](uint32_t a, uint32_t b) {
        return std::make_pair(lives[a].*time, a) < std::make_pair(lives[b].*time, b);
    });
    return numbers;
}

/// Places each unit when it comes to life.
Placement placeInOrderOf(ArrayRef<Life> lives)
{
    const std::vector<uint32_t> byFirst = sortedBy(lives, &Life::first), byLast = sortedBy(lives, &Life::last);
    Placement placement{std::vector<int64_t>(lives.size()), 0, false};
    Gaps gaps;
    auto ended = byLast.begin();
    for (uint32_t unit : byFirst) {
        for (; lives[*ended].last < lives[unit].first; ++ended)
            gaps.giveBack(placement.offsets[*ended], lives[*ended].bytes);
        placement.offsets[unit] = gaps.take(lives[unit].bytes, lives[unit].alignment);
    }
    placement.peak = gaps.size();
    return placement;
}

} // namespace

Placement placeInTime(ArrayRef<Unit> units)
{
    std::vector<Life> lives, backwards;
    for (const Unit &unit : units) {
        const Extent &front = unit.extents.front();
        Life life{front.first, front.last, 0, unit.alignment};
        for (const Extent &extent : unit.extents) {
            life.first = std::min<int64_t>(life.first, extent.first);
            life.last = std::max<int64_t>(life.last, extent.last);
            life.bytes = std::max(life.bytes, extent.bytes);
        }
        lives.push_back(life);
        backwards.push_back({-life.last, -life.first, life.bytes, life.alignment});
    }
    Placement forwards = placeInOrderOf(lives), reversed = placeInOrderOf(backwards);
    return reversed.peak < forwards.peak ? reversed : forwards;
}

} // namespace barecc::plan
