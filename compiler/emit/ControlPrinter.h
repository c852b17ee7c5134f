// Control flow: the functions of kernel.loop and kernel.if, and of the subgraphs that they run.
#pragma once

#include "compiler/emit/FunctionPrinter.h"

namespace barecc {

/// The name of the C function for a kernel.loop or kernel.if: (operands..., results..., unsigned char *workspace).
/// Errors are reported.
mlir::FailureOr<std::string> controlFunction(ModelText &model, mlir::Operation *op);

} // namespace barecc
