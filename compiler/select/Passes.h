// Stage 3: every operation becomes the call of a kernel, hand-written where one is offered, generated elsewhere.
#pragma once

#include "mlir/Pass/Pass.h"

#include <memory>
#include <string>
#include <vector>

namespace mlir {
class OpPassManager;
}

namespace barecc {

/// nn operations to calls of the cheapest kernel that the features allow; with `small`, of those that do not unroll.
std::unique_ptr<mlir::Pass> createSelectKernelsPass(std::vector<std::string> features = {}, bool small = false);

/// nn operations that no kernel took, and tensor.pad, which none takes, to linalg.
std::unique_ptr<mlir::Pass> createLowerToLinalgPass();

/// Each linalg operation to a private function of its own and a call of it. The features choose the vectors that loops
/// are written with (compiler/select/WordVector.h).
std::unique_ptr<mlir::Pass> createOutlineLoopsPass(const std::vector<std::string> &features = {});

/// A kernel and loops over its result to one call that goes by lines (compiler/ir/RowFusion.h), where that saves
/// memory.
std::unique_ptr<mlir::Pass> createFuseRowsPass();

void buildSelectPipeline(mlir::OpPassManager &pipeline, const std::vector<std::string> &features, bool small = false);
void registerSelectPasses();

} // namespace barecc
