// What the fuzzers of models share.
#pragma once

#include <cstddef>
#include <cstdint>

namespace barecc::fuzz {

/// A mutation of a model of either format, as LLVMFuzzerCustomMutator is asked for it: most of the time one that leaves the
/// file well-formed, now and then, and where it is not, libFuzzer's own.
size_t mutateModel(uint8_t *data, size_t size, size_t most, unsigned seed);

} // namespace barecc::fuzz
