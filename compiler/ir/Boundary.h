// The arguments and results of `main` as the caller of a generated function sees them: attributes of the nn dialect,
// listed in NN.td, which importers write and the driver and the planner read.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace barecc::boundary {

inline constexpr llvm::StringLiteral name = "nn.name", isUnsigned = "nn.unsigned", position = "nn.position",
                                     shapeOf = "nn.shape_of", state = "nn.state", initial = "nn.initial";

} // namespace barecc::boundary
