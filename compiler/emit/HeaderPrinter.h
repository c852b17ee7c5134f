// The header of a model: what a program that calls it has to know.
#pragma once

#include "compiler/emit/Emit.h"

namespace barecc {

/// <name>.h: sizes, quantisation, and the functions with all that they ask of their arguments.
std::string printHeader(const MemoryPlan &plan, const EmitOptions &options);

/// The C type of an element of an argument.
std::string elementType(const ModelTensor &tensor);

/// "void <name>_run(...)" and "void <name>_reset(...)".
std::string runSignature(const MemoryPlan &plan, const EmitOptions &options);
std::string resetSignature(const EmitOptions &options);

} // namespace barecc
