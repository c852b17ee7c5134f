// Decides where every tensor lies, up to addresses: reshapes, casts and slices are views of what they read; the inputs
// of a concat are written straight into its result; results of the function are written straight into the caller's
// memory. Where a layout does not allow that, a copy is needed.
//
// State lies where it stays from one run to the next. Its new value is computed there too if everything that reads the
// old one comes before; else it is computed aside and copied at the end.
#pragma once

#include "compiler/kernel/Kernel.h"
#include "compiler/plan/View.h"

namespace barecc {

struct ViewAssignment {
    llvm::DenseMap<mlir::Value, View> views;
    /// What each temporary buffer holds: the first value laid into it, for its size and for messages.
    std::vector<mlir::Value> temporaries;
};

/// Told of an operand that has to be a copy of its value. It puts the copy in, before the operation that reads it, and
/// returns the first operation that is new; or null, which is a failure.
using CopyInserter = llvm::function_ref<mlir::Operation *(mlir::OpOperand &)>;

/// The function holds steps (KernelOpInterface), constants, views (nn.reshape, quant.scast, tensor.extract_slice),
/// tensor.concat and a return. With `ioInArena`, arguments and results are arena buffers too; state (State.h) is not.
/// Error (reported): an operation of another kind. The function is changed by `copy` alone, which a function that has
/// gone through insert-copies needs no more.
mlir::FailureOr<ViewAssignment> assignViews(mlir::func::FuncOp function, bool ioInArena, CopyInserter copy);

} // namespace barecc
