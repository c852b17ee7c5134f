// One generated function: imperative code over buffers whose strides are known.
#pragma once

#include "compiler/emit/LoopFunction.h"

namespace barecc {

/// Prints the function (made by the outline-loops pass of an nn.procedure) for operands that lie as given. `inPlace` is
/// the argument that result 0 lies on: it has no parameter of its own then. Errors are reported.
mlir::FailureOr<c::Function> printProcedure(mlir::func::FuncOp function, llvm::ArrayRef<LoopOperand> arguments,
                                            llvm::ArrayRef<LoopOperand> results, std::optional<unsigned> inPlace);

} // namespace barecc
