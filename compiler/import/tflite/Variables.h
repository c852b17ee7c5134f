// What a model keeps from one run to the next: resource variables, and the state tensors of SVDF and recurrent
// operators. Each is state of `main` (ir/State.h) where a run reads what the run before it has left.
#pragma once

#include "compiler/ir/GraphBuilder.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include "llvm/ADT/StringMap.h"

namespace barecc::tflite_import {

class Variables {
public:
    Variables(mlir::func::FuncOp main, GraphBuilder &graph) : main(main), g(graph) {}

    /// The number of the variable of this name, which is a new one on first use.
    int64_t find(llvm::StringRef name);
    bool exists(int64_t variable) const { return variable >= 0 && variable < int64_t(variables.size()); }

    /// The present value. A variable that nothing has initialised is full of `initial` on first use.
    mlir::Value read(int64_t variable, mlir::RankedTensorType type, int64_t initial);
    /// The type of the present value; null where there is none yet.
    mlir::RankedTensorType typeOf(int64_t variable) const;
    void assign(int64_t variable, mlir::Value value) { variables[variable].now = value; }
    /// The value before the first run; not for a variable that was read already.
    mlir::LogicalResult initialise(int64_t variable, mlir::ElementsAttr value);

    /// Between these two, `initialise` is meant by an assignment.
    bool isInitialising = false;

    /// Makes results of `main` of what has to be kept. Call once, when all else returned is in `results`.
    void finish(llvm::SmallVectorImpl<mlir::Value> &results, llvm::SmallVectorImpl<mlir::DictionaryAttr> &attributes);

private:
    struct Variable {
        std::string name;
        mlir::ElementsAttr initial;
        mlir::BlockArgument old; // null where no value of an earlier run is read
        mlir::Value now;         // null where it is the initial value
    };

    void settleUnassigned(llvm::MutableArrayRef<mlir::Value> results);
    void declare();

    mlir::func::FuncOp main;
    GraphBuilder &g;
    std::vector<Variable> variables;
    llvm::StringMap<int64_t> numbers; // by name
};

} // namespace barecc::tflite_import
