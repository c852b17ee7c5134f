// The header of a model: what a program that calls it has to know.
#pragma once

#include "compiler/emit/Emit.h"
#include "compiler/emit/c/Stmt.h"

namespace barecc {

/// <name>.h: sizes, quantisation, and the functions with all that they ask of their arguments.
std::string printHeader(const MemoryPlan &plan, const EmitOptions &options);

/// The C type of an element of an argument.
std::string elementType(const ModelTensor &tensor);

/// <name>_run and <name>_reset without their bodies.
c::Function runFunction(const MemoryPlan &plan, const EmitOptions &options);
c::Function resetFunction(const EmitOptions &options);

} // namespace barecc
