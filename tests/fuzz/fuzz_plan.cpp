// A fuzzer of the planner: any bytes are read as a problem; what `validate` takes, `solve` plans, and `verify` agrees.
#include "compiler/plan/Plan.h"

#include <fuzzer/FuzzedDataProvider.h>

using namespace barecc::plan;

static AllocationProblem readProblem(FuzzedDataProvider &bytes)
{
    AllocationProblem problem;
    const size_t buffers = bytes.ConsumeIntegralInRange<size_t>(1, 12),
                 steps = bytes.ConsumeIntegralInRange<size_t>(1, 12);
    // One beyond the last, so that ids out of range come up.
    const auto buffer = [&] { return bytes.ConsumeIntegralInRange<BufferId>(0, BufferId(buffers)); };
    const auto list = [&] {
        std::vector<BufferId> ids(bytes.ConsumeIntegralInRange<size_t>(0, 3));
        for (BufferId &id : ids)
            id = buffer();
        return ids;
    };
    for (size_t i = 0; i < buffers; ++i) {
        // In order, since arguments are evaluated in any.
        Buffer made;
        made.bytes = bytes.ConsumeIntegralInRange<int64_t>(-1, 1 << 12);
        made.alignment = int64_t(1) << bytes.ConsumeIntegralInRange<int>(0, 7);
        made.isInput = bytes.ConsumeBool();
        made.isOutput = bytes.ConsumeBool();
        problem.buffers.push_back(made);
    }
    for (size_t i = 0; i < steps; ++i) {
        Step step;
        step.reads = list();
        step.writes = list();
        step.workspaceBytes = bytes.ConsumeIntegralInRange<int64_t>(0, 256);
        if (bytes.ConsumeBool() && !step.reads.empty() && !step.writes.empty())
            step.mayAlias.push_back({step.writes.front(), step.reads.front()});
        problem.steps.push_back(step);
    }
    return problem;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzedDataProvider bytes(data, size);
    const AllocationProblem problem = readProblem(bytes);
    if (llvm::Error error = validate(problem)) {
        llvm::consumeError(std::move(error));
        return 0;
    }
    // Solving fails where the plan does not pass `verify`.
    llvm::cantFail(solve(problem));
    return 0;
}
