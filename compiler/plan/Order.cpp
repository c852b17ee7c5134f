#include "compiler/plan/Order.h"
#include "compiler/plan/OrderSearch.h"

#include "llvm/ADT/STLExtras.h"

#include <numeric>

using namespace llvm;

namespace barecc::plan {
namespace {

/// Positions [begin, end) of the order, and the most bytes live in them.
struct Range {
    StepId begin;
    StepId end;
    int64_t peak;
};

/// More steps than this are not rearranged at once.
constexpr StepId maxRangeSize = 1024;

/// Cuts ranges that are too long, where few bytes are live.
std::vector<StepId> cutLongRanges(ArrayRef<StepId> ends, ArrayRef<int64_t> entryBytes)
{
    std::vector<StepId> result;
    StepId begin = 0;
    for (StepId end : ends) {
        while (end - begin > maxRangeSize) {
            auto first = entryBytes.begin() + begin + maxRangeSize / 2;
            begin = static_cast<StepId>(std::min_element(first, first + maxRangeSize / 2) - entryBytes.begin());
            result.push_back(begin);
        }
        result.push_back(end);
        begin = end;
    }
    return result;
}

} // namespace

OrderChoice chooseOrder(const AllocationProblem &problem, const Accesses &accesses, const Dependences &dependences)
{
    OrderChoice choice;
    choice.order.resize(problem.steps.size());
    std::iota(choice.order.begin(), choice.order.end(), StepId(0));
    std::vector<LiveRange> ranges = findLiveRanges(problem, accesses, choice.order);
    std::vector<int64_t> live =
        findLiveBytes(problem, choice.order, ranges, chooseAliases(problem, choice.order, ranges));
    std::vector<int64_t> entryBytes = findEntryBytes(problem, ranges);

    std::vector<StepId> freeEnds = splitAtFixedSteps(dependences);
    std::vector<StepId> ends = cutLongRanges(freeEnds, entryBytes);
    std::vector<Range> queue;
    for (StepId end : ends) {
        StepId begin = queue.empty() ? 0 : queue.back().end;
        queue.push_back({begin, end, *std::max_element(live.begin() + begin + 1, live.begin() + end + 1)});
    }
    llvm::sort(queue,
               [](const Range &a, const Range &b) { return a.peak != b.peak ? a.peak > b.peak : a.begin < b.begin; });

    // The worst range first, and only while the worst can be improved: the peak of the others does not matter. What the
    // caller holds before and after the run is live in any order.
    int64_t settled = std::max(live.front(), live.back());
    choice.isOptimal = true;
    for (const Range &range : queue) {
        if (range.peak <= settled)
            break;
        if (range.end - range.begin == 1) {
            choice.isOptimal = true;
            break;
        }
        Region region(problem, accesses, dependences, ranges, entryBytes, range.begin, range.end);
        int64_t goodEnough = std::max(settled, boundOfAllOrders(region));
        OrderSearchResult result = searchOrder(region, range.peak, goodEnough);
        if (result.order)
            for (auto [position, step] : enumerate(*result.order))
                choice.order[range.begin + position] = range.begin + step;
        if (result.peak > settled)
            choice.isOptimal = result.isOptimal;
        settled = std::max(settled, result.peak);
    }
    // Steps were not moved across the cuts.
    choice.isOptimal &= ends.size() == freeEnds.size();
    return choice;
}

} // namespace barecc::plan
