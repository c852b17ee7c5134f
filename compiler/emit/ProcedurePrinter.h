// One generated function: imperative code over buffers whose strides are known.
#pragma once

#include "compiler/emit/LoopFunction.h"
#include "compiler/kernel/Kernel.h"

namespace barecc {

/// Prints the function of a kernel.procedure for operands that lie as given. `inPlace` is the operand that result 0
/// lies on: it has no parameter of its own then. Errors are reported.
mlir::FailureOr<c::Function> printProcedure(kernel::ProcedureOp procedure, llvm::ArrayRef<LoopOperand> arguments,
                                            llvm::ArrayRef<LoopOperand> results, std::optional<unsigned> inPlace);

} // namespace barecc
