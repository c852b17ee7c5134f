// report.json: what was compiled, layer by layer.
#pragma once

#include "compiler/driver/Compile.h"
#include "compiler/driver/Origin.h"

namespace barecc {

/// The model and the options with their hashes; per layer: name, op, kernel, shapes, MACs, weight bytes, arena offsets; totals; the arena's peak and lower bound;
/// the target, and the flags that its C compiler needs.
std::string reportJson(const CompiledModel &model, const Origin &origin, const CompileOptions &options);

} // namespace barecc
