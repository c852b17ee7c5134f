// The arguments and results of `main` as the caller of a generated function sees them. Attributes of the nn dialect,
// listed in NN.td, are what importers write and the driver and the planner read. Types say whether integers have a
// sign; inside, they have none of their own, and each operation of arith says how it takes them.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace barecc::boundary {

inline constexpr llvm::StringLiteral name = "nn.name", position = "nn.position", shapeOf = "nn.shape_of",
                                     state = "nn.state", initial = "nn.initial";

/// What elements of the type are stored as: the integers of quantised ones, which may be unsigned, else the type itself.
mlir::Type storage(mlir::Type element);

/// Whether elements of the type are integers without a sign, stored as they are or quantised.
bool isUnsigned(mlir::Type element);

/// A caller's tensor as the module has it, and back: unsigned integers (ui8, ...) against the same bits of no sign.
mlir::Value entering(mlir::OpBuilder &b, mlir::Value given);
mlir::Value leaving(mlir::OpBuilder &b, mlir::Value value, mlir::Type callersElement);

/// The module's form of a caller's type or constant.
mlir::Type signless(mlir::Type element);
mlir::RankedTensorType signless(mlir::RankedTensorType type);
mlir::ElementsAttr signless(mlir::ElementsAttr constant);

} // namespace barecc::boundary
