// Stage 2: passes from tensors to tensors that fold, fuse, choose the layout and simplify quantisation. A model comes
// as an importer wrote it and leaves as the operations that kernels are selected for.
#pragma once

#include "compiler/ir/NN.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"

namespace barecc {

#define GEN_PASS_DECL
#include "compiler/optimize/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "compiler/optimize/Passes.h.inc"

/// The passes of stage 2 in their order, on the functions of a module. `half`: the target has kernels of half floats.
void buildOptimizePipeline(mlir::OpPassManager &passes, bool half = false);

/// Registers every pass of stage 2, and the pipeline as `optimize`, for barecc-opt.
void registerOptimizeStage();

} // namespace barecc
