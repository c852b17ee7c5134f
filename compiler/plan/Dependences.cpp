#include "compiler/plan/Dependences.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/SmallVector.h"

using namespace llvm;

namespace barecc::plan {
namespace {

constexpr size_t maxEdges = size_t(1) << 24;

/// The accesses of one buffer so far, folded: what came before the latest writes is reached through them.
struct BufferHistory {
    /// Writers of the latest group of writes that no read interrupts.
    SmallVector<StepId, 2> writers;
    /// Readers since.
    SmallVector<StepId, 4> readers;
    /// Readers of the group of writes before, which every writer of the latest group has to follow.
    SmallVector<StepId, 4> earlierReaders;
};

} // namespace

Expected<Dependences> findDependences(const AllocationProblem &problem)
{
    Dependences result;
    result.predecessors.resize(problem.steps.size());
    result.successors.resize(problem.steps.size());
    std::vector<BufferHistory> histories(problem.buffers.size());
    size_t edges = 0;

    auto follow = [&](ArrayRef<StepId> befores, StepId after) {
        for (StepId before : befores)
            if (before != after)
                result.predecessors[after].push_back(before);
    };
    for (auto [index, step] : enumerate(problem.steps)) {
        StepId id = static_cast<StepId>(index);
        for (BufferId buffer : step.reads) {
            follow(histories[buffer].writers, id);
            histories[buffer].readers.push_back(id);
        }
        for (BufferId buffer : step.writes) {
            BufferHistory &history = histories[buffer];
            if (!history.readers.empty()) {
                history.earlierReaders = std::move(history.readers);
                history.readers.clear();
                history.writers.clear();
            }
            follow(history.earlierReaders, id);
            history.writers.push_back(id);
        }
        edges += result.predecessors[id].size();
        if (edges > maxEdges)
            return createStringError(inconvertibleErrorCode(),
                                     "memory plan: too many dependences between steps, at step '" + step.name + "'");
    }
    for (const ExtraEdge &edge : problem.extraEdges)
        result.predecessors[edge.after].push_back(edge.before);

    for (auto [id, predecessors] : enumerate(result.predecessors)) {
        llvm::sort(predecessors);
        predecessors.erase(llvm::unique(predecessors), predecessors.end());
        for (StepId before : predecessors)
            result.successors[before].push_back(static_cast<StepId>(id));
    }
    return result;
}

/// For each step, in the visiting order, whether all steps visited before it are connected to it: exactly when it is
/// the only visited step that no other visited step follows.
template <typename Range>
static std::vector<bool> followsAllVisited(const Range &visitingOrder, const std::vector<std::vector<StepId>> &back)
{
    std::vector<bool> followed(back.size()), result(back.size());
    size_t open = 0;
    for (StepId step : visitingOrder) {
        for (StepId before : back[step]) {
            if (!followed[before])
                --open;
            followed[before] = true;
        }
        ++open;
        result[step] = open == 1;
    }
    return result;
}

std::vector<StepId> splitAtFixedSteps(const Dependences &dependences)
{
    auto steps = llvm::seq<StepId>(0, static_cast<StepId>(dependences.successors.size()));
    std::vector<bool> followsAll = followsAllVisited(steps, dependences.predecessors);
    std::vector<bool> precedesAll = followsAllVisited(llvm::reverse(steps), dependences.successors);
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
