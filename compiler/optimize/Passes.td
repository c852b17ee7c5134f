//===- Passes.td - stage 2, optimise ------------------------------------------------------------------------===//
//
// Passes from tensors to tensors. Each can be run alone with barecc-opt on text; Pipeline.cpp says the order.
//
//===------------------------------------------------------------------------------------------------------===//

#ifndef BARECC_OPTIMIZE_PASSES_TD
#define BARECC_OPTIMIZE_PASSES_TD

include "mlir/Pass/PassBase.td"

class OptimizePass<string argument> : Pass<argument, "::mlir::func::FuncOp"> {
  let dependentDialects = ["::barecc::nn::NNDialect", "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
                           "::mlir::math::MathDialect", "::mlir::quant::QuantDialect", "::mlir::tensor::TensorDialect"];
}

def DropSignednessPass : OptimizePass<"drop-signedness"> {
  let summary = "Give the caller's unsigned integers, which the boundary's types tell, the module's types of no sign";
}

def FoldEmptyTensorsPass : OptimizePass<"fold-empty-tensors"> {
  let summary = "Make constants of tensors without elements, and what they start from of sums over nothing";
}

def FoldConstantsPass : OptimizePass<"fold-constants"> {
  let summary = "Compute at compile time what depends on no input, and drop what nobody reads";
}

def PropagateTransposesPass : OptimizePass<"propagate-transposes"> {
  let summary = "Move transposes through operations until they cancel, vanish into constants or reach the edge";
}

def NarrowToHalfPass : OptimizePass<"narrow-to-half"> {
  let summary = "Compute sums of products between half floats on half floats";
}

def FuseIntoKernelsPass : OptimizePass<"fuse-into-kernels"> {
  let summary = "Make batch norm, bias, residual sums and clamps part of the kernel before them";
}

def FuseWindowPaddingPass : OptimizePass<"fuse-window-padding"> {
  let summary = "Make tensor.pad part of the window operation behind it";
}

def FoldQuantizationPass : OptimizePass<"fold-quantization"> {
  let summary = "Turn dequantise, compute, quantise into operations on integers";
}

def LowerQuantizationPass : OptimizePass<"lower-quantization"> {
  let summary = "Write the casts that are left as arithmetic on the integers that are stored";
}

def MergeEqualOperationsPass : OptimizePass<"merge-equal-operations"> {
  let summary = "Compute once what is computed twice alike";
}

def FuseElementwisePass : OptimizePass<"fuse-elementwise"> {
  let summary = "Make one loop nest of elementwise operations that follow each other";
}

#endif
