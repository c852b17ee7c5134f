// Building memory planning problems: by hand, and in the shapes of well-known networks.
#pragma once

#include "compiler/plan/Plan.h"

#include <random>

namespace barecc::plan::testing {

/// AllocationProblem under construction. Every buffer gets the same alignment.
class Net {
public:
    explicit Net(int64_t alignment = 1) : alignment(alignment) {}

    BufferId buffer(int64_t bytes, std::string name = "");
    BufferId input(int64_t bytes);
    void output(BufferId id) { problem.buffers[id].isOutput = true; }
    StepId step(std::vector<BufferId> reads, std::vector<BufferId> writes, int64_t workspace = 0);
    /// A step with one new output.
    BufferId call(std::vector<BufferId> reads, int64_t bytes, int64_t workspace = 0);
    /// The same, and the output may lie on each of the inputs.
    BufferId inPlace(std::vector<BufferId> reads, int64_t bytes);

    int64_t bytesOf(BufferId id) const { return problem.buffers[id].bytes; }

    AllocationProblem problem;

private:
    int64_t alignment;
};

struct NamedProblem {
    std::string name;
    AllocationProblem problem;
};

/// Networks as their calls come out of a compiler: activations fused, residual additions in place, concats written by
/// their producers or by a step of their own. Sizes are those of int8 activations, aligned to 16.
std::vector<NamedProblem> networks();

/// A random graph of `steps` steps, each reading one to three buffers out of the latest `reach`, with random sizes,
/// aliases, workspaces, second outputs and buffers of several writers.
AllocationProblem randomProblem(std::mt19937 &random, uint32_t steps, uint32_t reach, int64_t maxBytes,
                                int64_t alignment);

} // namespace barecc::plan::testing
