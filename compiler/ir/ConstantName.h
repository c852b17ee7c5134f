// What a model file calls a constant, as the location of the constant's operation.
#pragma once

#include "mlir/IR/Operation.h"

namespace barecc {

/// The location of a constant that the model file has under a name, for importers.
mlir::Location constantLocation(mlir::MLIRContext *context, llvm::StringRef name);

/// That name, of the constant that a value is or is a view of; empty for others.
llvm::StringRef constantName(mlir::Value value);

/// The location of what `op` makes of constants: if one of them alone has a name, that of this one, else that of `op`.
mlir::Location foldedLocation(mlir::Operation *op);

} // namespace barecc
