// Which steps must stay before which.
#pragma once

#include "compiler/plan/AllocationProblem.h"

#include "llvm/ADT/ArrayRef.h"

namespace barecc::plan {

/// A directed graph over the steps; every edge points forward in the problem's own order.
struct Dependences {
    std::vector<std::vector<StepId>> successors;
    std::vector<std::vector<StepId>> predecessors;
};

/// Derives the edges: read after write, write after read (the later writer may use the same bytes), extra edges. Enough
/// edges for their transitive closure to be right, not all pairs. Error: more edges than a sane network can have.
llvm::Expected<Dependences> findDependences(const AllocationProblem &problem);

/// Splits the problem's order wherever one step stands in a fixed place, all others being its ancestors or descendants.
/// Such a step makes a range of its own; what lies between two of them can be reordered with no regard to the rest.
/// Returns the end position of each range, ascending.
std::vector<StepId> splitAtFixedSteps(const Dependences &dependences);

} // namespace barecc::plan
