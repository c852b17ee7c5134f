//===- Passes.td - stage 3, select --------------------------------------------------------------------------===//
//
// Passes that make every operation a step of the kernel dialect. Each can be run alone with barecc-opt on text;
// Pipeline.cpp says the order.
//
//===------------------------------------------------------------------------------------------------------===//

#ifndef BARECC_SELECT_PASSES_TD
#define BARECC_SELECT_PASSES_TD

include "mlir/Pass/PassBase.td"

defvar features = ListOption<"features", "features", "std::string", "Instruction-set features of the target">;

def SelectKernelsPass : Pass<"select-kernels", "::mlir::func::FuncOp"> {
  let summary = "Make calls of the cheapest kernels of nn operations";
  let description = [{
    Asks the registry for the cheapest kernel whose type, features and condition fit the operation, and packs the
    weights for it. What no kernel takes stays as it is. Where there are lower levels, a call names a kernel for each, all
    of which read the same packed weights.
  }];
  let options = [features,
                 ListOption<"lowerLevels", "lower-levels", "std::string",
                            "Features of lesser processors that the program is for too, with + between, the best first">,
                 Option<"codePercent", "code-percent", "int64_t", "0",
                        "The kernels of the fewest bytes instead: what the code of plain ones takes, Thumb-2's being 100">];
  let dependentDialects = ["::barecc::kernel::KernelDialect", "::mlir::arith::ArithDialect"];
}

def LowerToLinalgPass : Pass<"lower-to-linalg", "::mlir::func::FuncOp"> {
  let summary = "Write what no kernel takes as loops";
  let description = [{
    Every nn operation says how it is written in linalg, with the integers of the plain kernels; so is padding.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
                           "::barecc::nn::NNDialect", "::mlir::quant::QuantDialect", "::mlir::tensor::TensorDialect"];
}

def SimplifyScalarsPass : Pass<"simplify-scalars", "::mlir::func::FuncOp"> {
  let summary = "Decide comparisons by the ranges of integers, and drop what hangs on them";
}

def OutlineLoopsPass : Pass<"outline-loops", "::mlir::ModuleOp"> {
  let summary = "Make steps of the kernel dialect of linalg operations, procedures and control flow";
  let description = [{
    Each step sees its operands only: uniform constants and what accumulators start from become part of a kernel.loops.
    The features are noted on the module, for those who print the loops (kernel/TargetFeatures.h).
  }];
  let options = [features];
  let dependentDialects = ["::barecc::kernel::KernelDialect"];
}

def FuseRowsPass : Pass<"fuse-rows", "::mlir::func::FuncOp"> {
  let summary = "Compute a kernel and the loops over its result in bands of rows, where that saves memory";
  let description = [{
    Makes a kernel.rows of a kernel.call and the kernel.loops that reads its result, where the loops read another tensor
    for the last time, which their result can lie on, and the kernel computes few rows as well as many.
  }];
  let dependentDialects = ["::barecc::kernel::KernelDialect"];
}

def ShareKernelsPass : Pass<"share-kernels", "::mlir::ModuleOp"> {
  let summary = "Let all layers share the body of their kernel, where that takes fewer bytes";
  let description = [{
    A kernel that is specialised for a layer folds all of the layer's constants; one body for all layers gets them in a
    struct. Which of the two takes fewer bytes follows from the number of layers that differ and from the kernel's
    record. Runs where size counts; else every layer has its own.
  }];
  let dependentDialects = ["::barecc::kernel::KernelDialect"];
}

#endif
