// State that a model keeps from one run to the next. An argument of `main` is the old value of the state whose name it
// has as `nn.state`; a result with the same `nn.state` is its new value. State that no result writes stays as it is.
// Arguments and results that are state stand behind all others.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace barecc {

/// The value of a state before the first run: of an argument of `main`, `nn.initial`.
mlir::ElementsAttr initialState(mlir::func::FuncOp main, unsigned argument);

/// Arguments of `main` that are state, in their order: the number of a state is its place here.
llvm::SmallVector<unsigned> stateArguments(mlir::func::FuncOp main);

/// By result of `main`: the number of the state that it is the new value of, or nothing.
llvm::SmallVector<std::optional<unsigned>> stateResults(mlir::func::FuncOp main);

/// A state by its name and its value before the first run.
struct NewState {
    llvm::StringRef name;
    mlir::ElementsAttr initial;
};

/// Makes state of the last arguments of the block of `main`, which its type does not have yet: all at once, since each
/// type of a function lists all arguments.
void declareStates(mlir::func::FuncOp main, llvm::ArrayRef<NewState> states);

/// Checks what the planner relies on: unique names, initial values of the arguments' types, results that name a state
/// and have its type, state behind everything else. Errors are reported.
mlir::LogicalResult verifyState(mlir::func::FuncOp main);

} // namespace barecc
