// Weights in the blocked layout, for tests that call kernels with packed weights.
#pragma once

#include "compiler/kernel/WeightLayout.h"

#include <cstring>

namespace barecc::test {

/// The weights of `outputs` rows, or with `outputsLast` columns, of a matrix without a window.
template <typename T>
std::vector<T> packed(const BlockedLayout &layout, const std::vector<T> &weights, int64_t outputs,
                      bool outputsLast = false)
{
    const llvm::ArrayRef<char> bytes(reinterpret_cast<const char *>(weights.data()), weights.size() * sizeof(T));
    const PackedWeights result = layout.apply(
        {bytes, sizeof(T), outputs, int64_t(weights.size()) / std::max<int64_t>(outputs, 1), outputsLast, 1});
    std::vector<T> elements(result.bytes.size() / sizeof(T));
    std::memcpy(elements.data(), result.bytes.data(), result.bytes.size());
    return elements;
}

} // namespace barecc::test
