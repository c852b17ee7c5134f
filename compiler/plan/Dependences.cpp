#include "compiler/plan/Dependences.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

#include <optional>
#include <utility>

using namespace llvm;

namespace barecc::plan {
namespace {

/// Accesses of one kind to one buffer that no access of the other kind interrupts, and that others follow.
struct AccessGroup {
    SmallVector<StepId, 4> steps;
    /// The first step that follows them.
    std::optional<StepId> follower;
    /// From all of the steps, once a second one follows them.
    std::optional<NodeId> join;
};

/// The accesses of one buffer so far, folded: what came before the latest writes is reached through them.
struct BufferHistory {
    AccessGroup writers;
    /// Readers since.
    AccessGroup readers;
    /// Readers of the group of writes before, which every writer of the latest group has to follow.
    AccessGroup earlierReaders;
};

class Finder {
public:
    explicit Finder(const AllocationProblem &problem) : problem(problem)
    {
        result.stepCount = static_cast<StepId>(problem.steps.size());
        result.predecessors.resize(problem.steps.size());
    }

    Dependences run()
    {
        std::vector<BufferHistory> histories(problem.buffers.size());
        for (auto [index, step] : enumerate(problem.steps)) {
            StepId id = static_cast<StepId>(index);
            for (BufferId buffer : step.reads) {
                follow(histories[buffer].writers, id);
                histories[buffer].readers.steps.push_back(id);
            }
            for (BufferId buffer : step.writes) {
                BufferHistory &history = histories[buffer];
                if (!history.readers.steps.empty()) {
                    history.earlierReaders = std::exchange(history.readers, {});
                    history.writers = {};
                }
                follow(history.earlierReaders, id);
                history.writers.steps.push_back(id);
            }
        }
        for (const ExtraEdge &edge : problem.extraEdges)
            result.predecessors[edge.after].push_back(edge.before);
        result.successors.resize(result.predecessors.size());
        for (auto [id, predecessors] : enumerate(result.predecessors)) {
            llvm::sort(predecessors);
            predecessors.erase(llvm::unique(predecessors), predecessors.end());
            for (NodeId before : predecessors)
                result.successors[before].push_back(static_cast<NodeId>(id));
        }
        return std::move(result);
    }

private:
    /// The first to follow a group, which alone can be one of it, has an edge from each of its steps, the next ones from
    /// the join.
    void follow(AccessGroup &group, StepId after)
    {
        if (group.steps.size() < 2 || group.follower.value_or(after) == after) {
            for (StepId before : group.steps)
                if (before != after)
                    result.predecessors[after].push_back(before);
            group.follower = after;
            return;
        }
        if (!group.join) {
            group.join = static_cast<NodeId>(result.predecessors.size());
            result.predecessors.emplace_back(group.steps.begin(), group.steps.end());
        }
        result.predecessors[after].push_back(*group.join);
    }

    const AllocationProblem &problem;
    Dependences result;
};

} // namespace

Dependences findDependences(const AllocationProblem &problem) { return Finder(problem).run(); }

SmallVector<StepId, 4> Dependences::stepsAfter(StepId step, StepId begin, StepId end) const
{
    SmallVector<StepId, 4> result;
    auto take = [&](ArrayRef<NodeId> ascending) {
        result.append(lower_bound(ascending, begin), lower_bound(ascending, end));
    };
    take(successors[step]);
    for (NodeId join : reverse(successors[step])) {
        if (!isJoin(join))
            break;
        take(successors[join]);
    }
    llvm::sort(result);
    result.erase(llvm::unique(result), result.end());
    return result;
}

/// For each step, in the visiting order, whether all steps visited before it are connected to it: exactly when it is
/// the only visited step that no other visited step follows. `back` has the nodes that a node follows.
template <typename Range>
static std::vector<bool> followsAllVisited(const Range &visitingOrder, const std::vector<std::vector<NodeId>> &back,
                                           StepId stepCount)
{
    std::vector<bool> followed(back.size()), result(stepCount);
    size_t open = 0;
    auto follow = [&](NodeId before) {
        bool isNew = !followed[before];
        followed[before] = true;
        return isNew;
    };
    for (StepId step : visitingOrder) {
        for (NodeId before : back[step]) {
            if (!follow(before))
                continue;
            if (before < stepCount)
                --open;
            else
                open -= static_cast<size_t>(llvm::count_if(back[before], follow));
        }
        ++open;
        result[step] = open == 1;
    }
    return result;
}

std::vector<StepId> splitAtFixedSteps(const Dependences &dependences)
{
    auto steps = llvm::seq<StepId>(0, dependences.stepCount);
    std::vector<bool> followsAll = followsAllVisited(steps, dependences.predecessors, dependences.stepCount);
    std::vector<bool> precedesAll =
        followsAllVisited(llvm::reverse(steps), dependences.successors, dependences.stepCount);
    std::vector<StepId> ends;
    for (StepId step : steps) {
        if (!followsAll[step] || !precedesAll[step])
            continue;
        if (step > (ends.empty() ? 0 : ends.back()))
            ends.push_back(step);
        ends.push_back(step + 1);
    }
    if (ends.empty() ? !steps.empty() : ends.back() < steps.size())
        ends.push_back(static_cast<StepId>(steps.size()));
    return ends;
}

} // namespace barecc::plan
