// The memory planner against brute force on tiny problems, and on networks for quality.
#include "compiler/plan/Place.h"
#include "compiler/plan/Region.h"
#include "plan_networks.h"
#include "plan_solved.h"

#include "llvm/ADT/STLExtras.h"

#include <gtest/gtest.h>

#include <numeric>

using namespace barecc::plan;
using namespace barecc::plan::testing;

namespace {

bool has(const std::vector<BufferId> &ids, BufferId id) { return llvm::is_contained(ids, id); }

/// Whether the reads of an order see what they see in the problem's own.
bool isAllowed(const AllocationProblem &problem, const std::vector<StepId> &order)
{
    std::vector<StepId> position(order.size());
    for (auto [p, step] : llvm::enumerate(order))
        position[step] = static_cast<StepId>(p);
    for (StepId a = 0; a < order.size(); ++a)
        for (StepId b = a + 1; b < order.size(); ++b)
            for (BufferId id = 0; id < problem.buffers.size(); ++id) {
                const Step &first = problem.steps[a], &second = problem.steps[b];
                bool tied = (has(first.writes, id) && has(second.reads, id)) ||
                            (has(first.reads, id) && has(second.writes, id));
                if (tied && position[a] > position[b])
                    return false;
            }
    return llvm::all_of(problem.extraEdges,
                        [&](const ExtraEdge &edge) { return position[edge.before] < position[edge.after]; });
}

/// The most that can be saved by a set of aliases none of which share a buffer, from the i-th on.
int64_t largestSaving(const AllocationProblem &problem, const std::vector<Alias> &aliases, size_t i,
                      std::vector<BufferId> used)
{
    if (i == aliases.size())
        return 0;
    int64_t best = largestSaving(problem, aliases, i + 1, used);
    auto [output, input] = aliases[i];
    if (has(used, output) || has(used, input))
        return best;
    used.push_back(output);
    used.push_back(input);
    int64_t saving = std::min(paddedBytes(problem.buffers[output]), paddedBytes(problem.buffers[input]));
    return std::max(best, saving + largestSaving(problem, aliases, i + 1, used));
}

/// The most bytes live at once in an order, straight from the definition.
int64_t peakOf(const AllocationProblem &problem, const std::vector<StepId> &order)
{
    auto uses = [&](size_t position, BufferId id) {
        return has(problem.steps[order[position]].reads, id) || has(problem.steps[order[position]].writes, id);
    };
    int64_t inputs = 0, outputs = 0, most = 0;
    for (const Buffer &buffer : problem.buffers) {
        inputs += buffer.isInput ? paddedBytes(buffer) : 0;
        outputs += buffer.isOutput ? paddedBytes(buffer) : 0;
    }
    for (size_t position = 0; position < order.size(); ++position) {
        const Step &step = problem.steps[order[position]];
        int64_t live = paddedWorkspace(step);
        std::vector<bool> before(problem.buffers.size()), after(problem.buffers.size());
        for (BufferId id = 0; id < problem.buffers.size(); ++id) {
            before[id] = problem.buffers[id].isInput;
            after[id] = problem.buffers[id].isOutput;
            for (size_t other = 0; other < order.size(); ++other) {
                before[id] = before[id] || (other < position && uses(other, id));
                after[id] = after[id] || (other > position && uses(other, id));
            }
            if (uses(position, id) || (before[id] && after[id]))
                live += paddedBytes(problem.buffers[id]);
        }
        std::vector<Alias> possible;
        for (const Alias &alias : step.mayAlias)
            if (!before[alias.output] && !after[alias.input])
                possible.push_back(alias);
        most = std::max(most, live - largestSaving(problem, possible, 0, {}));
    }
    return std::max({most, inputs, outputs});
}

TEST(PlanRandom, orderIsTheBestOfAll)
{
    std::mt19937 random(1);
    int improved = 0, proven = 0;
    for (int round = 0; round < 150; ++round) {
        AllocationProblem problem = randomProblem(random, 3 + random() % 4, 8, 20, 1);
        std::vector<StepId> order(problem.steps.size());
        std::iota(order.begin(), order.end(), StepId(0));
        int64_t given = peakOf(problem, order), best = given;
        while (std::next_permutation(order.begin(), order.end()))
            if (isAllowed(problem, order))
                best = std::min(best, peakOf(problem, order));
        Plan plan = solved(problem);
        // An order that packs badly gives way to the given one.
        if (plan.orderIsOptimal)
            EXPECT_EQ(plan.lowerBound, best) << "round " << round;
        else
            EXPECT_GT(plan.arenaBytes, best) << "round " << round;
        proven += plan.orderIsOptimal;
        improved += best < given;
    }
    EXPECT_GT(improved, 10);
    EXPECT_GT(proven, 140);
}

/// Tries all offsets of all units; each has one extent.
bool bruteForceFits(const std::vector<Unit> &units, int64_t capacity, std::vector<int64_t> &offsets)
{
    if (offsets.size() == units.size())
        return true;
    const Extent &next = units[offsets.size()].extents[0];
    for (int64_t offset = 0; offset + next.bytes <= capacity; offset += units[offsets.size()].alignment) {
        bool isFree = true;
        for (size_t i = 0; i < offsets.size() && isFree; ++i) {
            const Extent &other = units[i].extents[0];
            isFree = other.last < next.first || next.last < other.first || offsets[i] + other.bytes <= offset ||
                     offset + next.bytes <= offsets[i];
        }
        if (!isFree)
            continue;
        offsets.push_back(offset);
        if (bruteForceFits(units, capacity, offsets))
            return true;
        offsets.pop_back();
    }
    return false;
}

TEST(PlaceRandom, placementIsTheBestOfAll)
{
    std::mt19937 random(2);
    int aboveBound = 0;
    for (int round = 0; round < 6000; ++round) {
        std::vector<Unit> units;
        std::vector<int64_t> liveBytes(8);
        for (int i = 0; i < 10; ++i) {
            uint32_t first = random() % 7, last = first + random() % (8 - first);
            int64_t alignment = random() % 2 ? 4 : 1;
            int64_t bytes = alignment * (1 + static_cast<int64_t>(random() % (alignment == 1 ? 8 : 2)));
            units.push_back({{{first, last, bytes}}, alignment});
            for (uint32_t time = first; time <= last; ++time)
                liveBytes[time] += bytes;
        }
        Placement placement = place(units, liveBytes);
        EXPECT_TRUE(placement.isOptimal);
        if (placement.peak == *std::max_element(liveBytes.begin(), liveBytes.end()))
            continue;
        ++aboveBound;
        std::vector<int64_t> offsets;
        EXPECT_FALSE(bruteForceFits(units, placement.peak - 1, offsets)) << "round " << round;
    }
    EXPECT_GT(aboveBound, 10);
}

/// What meets in time lies apart, aligned, below the peak; and units of one size leave no gap.
TEST(PlaceRandom, placementInTimeHolds)
{
    std::mt19937 random(6);
    for (int round = 0; round < 300; ++round) {
        const bool isUniform = round % 3 == 0;
        std::vector<Unit> units;
        std::vector<int64_t> liveBytes(40);
        for (int i = 0; i < 60; ++i) {
            const uint32_t first = random() % 40, last = first + random() % (40 - first);
            const int64_t alignment = isUniform ? 16 : int64_t(1) << random() % 7;
            const int64_t bytes = alignment * (isUniform ? 4 : 1 + static_cast<int64_t>(random() % 50));
            units.push_back({{{first, last, bytes}}, alignment});
            for (uint32_t time = first; time <= last; ++time)
                liveBytes[time] += bytes;
        }
        const Placement placement = placeInTime(units);
        const int64_t lowerBound = *std::max_element(liveBytes.begin(), liveBytes.end());
        if (isUniform)
            EXPECT_EQ(placement.peak, lowerBound);
        EXPECT_GE(placement.peak, lowerBound);
        for (size_t a = 0; a < units.size(); ++a) {
            const Extent &one = units[a].extents[0];
            EXPECT_EQ(placement.offsets[a] % units[a].alignment, 0);
            EXPECT_LE(placement.offsets[a] + one.bytes, placement.peak);
            for (size_t b = 0; b < a; ++b) {
                const Extent &other = units[b].extents[0];
                EXPECT_TRUE(one.last < other.first || other.last < one.first ||
                            placement.offsets[a] + one.bytes <= placement.offsets[b] ||
                            placement.offsets[b] + other.bytes <= placement.offsets[a])
                    << "round " << round;
            }
        }
    }
}

TEST(PlanRandom, everyPlanPassesTheVerifier)
{
    std::mt19937 random(3);
    for (int round = 0; round < 60; ++round) {
        AllocationProblem problem =
            randomProblem(random, 5 + random() % 60, 2 + random() % 12, 5000, int64_t(1) << random() % 7);
        solved(problem);
    }
}

/// Whether two frontiers of the same executed steps say the same.
bool isSame(const Frontier &a, const Frontier &b)
{
    return a.liveBytes() == b.liveBytes() && a.executedCount() == b.executedCount() && a.ready() == b.ready() &&
           a.shrinking() == b.shrinking() && llvm::all_of(a.ready(), [&](uint32_t step) {
               return a.cost(step).peak == b.cost(step).peak && a.cost(step).change == b.cost(step).change;
           });
}

TEST(PlanRandom, frontierIsWhatWasExecutedAndNotUndone)
{
    std::mt19937 random(6);
    for (int round = 0; round < 40; ++round) {
        const AllocationProblem problem = randomProblem(random, 5 + random() % 40, 2 + random() % 12, 5000, 16);
        const Accesses accesses = findAccesses(problem);
        std::vector<StepId> order(problem.steps.size());
        std::iota(order.begin(), order.end(), StepId(0));
        const std::vector<LiveRange> ranges = findLiveRanges(problem, accesses, order);
        const StepId begin = random() % 4;
        const Region region(problem, accesses, findDependences(problem), ranges, findEntryBytes(problem, ranges), begin,
                            static_cast<StepId>(order.size() - random() % 2));
        Frontier frontier(region);
        std::vector<uint32_t> path;
        for (int move = 0; move < 200; ++move) {
            if (frontier.ready().empty() || (!path.empty() && random() % 5 < 2)) {
                frontier.undo(path.back());
                path.pop_back();
            } else {
                path.push_back(frontier.ready()[random() % frontier.ready().size()]);
                frontier.execute(path.back());
            }
            ASSERT_TRUE(isSame(frontier, Frontier(region, frontier.executed()))) << "round " << round;
        }
    }
}

TEST(PlanRandom, sameProblemSamePlan)
{
    std::mt19937 random(4);
    AllocationProblem problem = randomProblem(random, 150, 10, 100000, 16);
    Plan first = solved(problem), second = solved(problem);
    EXPECT_EQ(first.order, second.order);
    EXPECT_EQ(first.offsets, second.offsets);
    EXPECT_EQ(first.workspaceOffsets, second.workspaceOffsets);
}

TEST(PlanNetworks, arenaIsWithinFivePercentOfTheBound)
{
    for (const NamedProblem &network : networks()) {
        Plan plan = solved(network.problem);
        double ratio = static_cast<double>(plan.arenaBytes) / static_cast<double>(plan.lowerBound);
        EXPECT_LE(ratio, 1.05) << network.name;
        RecordProperty(network.name, std::to_string(plan.arenaBytes) + " / " + std::to_string(plan.lowerBound));
    }
}

/// A U-Net of thousands of levels: half of all buffers are live at once.
TEST(PlanNetworks, thousandsOfBuffersLiveAtOnce)
{
    constexpr uint32_t levels = 3000;
    AllocationProblem problem;
    for (uint32_t i = 0; i < 2 * levels; ++i) {
        problem.buffers.push_back({"buffer " + std::to_string(i), 64, 16, false, i + 1 == 2 * levels});
        Step step{"step " + std::to_string(i), {}, {i}, 0, 1, {}};
        if (i > 0)
            step.reads.push_back(i - 1);
        if (i > levels)
            step.reads.push_back(2 * levels - 1 - i);
        problem.steps.push_back(std::move(step));
    }
    const Plan plan = solved(problem);
    EXPECT_EQ(plan.arenaBytes, plan.lowerBound);
}

/// No limit on time, which a busy machine would break: this only has to end, and the verifier has to agree.
TEST(PlanNetworks, largeRandomGraphsEndInGoodTime)
{
    std::mt19937 random(5);
    for (uint32_t reach : {4u, 40u}) {
        AllocationProblem problem = randomProblem(random, 1500, reach, 100000, 64);
        solved(problem);
    }
    solved(randomProblem(random, 20000, 10, 100000, 64));
}

} // namespace
