// One generated function: a linalg operation as a C loop nest over buffers whose strides are known.
#pragma once

#include "compiler/emit/LoopFunction.h"
#include "compiler/kernel/Kernel.h"

namespace barecc {

/// A range of the iteration space: so many steps along one dimension, all of the others. Pointers are to its first
/// element.
struct LoopPart {
    unsigned dimension;
    int64_t steps;
};

/// Prints the function of a kernel.loops for operands that lie as given. `inPlace` is the operand that result 0 lies
/// on: it has no parameter of its own then. Errors are reported.
mlir::FailureOr<c::Function> printLoopNest(kernel::LoopsOp loops, llvm::ArrayRef<LoopOperand> arguments,
                                           llvm::ArrayRef<LoopOperand> results, std::optional<unsigned> inPlace,
                                           std::optional<LoopPart> part = std::nullopt);

} // namespace barecc
