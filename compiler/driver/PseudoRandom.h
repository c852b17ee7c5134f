// The fixed input that stands in where the person gives none.
#pragma once

#include "compiler/driver/Compile.h"

namespace barecc {

/// A pseudo-random tensor for input number `index`: the same on every run and machine. Values come from SplitMix64
/// (Steele, Lea, Flood 2014) seeded with `index`. Floating point: uniform in [-1, 1). 8-bit integers, and 16-bit ones
/// that are quantised: the type's full range. Other integers, which mostly are indices and lengths: 0 to 7. Bool: 0
/// or 1. `steps` above 0 puts a leading step axis in front.
Tensor pseudoRandomInput(const TensorInfo &info, size_t index, int64_t steps = 0);

} // namespace barecc
