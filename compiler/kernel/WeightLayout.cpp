#include "compiler/kernel/WeightLayout.h"

#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"

#include <cassert>
#include <cstring>
#include <numeric>

namespace barecc {

/// The copying, for elements of so many bytes.
template <size_t Bytes> static PackedWeights pack(const BlockedLayout &layout, const WeightMatrix &weights)
{
    const auto [nr, kr, options] = layout;
    const int64_t outputs = weights.outputs, columns = weights.kernelColumns;
    const int64_t paddedRows = int64_t(llvm::alignTo(columns == 0 ? 0 : weights.depth / columns, kr));
    const int64_t depth = int64_t(llvm::alignTo(options.columnBlocks ? columns * paddedRows : weights.depth,
                                                std::lcm(kr, options.depthMultiple)));
    const int64_t panel = nr == 0 ? std::max<int64_t>(outputs, 1) : nr;
    const int64_t paddedOutputs = int64_t(llvm::alignTo(outputs, options.narrowLastPanel ? panel / 2 : panel));

    PackedWeights packed{std::vector<char>(size_t(paddedOutputs * depth) * Bytes, 0), Bytes};
    for (int64_t output = 0; output < outputs; ++output) {
        const int64_t first = output / panel * panel; // of the panel
        const int64_t width = std::min(panel, paddedOutputs - first);
        for (int64_t i = 0; i < weights.depth; ++i) {
            const int64_t k = options.columnBlocks ? i % columns * paddedRows + i / columns : i;
            const int64_t to = first * depth + (k / kr * width + output - first) * kr + k % kr;
            const int64_t from = weights.outputsLast ? i * outputs + output : output * weights.depth + i;
            std::memcpy(&packed.bytes[size_t(to) * Bytes], &weights.bytes[size_t(from) * Bytes], Bytes);
        }
    }
    return packed;
}

PackedWeights BlockedLayout::apply(const WeightMatrix &weights) const
{
    assert(int64_t(weights.bytes.size()) == weights.outputs * weights.depth * weights.elementBytes && "a whole matrix");
    switch (weights.elementBytes) {
    case 1: return pack<1>(*this, weights);
    case 2: return pack<2>(*this, weights);
    case 4: return pack<4>(*this, weights);
    default: llvm_unreachable("no kernel has weights of this type");
    }
}

/// "[outputs]", or of a dimension in blocks "[outputs / 4]".
static std::string dimension(const std::string &name, int64_t block)
{
    return "[" + name + (block > 1 ? " / " + std::to_string(block) : "") + "]";
}

static std::string block(int64_t size) { return size > 1 ? "[" + std::to_string(size) + "]" : ""; }

std::string BlockedLayout::describe() const
{
    const std::string blocks =
        nr == 0 ? dimension("depth", kr) + "[outputs]" : dimension("outputs", nr) + dimension("depth", kr) + block(nr);
    return blocks + block(kr) + (options.columnBlocks ? ", [" + std::to_string(kr) + "] down a column" : "") +
           (options.narrowLastPanel ? ", the last [" + std::to_string(nr) + "] perhaps half" : "");
}

} // namespace barecc
