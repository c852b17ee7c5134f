//===- Passes.td - stage 4, plan ----------------------------------------------------------------------------===//
//
// What the IR goes through before it is planned; the plan itself is a function of the IR and changes nothing.
//
//===------------------------------------------------------------------------------------------------------===//

#ifndef BARECC_PLAN_PASSES_TD
#define BARECC_PLAN_PASSES_TD

include "mlir/Pass/PassBase.td"

def InsertCopiesPass : Pass<"insert-copies", "::mlir::func::FuncOp"> {
  let summary = "Copy tensors that cannot be read or written where they would lie";
  let description = [{
    Reshapes and slices are views, the inputs of a concat are computed in its result, results of the model in the
    caller's memory, and new state over the old. Where a step cannot read or write its operand like that, a kernel.loops
    named "copy" is put in.
  }];
  let options = [Option<"ioInArena", "io-in-arena", "bool", "false",
                        "Inputs and outputs of the model lie in the arena, instead of in memory of the caller's own">];
  let dependentDialects = ["::barecc::kernel::KernelDialect", "::mlir::linalg::LinalgDialect",
                           "::mlir::quant::QuantDialect", "::mlir::tensor::TensorDialect"];
}

#endif
