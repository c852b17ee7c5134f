// Stage 4: the order of calls and the address of every operand.
#pragma once

#include "compiler/ir/NN.h"
#include "compiler/plan/Plan.h"
#include "compiler/plan/View.h"

namespace barecc {

struct PlanOptions {
    int64_t alignment = 16; // of every buffer in the arena, in bytes
    bool ioInArena = false;
};

/// An operand or result of a call. For the arena the view's offset is replaced by `bytes` from its start.
struct Location {
    View view;
    int64_t bytes = 0; // from the start of the arena, the argument, the result or the constant
};

struct PlannedCall {
    kernel::CallOp op;
    std::vector<Location> inputs, outputs;
    int64_t workspaceOffset = 0; // bytes from the start of the arena
};

struct MemoryPlan {
    std::vector<PlannedCall> calls; // in the order of execution
    std::vector<mlir::ElementsAttr> constants;
    std::vector<Location> arguments, results; // of main, with ioInArena
    int64_t arenaBytes = 0, arenaAlignment = 1, lowerBound = 0;
    plan::PeakMoment peak;
};

/// Plans `main` of a module that has gone through selection. May add calls that copy. Errors are reported.
mlir::FailureOr<MemoryPlan> planMemory(mlir::ModuleOp module, const PlanOptions &options);

} // namespace barecc
