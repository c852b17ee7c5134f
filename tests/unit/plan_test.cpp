// The memory planner on problems whose best plan is known by hand, and its verifier on plans that are wrong.
#include "compiler/plan/Dependences.h"
#include "plan_networks.h"
#include "plan_solved.h"

#include "llvm/ADT/STLExtras.h"

#include <gtest/gtest.h>

using namespace barecc::plan;
using namespace barecc::plan::testing;

namespace {

std::string failure(const AllocationProblem &problem)
{
    llvm::Expected<Plan> plan = solve(problem);
    return plan ? "" : llvm::toString(plan.takeError());
}

std::vector<StepId> positionsOf(const Plan &plan)
{
    std::vector<StepId> positions(plan.order.size());
    for (auto [position, step] : llvm::enumerate(plan.order))
        positions[step] = static_cast<StepId>(position);
    return positions;
}

TEST(Plan, emptyProblem)
{
    Plan plan = solved({});
    EXPECT_EQ(plan.arenaBytes, 0);
    EXPECT_EQ(plan.lowerBound, 0);
    EXPECT_EQ(plan.arenaAlignment, 1);
    EXPECT_TRUE(plan.placementIsOptimal);
}

TEST(Plan, singleStepNeedsInputOutputAndWorkspace)
{
    Net net;
    BufferId in = net.input(100);
    net.output(net.call({in}, 50, 7));
    Plan plan = solved(net.problem);
    EXPECT_EQ(plan.arenaBytes, 157);
    EXPECT_EQ(plan.lowerBound, 157);
}

TEST(Plan, chainNeedsItsWorstNeighbours)
{
    Net net;
    BufferId x = net.input(10);
    for (int64_t bytes : {40, 30, 60, 5, 80})
        x = net.call({x}, bytes);
    net.output(x);
    Plan plan = solved(net.problem);
    EXPECT_EQ(plan.arenaBytes, 90);
    EXPECT_TRUE(plan.orderIsOptimal);
    EXPECT_TRUE(plan.placementIsOptimal);
}

TEST(Plan, sizesAreRoundedUpToTheAlignment)
{
    Net net(64);
    BufferId in = net.input(1);
    net.output(net.call({in}, 65));
    Plan plan = solved(net.problem);
    EXPECT_EQ(plan.arenaBytes, 64 + 128);
    EXPECT_EQ(plan.arenaAlignment, 64);
    for (int64_t offset : plan.offsets)
        EXPECT_EQ(offset % 64, 0);
}

TEST(Plan, chainInPlaceTakesOneBuffer)
{
    Net net;
    BufferId x = net.input(100);
    for (int i = 0; i < 5; ++i)
        x = net.inPlace({x}, 100);
    net.output(x);
    Plan plan = solved(net.problem);
    EXPECT_EQ(plan.arenaBytes, 100);
    EXPECT_EQ(plan.aliases.size(), 5u);
}

TEST(Plan, aliasIsRefusedWhereTheInputIsReadLater)
{
    Net net;
    BufferId x = net.input(100);
    BufferId y = net.inPlace({x}, 100);
    net.output(net.inPlace({x, y}, 100));
    Plan plan = solved(net.problem);
    EXPECT_EQ(plan.arenaBytes, 200);
    ASSERT_EQ(plan.aliases.size(), 1u);
    EXPECT_EQ(plan.aliases[0].step, 1u);
}

TEST(Plan, aliasIsRefusedOnAnInputThatIsAlsoAnOutput)
{
    Net net;
    BufferId x = net.input(100);
    net.output(x);
    net.output(net.inPlace({x}, 100));
    EXPECT_EQ(solved(net.problem).arenaBytes, 200);
}

TEST(Plan, onlyOneOutputTakesAnInputOver)
{
    Net net;
    BufferId x = net.input(100);
    BufferId a = net.buffer(100), b = net.buffer(100);
    net.step({x}, {a, b});
    net.problem.steps[0].mayAlias = {{a, x}, {b, x}};
    net.output(a);
    net.output(b);
    Plan plan = solved(net.problem);
    EXPECT_EQ(plan.arenaBytes, 200);
    EXPECT_EQ(plan.aliases.size(), 1u);
}

TEST(Plan, aliasOfDifferentSizes)
{
    // A cast to a wider type in place, then one to a narrower one.
    Net net;
    BufferId wide = net.inPlace({net.input(25)}, 100);
    net.output(net.inPlace({wide}, 50));
    EXPECT_EQ(solved(net.problem).arenaBytes, 100);
}

TEST(Plan, concatOfSeveralWriters)
{
    Net net;
    BufferId in = net.input(10);
    BufferId joined = net.buffer(60);
    net.step({in}, {joined});
    net.step({net.call({in}, 5)}, {joined});
    net.output(net.call({joined}, 20));
    // At worst the input, the small map and the join; the order avoids nothing more.
    Plan plan = solved(net.problem);
    EXPECT_EQ(plan.arenaBytes, 80);
    // The buffer of the join lives from its first writer on: a writer early on keeps 60 bytes.
    EXPECT_EQ(positionsOf(plan)[3], 3u);
}

TEST(Plan, laterWriteFollowsEarlierRead)
{
    Net net;
    BufferId in = net.input(8), state = net.buffer(8);
    net.step({in}, {state});
    BufferId before = net.call({state}, 1000);
    BufferId sum = net.call({before}, 8);
    net.step({in}, {state});
    net.output(net.call({state, sum}, 8));
    std::vector<StepId> positions = positionsOf(solved(net.problem));
    EXPECT_LT(positions[1], positions[3]);
}

/// Each of many steps reads what each of many others has written a part of, and what is read is written again: pairs
/// would be as many as 8 10^9.
TEST(Plan, edgesGrowWithAccessesNotWithTheirPairs)
{
    constexpr int count = 40000;
    Net net;
    BufferId in = net.input(1), shared = net.buffer(0);
    for (int i = 0; i < count; ++i)
        net.step({in}, {shared});
    for (int i = 0; i < count; ++i)
        net.output(net.call({shared}, 1));
    for (int i = 0; i < count; ++i)
        net.step({in}, {shared});
    Dependences dependences = findDependences(net.problem);
    size_t edges = 0;
    for (const std::vector<NodeId> &successors : dependences.successors)
        edges += successors.size();
    EXPECT_LE(edges, 8u * count);
    EXPECT_EQ(dependences.stepsAfter(0, 0, 3 * count).size(), size_t(count));
    EXPECT_EQ(dependences.stepsAfter(count + 1, 0, 3 * count).size(), size_t(count));
    EXPECT_EQ(dependences.stepsAfter(1, count + 5, count + 7), (llvm::SmallVector<StepId, 4>{count + 5, count + 6}));
    EXPECT_EQ(splitAtFixedSteps(dependences).size(), 1u);
}

/// A step between two groups of steps is fixed, whether edges lead to it or to a join.
TEST(Plan, joinsHideNoFixedStep)
{
    Net net;
    BufferId in = net.input(1), parts = net.buffer(2), others = net.buffer(2);
    for (int i = 0; i < 2; ++i)
        net.step({in}, {parts, others});
    BufferId middle = net.call({others}, 1);
    for (int i = 0; i < 3; ++i)
        net.output(net.call({parts, middle}, 1));
    EXPECT_EQ(splitAtFixedSteps(findDependences(net.problem)), (std::vector<StepId>{2, 3, 6}));
}

TEST(Plan, reordersBranchesToFreeMemoryFirst)
{
    // Two branches, each a large map that becomes small. One after the other needs one large map at a time.
    Net net;
    BufferId in = net.input(10);
    BufferId a = net.call({in}, 1000), b = net.call({in}, 1000);
    BufferId smallA = net.call({a}, 10), smallB = net.call({b}, 10);
    net.output(net.call({smallA, smallB}, 10));
    Plan plan = solved(net.problem);
    EXPECT_EQ(plan.arenaBytes, 1000 + 10 + 10);
    EXPECT_TRUE(plan.orderIsOptimal);
}

TEST(Plan, keepsTheOrderWhereAnotherIsNoBetter)
{
    Net net;
    BufferId in = net.input(10);
    BufferId a = net.call({in}, 10), b = net.call({in}, 10), c = net.call({in}, 10);
    net.output(net.call({c, b, a}, 10));
    EXPECT_EQ(solved(net.problem).order, (std::vector<StepId>{0, 1, 2, 3}));
}

TEST(Plan, extraEdgesForbidTheBetterOrder)
{
    Net net;
    BufferId in = net.input(10);
    BufferId a = net.call({in}, 1000), b = net.call({in}, 1000);
    net.output(net.call({net.call({a}, 10), net.call({b}, 10)}, 10));
    net.problem.extraEdges = {{0, 3}, {1, 2}};
    EXPECT_EQ(solved(net.problem).arenaBytes, 2010);
}

TEST(Plan, zeroBytesOrderStepsButTakeNoMemory)
{
    Net net(16);
    BufferId outside = net.input(0);
    BufferId y = net.inPlace({outside}, 0);
    net.output(net.call({y}, 16));
    Plan plan = solved(net.problem);
    EXPECT_EQ(plan.arenaBytes, 16);
    EXPECT_EQ(plan.order, (std::vector<StepId>{0, 1}));
    EXPECT_TRUE(plan.aliases.empty());
}

TEST(Plan, unreadInputAndUnusedBuffer)
{
    Net net;
    net.input(100);
    net.buffer(1000);
    BufferId in = net.input(1);
    net.output(net.call({in}, 80));
    // The unread input is gone before the first step.
    EXPECT_EQ(solved(net.problem).arenaBytes, 101);
}

TEST(Plan, outputThatIsNeverReadAndDeadResult)
{
    Net net;
    BufferId in = net.input(10);
    net.call({in}, 500);
    net.output(net.call({in}, 20));
    EXPECT_EQ(solved(net.problem).arenaBytes, 510);
}

TEST(Plan, peakNamesWhatIsLive)
{
    Net net(16);
    BufferId in = net.input(20);
    BufferId x = net.call({in}, 50, 30);
    net.output(net.call({x}, 10));
    net.problem.buffers[x].name = "features";
    Plan plan = solved(net.problem);
    PeakMoment peak = findPeak(net.problem, plan);
    EXPECT_EQ(peak.step, "step0");
    EXPECT_EQ(peak.liveBytes, plan.lowerBound);
    ASSERT_EQ(peak.entries.size(), 3u);
    EXPECT_EQ(peak.entries[0].name, "features");
    EXPECT_EQ(peak.entries[0].bytes, 50);
    EXPECT_TRUE(peak.entries[1].isWorkspace);
    EXPECT_EQ(peak.entries[1].name, "step0");
    EXPECT_EQ(peak.entries[2].bytes, 20);
}

TEST(Plan, refusesProblemsThatMakeNoSense)
{
    auto broken = [](auto change) {
        Net net(16);
        BufferId in = net.input(10);
        net.output(net.inPlace({in}, 10));
        change(net.problem);
        return failure(net.problem);
    };
    EXPECT_EQ(broken([](AllocationProblem &) {}), "");
    EXPECT_NE(broken([](AllocationProblem &p) { p.buffers[0].isInput = false; }).find("before it is written"),
              std::string::npos);
    EXPECT_NE(broken([](AllocationProblem &p) { p.steps.clear(); }).find("nothing writes the output 't1'"),
              std::string::npos);
    EXPECT_NE(broken([](AllocationProblem &p) { p.buffers[1].bytes = -1; }).find("negative"), std::string::npos);
    EXPECT_NE(broken([](AllocationProblem &p) { p.buffers[1].alignment = 48; }).find("power of two"),
              std::string::npos);
    EXPECT_NE(broken([](AllocationProblem &p) { p.buffers[1].alignment = 0; }).find("power of two"), std::string::npos);
    EXPECT_NE(broken([](AllocationProblem &p) { p.steps[0].workspaceAlignment = -16; }).find("power of two"),
              std::string::npos);
    EXPECT_NE(broken([](AllocationProblem &p) { p.steps[0].reads.push_back(9); }).find("does not exist"),
              std::string::npos);
    EXPECT_NE(broken([](AllocationProblem &p) { p.steps[0].mayAlias = {{0, 1}}; }).find("alias"), std::string::npos);
    EXPECT_NE(broken([](AllocationProblem &p) { p.extraEdges = {{0, 0}}; }).find("extra edge"), std::string::npos);
    EXPECT_NE(broken([](AllocationProblem &p) { p.extraEdges = {{0, 1}}; }).find("extra edge"), std::string::npos);
}

TEST(Plan, sizesThatOverflowAreRefused)
{
    for (int64_t bytes : {INT64_MAX, INT64_MAX - 15, maxTotalBytes, maxTotalBytes / 2}) {
        Net net(16);
        BufferId in = net.input(bytes);
        net.output(net.call({in}, bytes));
        EXPECT_NE(failure(net.problem).find("too large"), std::string::npos) << bytes;
    }
    Net net(16);
    BufferId in = net.input(maxTotalBytes / 4);
    net.output(net.call({in}, maxTotalBytes / 4));
    EXPECT_EQ(solved(net.problem).arenaBytes, maxTotalBytes / 2);
}

/// What the verifier says of a good plan that a change has made bad.
template <typename Change> std::string verdict(Change change)
{
    Net net(16);
    BufferId x = net.call({net.input(64)}, 64, 32);
    BufferId y = net.inPlace({x}, 64);
    BufferId z = net.call({y}, 64);
    net.output(net.inPlace({z, y}, 64));
    Plan plan = solved(net.problem);
    EXPECT_EQ(plan.aliases.size(), 2u);
    change(net.problem, plan);
    return llvm::toString(verify(net.problem, plan));
}

TEST(Verify, findsEveryKindOfMistake)
{
    auto finds = [](const std::string &text, const std::string &part) {
        EXPECT_NE(text.find(part), std::string::npos) << "expected '" << part << "' in '" << text << "'";
    };
    EXPECT_EQ(verdict([](AllocationProblem &, Plan &) {}), "");
    finds(verdict([](AllocationProblem &, Plan &plan) { plan.order.pop_back(); }), "another number of steps");
    finds(verdict([](AllocationProblem &, Plan &plan) { plan.offsets.pop_back(); }),
          "another number of steps or buffers");
    finds(verdict([](AllocationProblem &, Plan &plan) { plan.order[0] = plan.order[1]; }), "no permutation");
    finds(verdict([](AllocationProblem &, Plan &plan) { plan.order[0] = 77; }), "no permutation");
    finds(verdict([](AllocationProblem &, Plan &plan) { std::swap(plan.order[0], plan.order[1]); }),
          "'step1' reads 't1' before it is written");
    finds(verdict([](AllocationProblem &problem, Plan &) { problem.extraEdges = {{3, 0}}; }),
          "'step0' runs before 'step3'");
    finds(verdict([](AllocationProblem &, Plan &plan) { plan.offsets[0] = plan.offsets[1]; }),
          "'t0' and 't1' share memory while both are in use");
    finds(verdict([](AllocationProblem &, Plan &plan) { plan.workspaceOffsets[0] = plan.offsets[1] + 16; }),
          "'t1' and the workspace of 'step0' share memory");
    finds(verdict([](AllocationProblem &, Plan &plan) { plan.aliases.clear(); }), "share memory while both are in use");
    finds(verdict([](AllocationProblem &, Plan &plan) { plan.aliases.push_back(plan.aliases[0]); }), "second alias");
    finds(verdict([](AllocationProblem &problem, Plan &) { problem.steps[1].mayAlias.clear(); }), "nobody offers");
    finds(verdict([](AllocationProblem &, Plan &plan) { plan.aliases[0].output = 1000; }), "does not exist");
    finds(verdict([](AllocationProblem &problem, Plan &) { problem.buffers[1].isOutput = true; }),
          "needed after the alias");
    finds(verdict([](AllocationProblem &problem, Plan &) { problem.buffers[2].isInput = true; }),
          "live before the alias");
    finds(verdict([](AllocationProblem &, Plan &plan) { plan.offsets[2] += 16; }), "addresses differ");
    finds(verdict([](AllocationProblem &, Plan &plan) { plan.offsets[0] += 1; }), "'t0' is not aligned to 16");
    finds(verdict([](AllocationProblem &, Plan &plan) { plan.arenaAlignment = INT64_MIN; }), "the arena's alignment");
    finds(verdict([](AllocationProblem &, Plan &plan) { plan.arenaAlignment = 8; }), "is not aligned to 16");
    finds(verdict([](AllocationProblem &, Plan &plan) { plan.offsets[0] = -16; }), "'t0' does not lie in the arena");
    finds(verdict([](AllocationProblem &, Plan &plan) { plan.offsets[0] = INT64_MAX - 15; }),
          "does not lie in the arena");
    finds(verdict([](AllocationProblem &, Plan &plan) { plan.arenaBytes -= 16; }), "does not lie in the arena");
    finds(verdict([](AllocationProblem &, Plan &plan) { plan.lowerBound -= 16; }), "bytes are live at once");
}

TEST(Verify, laterWriteBeforeEarlierRead)
{
    Net net;
    BufferId in = net.input(8), state = net.buffer(8);
    net.step({in}, {state});
    BufferId copy = net.call({state}, 8);
    net.step({in}, {state});
    net.output(net.call({state, copy}, 8));
    Plan plan = solved(net.problem);
    std::swap(plan.order[1], plan.order[2]);
    EXPECT_NE(llvm::toString(verify(net.problem, plan)).find("before an earlier value is read"), std::string::npos);
}

} // namespace
