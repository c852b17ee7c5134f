// A kernel and loops over its result as one C function that goes by lines; see compiler/ir/RowFusion.h.
#pragma once

#include "compiler/emit/FunctionPrinter.h"
#include "compiler/ir/RowFusion.h"

namespace barecc {

/// The name of the C function for a call of a fused function: (operands..., result, workspace if `needsWorkspace`),
/// where the operand `inPlace`, on which the result lies, is left out. Errors are reported.
mlir::FailureOr<std::string> rowFusionFunction(ModelText &model, const PlannedCall &call, const RowFusion &fusion,
                                               std::optional<unsigned> inPlace);

bool needsWorkspace(const RowFusion &fusion, std::optional<unsigned> inPlace);

} // namespace barecc
