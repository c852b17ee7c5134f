// What the IR of a selected model goes through before it is planned.
#pragma once

#include "compiler/kernel/Kernel.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Pass/Pass.h"

namespace barecc {

#define GEN_PASS_DECL
#include "compiler/plan/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "compiler/plan/Passes.h.inc"

} // namespace barecc
