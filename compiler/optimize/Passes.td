//===- Passes.td - stage 2, optimise ------------------------------------------------------------------------===//
//
// Passes from tensors to tensors. Each can be run alone with barecc-opt on text; Pipeline.cpp says the order.
//
//===------------------------------------------------------------------------------------------------------===//

#ifndef BARECC_OPTIMIZE_PASSES_TD
#define BARECC_OPTIMIZE_PASSES_TD

include "mlir/Pass/PassBase.td"

def FoldConstantsPass : Pass<"fold-constants", "::mlir::func::FuncOp"> {
  let summary = "Compute at compile time what depends on no input, and drop what nobody reads";
}

#endif
