// A stretch of the order that is rearranged on its own, and the state of a partly executed one.
#pragma once

#include "compiler/plan/Dependences.h"
#include "compiler/plan/Liveness.h"

#include "llvm/ADT/BitVector.h"

namespace barecc::plan {

/// The steps at positions [begin, end) of the problem's order, numbered from 0, with all that stands before them done
/// and nothing that stands behind them begun.
class Region {
public:
    /// A buffer that some step of the region touches.
    struct LocalBuffer {
        BufferId id;
        int64_t bytes;
        uint32_t accesses;
        bool bornBefore;
        bool livesAfter;
    };

    Region(const AllocationProblem &problem, const Accesses &accesses, const Dependences &dependences,
           llvm::ArrayRef<LiveRange> ranges, llvm::ArrayRef<int64_t> entryBytes, StepId begin, StepId end);

    const AllocationProblem &problem() const { return problemRef; }
    StepId begin() const { return firstStep; }
    uint32_t size() const { return static_cast<uint32_t>(touched.size()); }
    /// Bytes live when the region is entered.
    int64_t entryBytes() const { return bytesAtEntry; }
    llvm::ArrayRef<LocalBuffer> buffers() const { return localBuffers; }
    /// Local numbers of the buffers that a step touches, and of the steps that touch a buffer.
    llvm::ArrayRef<uint32_t> touchedBy(uint32_t step) const { return touched[step]; }
    llvm::ArrayRef<uint32_t> usersOf(uint32_t buffer) const { return users[buffer]; }
    llvm::ArrayRef<uint32_t> successors(uint32_t step) const { return successorLists[step]; }
    uint32_t predecessorCount(uint32_t step) const { return predecessorCounts[step]; }

private:
    const AllocationProblem &problemRef;
    StepId firstStep;
    int64_t bytesAtEntry;
    std::vector<LocalBuffer> localBuffers;
    std::vector<llvm::SmallVector<uint32_t, 4>> touched;
    std::vector<llvm::SmallVector<uint32_t, 4>> users;
    std::vector<llvm::SmallVector<uint32_t, 4>> successorLists;
    std::vector<uint32_t> predecessorCounts;
};

/// Bytes live before each step of the problem's order, at entry to it: what lives at its moment and was born earlier.
std::vector<int64_t> findEntryBytes(const AllocationProblem &problem, llvm::ArrayRef<LiveRange> ranges);

/// Which steps of a region are done, and what follows from that.
class Frontier {
public:
    struct Cost {
        /// Bytes live during the step.
        int64_t peak;
        /// Change of the bytes that stay live after it.
        int64_t change;
    };

    explicit Frontier(const Region &region);
    Frontier(const Region &region, const llvm::BitVector &executed);

    /// Of a step that is ready.
    Cost cost(uint32_t step) const { return {live + costs[step].peak, costs[step].change}; }
    void execute(uint32_t step);
    /// Takes back the step that was executed last.
    void undo(uint32_t step);

    /// Steps that may come next, ascending.
    llvm::ArrayRef<uint32_t> ready() const { return readySteps; }
    /// Those of them that leave no more bytes live than there are.
    llvm::ArrayRef<uint32_t> shrinking() const { return shrinkingSteps; }
    const llvm::BitVector &executed() const { return executedSteps; }
    uint32_t executedCount() const { return count; }
    int64_t liveBytes() const { return live; }

private:
    bool isBornBy(uint32_t buffer) const;
    bool diesBy(uint32_t buffer) const;
    bool isReady(uint32_t step) const { return !executedSteps[step] && pendingPredecessors[step] == 0; }
    Cost computeCost(uint32_t step) const;
    void becomeReady(uint32_t step);
    void enterReady(uint32_t step);
    void leaveReady(uint32_t step);
    void access(uint32_t step, bool isUndone);

    const Region *region;
    llvm::BitVector executedSteps;
    uint32_t count = 0;
    int64_t live;
    std::vector<uint32_t> remainingAccesses;
    std::vector<uint32_t> pendingPredecessors;
    std::vector<uint32_t> readySteps;
    std::vector<uint32_t> shrinkingSteps;
    /// By step, right for those that are ready: what it costs where nothing else is live.
    std::vector<Cost> costs;
};

} // namespace barecc::plan
