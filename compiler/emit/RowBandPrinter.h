// A kernel and the loops over its result as one C function that computes bands of rows (kernel.rows).
#pragma once

#include "compiler/emit/FunctionPrinter.h"

namespace barecc {

/// The name of the C function for a kernel.rows: (operands..., result, workspace if `needsWorkspace`), where the
/// operand `inPlace`, on which the result lies, is left out. Errors are reported.
mlir::FailureOr<std::string> rowBandFunction(ModelText &model, const PlannedCall &call, kernel::RowsOp rows,
                                             std::optional<unsigned> inPlace);

bool needsWorkspace(kernel::RowsOp rows, std::optional<unsigned> inPlace);

} // namespace barecc
