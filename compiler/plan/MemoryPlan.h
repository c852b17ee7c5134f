// Stage 4: the order of calls and the address of every operand.
#pragma once

#include "compiler/kernel/Kernel.h"
#include "compiler/plan/Plan.h"
#include "compiler/plan/View.h"

#include "llvm/ADT/MapVector.h"

namespace barecc {

struct PlanOptions {
    int64_t alignment = 16; // of every buffer in the arena, in bytes
    bool ioInArena = false;
};

/// What is counted for the report.
struct Costs {
    int64_t macs = 0;
    int64_t weightBytes = 0, parameters = 0; // constants that are read
};

/// An operand or result of a call. For the arena the view's offset is replaced by `bytes` from its start.
struct Location {
    View view;
    int64_t bytes = 0; // from the start of the arena, the state, the argument, the result or the constant
};

struct PlannedCall {
    kernel::KernelOpInterface op;
    std::vector<Location> inputs, outputs;
    int64_t workspaceOffset = 0, workspaceBytes = 0; // from the start of the arena
    Costs costs{};                                   // with those of its subgraphs
};

/// The plan of one function. Addresses in the arena of a subgraph count from the workspace of the call that runs it.
struct FunctionPlan {
    std::vector<PlannedCall> calls;           // in the order of execution
    std::vector<Location> arguments, results; // of main, with ioInArena, but for state
    int64_t arenaBytes = 0, arenaAlignment = 1, lowerBound = 0;
    plan::PeakMoment peak;
    Costs costs; // of all its calls
};

/// A piece of the block of memory that a model keeps from one run to the next.
struct StatePlan {
    int64_t offset = 0, bytes = 0; // from the start of the block
    /// What every byte is at first, or the constant that it starts as.
    uint8_t fill = 0;
    std::optional<unsigned> constant;
};

struct MemoryPlan : FunctionPlan {
    std::vector<StatePlan> states;
    int64_t stateBytes = 0;
    llvm::MapVector<mlir::StringAttr, FunctionPlan> subgraphs; // by name; what they call themselves comes before them
    std::vector<mlir::ElementsAttr> constants;                 // of all functions
    int64_t bufferAlignment = 1;                               // of every buffer in the arena
};

/// The memory that a kernel.loop takes beside its operands: a second place for each carried value, to
/// alternate with the result, then the arena of the body.
struct LoopWorkspace {
    llvm::SmallVector<int64_t> carried; // bytes from its start
    int64_t body = 0, bytes = 0;
};
LoopWorkspace loopWorkspace(kernel::LoopOp loop, const FunctionPlan &body, int64_t alignment);

/// Plans `main` of a module that has gone through selection and insert-copies with the same `ioInArena`, and the subgraphs
/// that it runs. Changes nothing in the module. Errors are reported.
mlir::FailureOr<MemoryPlan> planMemory(mlir::ModuleOp module, const PlanOptions &options);

} // namespace barecc
