// What MLIR's verifiers say of a module that an importer has built, in words for who has the model. Importers check most
// of it themselves, and better; this is behind them all, so that nobody reads of operations that no model file has.
#pragma once

#include "mlir/IR/BuiltinOps.h"

namespace barecc {

/// A verifier's message without the name of the operation: "has tensors of elements that do not go together". Those of
/// other dialects than nn speak of MLIR, and give another one.
std::string verifierReason(llvm::StringRef message);

/// Verifies a module; the errors name its nodes.
mlir::LogicalResult verifyImported(mlir::ModuleOp module);

} // namespace barecc
