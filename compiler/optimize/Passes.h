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

#include <functional>

namespace barecc {

#define GEN_PASS_DECL
#include "compiler/optimize/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "compiler/optimize/Passes.h.inc"

using OperationPredicate = std::function<bool(mlir::Operation *)>;

/// narrow-to-half, where `prefersHalf` says of the operation on half floats that it is to be taken.
std::unique_ptr<mlir::Pass> createNarrowToHalfPass(OperationPredicate prefersHalf);

/// The passes of stage 2 in their order, on the functions of a module. `prefersHalf`: whether the target computes an
/// operation on half floats better than in f32 between casts; null where it never does.
void buildOptimizePipeline(mlir::OpPassManager &passes, const OperationPredicate &prefersHalf = nullptr);

/// Registers every pass of stage 2, and the pipeline as `optimize`, for barecc-opt.
void registerOptimizeStage();

} // namespace barecc
