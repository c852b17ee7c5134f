// A mutator for ONNX models that keeps them well-formed.
#pragma once

#include <cstddef>
#include <cstdint>

namespace barecc::fuzz {

/// Changes the model in data[0, size) in place, at most to `most` bytes, and returns the new size: numbers to limits, names
/// to others of the model, so that edges lead elsewhere, operators to any that barecc takes, parts left out, repeated or
/// taken from elsewhere in the model. 0 where the bytes are no model, or the changed one is too large.
size_t mutateOnnx(uint8_t *data, size_t size, size_t most, unsigned seed);

} // namespace barecc::fuzz
