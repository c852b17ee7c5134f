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

/// Where memory comes from: a region that the plan lays buffers out in, or memory with an address of its own.
enum class MemorySpace { Region, Argument, Result, Constant };

/// A block of memory that the caller provides.
struct MemoryRegion {
    std::string name; // of its pointer in the generated C
    int64_t bytes = 0, alignment = 1;
};

/// Numbers of regions: the arena holds what lives within one run, the state what lives from one run to the next.
constexpr unsigned arenaRegion = 0, stateRegion = 1;

/// Where an operand or result of a step lies.
struct BufferPlace {
    MemorySpace space = MemorySpace::Region;
    unsigned index = 0;                    // of the region, argument, result or constant
    int64_t offset = 0;                    // bytes from its start
    unsigned buffer = 0;                   // in a region: the buffer that the tensor is, or is a part of
    llvm::SmallVector<int64_t, 6> strides; // elements, by dimension

    bool isIn(unsigned region) const { return space == MemorySpace::Region && index == region; }
};

struct PlannedCall {
    kernel::KernelOpInterface op;
    std::vector<BufferPlace> inputs, outputs;
    int64_t workspaceOffset = 0, workspaceBytes = 0; // from the start of the arena
    Costs costs{};                                   // with those of its subgraphs
};

/// The plan of one function. Addresses in the arena of a subgraph count from the workspace of the call that runs it.
struct FunctionPlan {
    mlir::func::FuncOp function;
    std::vector<PlannedCall> calls;              // in the order of execution
    std::vector<BufferPlace> arguments, results; // of main, with ioInArena, but for state
    std::vector<MemoryRegion> regions{{"arena"}};
    int64_t lowerBound = 0; // of the arena's bytes
    plan::PeakMoment peak;
    Costs costs; // of all its calls

    const MemoryRegion &arena() const { return regions[arenaRegion]; }
};

/// A piece of the block of memory that a model keeps from one run to the next.
struct StatePlan {
    int64_t offset = 0, bytes = 0; // from the start of the block
    /// What every byte is at first, or the constant that it starts as.
    uint8_t fill = 0;
    std::optional<unsigned> constant;
};

struct MemoryPlan : FunctionPlan {
    MemoryPlan() { regions.push_back({"state"}); }
    const MemoryRegion &state() const { return regions[stateRegion]; } // of no bytes where the model has none

    std::vector<StatePlan> states;
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

/// Plans `main` of a module that has gone through selection and insert-copies with the same `ioInArena`, and the
/// subgraphs that it runs. Changes nothing in the module. Errors are reported.
mlir::FailureOr<MemoryPlan> planMemory(mlir::ModuleOp module, const PlanOptions &options);

} // namespace barecc
