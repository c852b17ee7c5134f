// The static memory planner: an order of the steps, what is computed in place, and an address for every buffer.
//
// The planner knows nothing of networks; whoever calls it says which buffers there are and what each step touches.
#pragma once

#include "compiler/plan/Liveness.h"
#include "compiler/plan/AllocationProblem.h"

namespace barecc::plan {

struct Plan {
    /// The steps in the order of execution.
    std::vector<StepId> order;
    /// What is computed in place: the output starts at its input's address.
    std::vector<TakenAlias> aliases;
    /// By buffer: where it starts in the arena. 0 for buffers of no bytes or no use.
    std::vector<int64_t> offsets;
    /// By step (the problem's numbering): where its workspace starts; 0 if it has none.
    std::vector<int64_t> workspaceOffsets;
    /// Size of the arena, all buffers rounded up to their alignment.
    int64_t arenaBytes = 0;
    /// The arena has to start at a multiple of this.
    int64_t arenaAlignment = 1;
    /// The largest sum of (rounded) bytes live at one moment of this order with these aliases; arenaBytes is never
    /// less.
    int64_t lowerBound = 0;
    /// No other order has a smaller lower bound.
    bool orderIsOptimal = false;
    /// No placement for this order and these aliases has a smaller arena (arenaBytes == lowerBound proves it at once).
    bool placementIsOptimal = false;
};

/// Plans the memory. The result has passed `verify` and is the same on every run and machine. All searches are limited
/// in the number of operations, so large problems end in good time with a plan that may not be the best.
/// Error: the problem is not valid (see `validate`), or beyond the size of any sane network.
llvm::Expected<Plan> solve(const AllocationProblem &problem);

/// Checks a plan from scratch, independently of how it was made: the order respects the dependences; every buffer and
/// workspace lies aligned inside the arena; no two that are in use at the same moment share a byte, but for aliases
/// that the problem offers and whose input dies where its output is born; the lower bound is what it says it is.
/// `problem` has to be valid. Error: names the buffers and the step.
llvm::Error verify(const AllocationProblem &problem, const Plan &plan);

/// Something that takes memory at the worst moment: a buffer, or the workspace of the step.
struct PeakEntry {
    std::string name;
    /// Its own size, without rounding.
    int64_t bytes;
    bool isWorkspace;
};

/// The moment at which the most bytes are live.
struct PeakMoment {
    /// Name of the step, empty before the first step (inputs) and after the last (outputs).
    std::string step;
    /// The sum, as it counts for the lower bound.
    int64_t liveBytes;
    /// Largest first. An output that lies on its input counts beside it.
    std::vector<PeakEntry> entries;
};

/// Says what is live at the worst moment of a plan, for the message that a memory budget is exceeded.
PeakMoment findPeak(const AllocationProblem &problem, const Plan &plan);

} // namespace barecc::plan
