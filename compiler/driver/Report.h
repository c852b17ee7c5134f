// report.json: what was compiled, layer by layer.
#pragma once

#include "compiler/driver/Compile.h"

namespace barecc {

/// Per layer: name, op, kernel, shapes, MACs, weight bytes, arena offsets; totals; the arena's peak and lower bound.
std::string reportJson(const CompiledModel &model, llvm::StringRef modelPath);

} // namespace barecc
