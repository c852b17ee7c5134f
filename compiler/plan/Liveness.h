// When each buffer holds a value, and how many bytes that makes at each moment.
//
// Time: 0 is the moment before the first step, position p of the order is time p + 1, and steps + 1 is the moment after
// the last step. Inputs are live at 0, outputs at steps + 1.
#pragma once

#include "compiler/plan/AllocationProblem.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace barecc::plan {

/// Moments at which a buffer is live, both included; empty (first > last) for one that is never used.
struct LiveRange {
    uint32_t first = 1;
    uint32_t last = 0;
};

/// Who touches what, each pair once.
struct Accesses {
    /// The buffers of each step, ascending.
    std::vector<llvm::SmallVector<BufferId, 4>> ofStep;
    /// How many steps touch each buffer.
    std::vector<uint32_t> count;
};
Accesses findAccesses(const AllocationProblem &problem);

std::vector<LiveRange> findLiveRanges(const AllocationProblem &problem, const Accesses &accesses,
                                      llvm::ArrayRef<StepId> order);

/// An alias that a plan uses.
struct TakenAlias {
    StepId step;
    BufferId output;
    BufferId input;
};

/// Bytes that an alias saves in its step.
inline int64_t aliasSaving(const AllocationProblem &problem, BufferId output, BufferId input)
{
    return std::min(paddedBytes(problem.buffers[output]), paddedBytes(problem.buffers[input]));
}

/// Picks the aliases of one step that together save most, each output and each input at most once. (With more than a
/// handful of competing aliases: the one that saves most first.)
void chooseAliases(const AllocationProblem &problem, StepId step, llvm::function_ref<bool(BufferId)> isBornHere,
                   llvm::function_ref<bool(BufferId)> diesHere, llvm::SmallVectorImpl<Alias> &taken);

/// Picks the aliases of all steps of an order. Taking one never raises the bytes live at any moment.
std::vector<TakenAlias> chooseAliases(const AllocationProblem &problem, llvm::ArrayRef<StepId> order,
                                      llvm::ArrayRef<LiveRange> ranges);

/// Bytes live at each moment (steps + 2 of them), workspaces included, shared bytes of an alias counted once.
std::vector<int64_t> findLiveBytes(const AllocationProblem &problem, llvm::ArrayRef<StepId> order,
                                   llvm::ArrayRef<LiveRange> ranges, llvm::ArrayRef<TakenAlias> aliases);

} // namespace barecc::plan
