// What the memory planner is asked: the buffers that share one arena, and the calls ("steps") that use them.
#pragma once

#include "llvm/Support/Error.h"
#include "llvm/Support/MathExtras.h"

#include <cstdint>
#include <string>
#include <vector>

namespace barecc::plan {

/// Index into AllocationProblem::buffers.
using BufferId = uint32_t;
/// Index into AllocationProblem::steps.
using StepId = uint32_t;

/// A piece of memory of fixed size. It is live from its first access (an input: from before the first step) to its
/// last access (an output: to after the last step), both ends included.
///
/// A value that lies outside the arena but still orders the steps is a buffer of zero bytes.
struct Buffer {
    std::string name;
    int64_t bytes = 0;
    /// Power of two, at most `maxAlignment`. In the arena a buffer takes its bytes rounded up to its alignment.
    int64_t alignment = 1;
    /// Filled by the caller before the first step. Its memory is free for others after its last access.
    bool isInput = false;
    /// Read by the caller after the last step.
    bool isOutput = false;
};

/// Says that within one step `output` may start at the address of `input`: the kernel writes no element of the output
/// before it has read everything it still needs from the same place. The sizes may differ.
struct Alias {
    BufferId output;
    BufferId input;
};

/// One call of a kernel.
struct Step {
    std::string name;
    std::vector<BufferId> reads;
    /// Several steps may write one buffer, each a part of its own (the slices of a channel concat); nothing orders such
    /// steps among each other. A step may read and write the same buffer.
    std::vector<BufferId> writes;
    /// Scratch memory, live in this step only.
    int64_t workspaceBytes = 0;
    int64_t workspaceAlignment = 1;
    /// Ways to compute in place; each is used only where `input` dies in this step and `output` is born in it.
    std::vector<Alias> mayAlias;
};

/// `before` runs before `after`, for a reason that the buffers do not tell.
struct ExtraEdge {
    StepId before;
    StepId after;
};

/// The steps stand in an order that is right (the source's own, say). From it follows what each read means: it sees
/// exactly the writes of the same buffer that stand before it. Every order that keeps this is open to the planner.
struct AllocationProblem {
    std::vector<Buffer> buffers;
    std::vector<Step> steps;
    std::vector<ExtraEdge> extraEdges;
};

constexpr int64_t maxAlignment = int64_t(1) << 20;

/// Limit on the sum of all sizes, each with its alignment added. Below it no sum of sizes or offsets can overflow.
constexpr int64_t maxTotalBytes = int64_t(1) << 61;

/// What `bytes` take in the arena. For values that `validate` has accepted.
inline int64_t paddedBytes(int64_t bytes, int64_t alignment)
{
    return static_cast<int64_t>(llvm::alignTo(static_cast<uint64_t>(bytes), static_cast<uint64_t>(alignment)));
}
inline int64_t paddedBytes(const Buffer &buffer) { return paddedBytes(buffer.bytes, buffer.alignment); }
inline int64_t paddedWorkspace(const Step &step) { return paddedBytes(step.workspaceBytes, step.workspaceAlignment); }

/// Checks that the problem makes sense: ids in range, sizes and alignments sane, no read of a buffer that nothing has
/// written, every output written, aliases between an output and an input of their step, extra edges pointing forward.
llvm::Error validate(const AllocationProblem &problem);

} // namespace barecc::plan
