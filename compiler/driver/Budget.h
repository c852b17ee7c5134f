// --ram and --flash: whether a model fits, and where its bytes are if it does not.
#pragma once

#include "compiler/driver/Compile.h"

namespace barecc {

struct CodeSize;
struct MemoryPlan;

/// The error that arena and state are more than --ram, with the tensors that are live at the peak.
llvm::Error checkRam(const CompiledModel &model, const MemoryPlan &plan, const CompileOptions &options,
                     llvm::StringRef path);

/// The error that weights and code are more than --flash, with the layers and the functions that are the largest; the
/// weights alone where the size of the code is not known (null).
llvm::Error checkFlash(const CompiledModel &model, const CodeSize *code, const CompileOptions &options,
                       llvm::StringRef path);

} // namespace barecc
