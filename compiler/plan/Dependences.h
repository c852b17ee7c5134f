// Which steps must stay before which.
#pragma once

#include "compiler/plan/AllocationProblem.h"

#include "llvm/ADT/SmallVector.h"

namespace barecc::plan {

/// A node of Dependences: a step, or behind the steps a join. A join does nothing; steps that all precede the same
/// others have one between them, so that there are as many edges as steps on both sides, not as many as pairs.
using NodeId = uint32_t;

/// A directed graph over steps and joins; every edge points forward in the problem's own order. A join has edges from
/// steps and to steps alone.
struct Dependences {
    StepId stepCount = 0;
    std::vector<std::vector<NodeId>> successors;
    std::vector<std::vector<NodeId>> predecessors;

    bool isJoin(NodeId node) const { return node >= stepCount; }
    /// The steps in [begin, end) that follow a step at once or through a join, ascending.
    llvm::SmallVector<StepId, 4> stepsAfter(StepId step, StepId begin, StepId end) const;
};

/// Derives the edges: read after write, write after read (the later writer may use the same bytes), extra edges. Enough
/// edges for their transitive closure to be right, not all pairs: their number is linear in that of the accesses.
Dependences findDependences(const AllocationProblem &problem);

/// Splits the problem's order wherever one step stands in a fixed place, all others being its ancestors or descendants.
/// Such a step makes a range of its own; what lies between two of them can be reordered with no regard to the rest.
/// Returns the end position of each range, ascending.
std::vector<StepId> splitAtFixedSteps(const Dependences &dependences);

} // namespace barecc::plan
