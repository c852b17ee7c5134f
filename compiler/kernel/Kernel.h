// The kernel dialect: what is run to compute a selected model (Kernel.td), and what plan and emit ask of each step.
#pragma once

#include "compiler/ir/NN.h"
#include "compiler/kernel/Registry.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"

namespace barecc::kernel {

/// How a tensor that a step reads or writes may lie in memory.
enum class OperandLayout {
    Contiguous, // dense, the last dimension fastest
    Rows,       // dense rows of the last dimension, one distance from each to the next, like a slice of channels
    Strided     // any stride for each dimension
};

} // namespace barecc::kernel

#include "compiler/kernel/KernelDialect.h.inc"
#include "compiler/kernel/KernelInterfaces.h.inc"

#define GET_ATTRDEF_CLASSES
#include "compiler/kernel/KernelAttributes.h.inc"

#define GET_OP_CLASSES
#include "compiler/kernel/KernelOps.h.inc"

namespace barecc::kernel {

/// The dimension that the rows of a band are counted along: the first that has more than one.
unsigned rowDimension(mlir::RankedTensorType type);

/// Elements of one such row.
int64_t rowElements(mlir::RankedTensorType type);

} // namespace barecc::kernel
