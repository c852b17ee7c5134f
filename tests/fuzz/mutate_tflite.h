// A mutator for TFLite models that keeps them well-formed.
#pragma once

#include <cstddef>
#include <cstdint>

namespace barecc::fuzz {

/// Changes the model in data[0, size) in place, without moving anything in it: numbers to limits or to others of the model,
/// so that tensors, buffers and operators are mistaken for each other, types and options to any there are, vectors to
/// shorter ones. False where the bytes are no model.
bool mutateTFLite(uint8_t *data, size_t size, unsigned seed);

} // namespace barecc::fuzz
