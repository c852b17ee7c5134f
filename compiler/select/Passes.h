// Stage 3: every operation becomes a step of the kernel dialect: a hand-written kernel where one is offered, a
// generated function elsewhere.
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

/// Each linalg operation to a kernel.loops, procedures, loops and branches likewise to steps of the kernel dialect. The
/// features choose the vectors that loops are written with (compiler/select/WordVector.h).
std::unique_ptr<mlir::Pass> createOutlineLoopsPass(const std::vector<std::string> &features = {});

/// A kernel and the loops over its result to a kernel.rows, where that saves memory.
std::unique_ptr<mlir::Pass> createFuseRowsPass();

void buildSelectPipeline(mlir::OpPassManager &pipeline, const std::vector<std::string> &features, bool small = false);
void registerSelectPasses();

} // namespace barecc
