// Stage 3: every operation becomes a step of the kernel dialect: a hand-written kernel where one is offered, a
// generated function elsewhere.
#pragma once

#include "compiler/kernel/Feature.h"
#include "compiler/kernel/Kernel.h"

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
#include "compiler/select/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "compiler/select/Passes.h.inc"

/// The passes of stage 3 in their order, for a target with these instruction-set features. `codePercent`: code size counts
/// more than speed, and plain kernels take so much of it, Thumb-2's being 100; 0: speed counts. `lowerLevels`: of
/// processors that the program is for as well, from the best down.
void buildSelectPipeline(mlir::OpPassManager &passes, llvm::ArrayRef<std::string> features, int64_t codePercent = 0,
                         llvm::ArrayRef<FeatureLevel> lowerLevels = {});

/// Whether an nn operation has a kernel that is made for one of these instruction-set features, not a plain one alone.
bool hasTunedKernel(mlir::Operation *op, llvm::ArrayRef<std::string> features, int64_t codePercent = 0);

/// Registers every pass of stage 3, and the pipeline as `select`, for barecc-opt.
void registerSelectStage();

} // namespace barecc
