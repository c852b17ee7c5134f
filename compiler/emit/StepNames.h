// What the steps of a plan, and what they read, are called.
#pragma once

#include "compiler/plan/MemoryPlan.h"

#include <string>
#include <vector>

namespace barecc {

/// A name for each call of a plan, from what it does and its number, counted from 1: "conv2d_3".
std::vector<std::string> stepNames(const FunctionPlan &plan);

/// The C parameter for an operand of a step. What a kernel reads is called by its role ("input", "weights", "requant"),
/// anything else by its number.
std::string parameterName(mlir::Operation *step, unsigned operand);

/// A name for each constant of a model: the step that reads it first, and its role there: "conv2d_3_weights".
std::vector<std::string> constantNames(const MemoryPlan &plan);

} // namespace barecc
