#include "compiler/select/Packing.h"

#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cassert>

namespace barecc {

std::vector<float> packPanels(llvm::ArrayRef<float> weights, int64_t outputs, int64_t depth, int64_t lanes)
{
    assert(int64_t(weights.size()) == outputs * depth && "weights are [outputs][depth]");
    std::vector<float> packed(size_t((outputs + lanes - 1) / lanes * lanes * depth), 0.0f);
    for (int64_t first = 0; first < outputs; first += 2 * lanes) {
        const int64_t width = outputs - first > lanes ? 2 * lanes : lanes;
        const int64_t used = std::min(width, outputs - first);
        float *const panel = packed.data() + first * depth;
        for (int64_t column = 0; column < used; column++) {
            const float *const from = weights.data() + (first + column) * depth;
            for (int64_t i = 0; i < depth; i++)
                panel[i * width + column] = from[i];
        }
    }
    return packed;
}

/// Rows in blocks of `rows` by `width`, padded with zeros to whole blocks, as many as a multiple of `together`.
template <typename T>
static std::vector<T> packBlocks(llvm::ArrayRef<T> weights, int64_t outputs, int64_t depth, int64_t rows, int64_t width,
                                 int64_t together = 1)
{
    const int64_t blocks = llvm::divideCeil(depth, width * together) * together;
    std::vector<T> packed(size_t((outputs + rows - 1) / rows * rows * blocks * width), 0);
    for (int64_t o = 0; o < outputs; o++)
        for (int64_t i = 0; i < depth; i++)
            packed[size_t(((o / rows * blocks + i / width) * rows + o % rows) * width + i % width)] =
                weights[size_t(o * depth + i)];
    return packed;
}

std::vector<float> packWeights(llvm::StringRef packing, llvm::ArrayRef<float> weights, llvm::ArrayRef<int64_t> shape)
{
    const int64_t outputs = shape.front(), depth = outputs == 0 ? 0 : int64_t(weights.size()) / outputs;
    if (packing == "panels16")
        return packPanels(weights, outputs, depth, 16);
    if (packing == "panels8")
        return packPanels(weights, outputs, depth, 8);
    if (packing == "side_by_side")
        return packBlocks(weights, outputs, depth, std::max<int64_t>(outputs, 1), 1);
    if (packing == "side_by_side4")
        return packBlocks(weights, outputs, depth, 4, 1);
    if (packing != "side_by_side8")
        llvm::report_fatal_error("a kernel's record names an unknown packing");
    return packBlocks(weights, outputs, depth, 8, 1);
}

std::vector<uint16_t> packWeights(llvm::StringRef packing, llvm::ArrayRef<uint16_t> weights,
                                  llvm::ArrayRef<int64_t> shape)
{
    if (packing != "side_by_side8")
        llvm::report_fatal_error("a kernel's record names an unknown packing");
    const int64_t outputs = shape.front(), depth = outputs == 0 ? 0 : int64_t(weights.size()) / outputs;
    return packBlocks(weights, outputs, depth, 8, 1);
}

std::vector<int8_t> packWeights(llvm::StringRef packing, llvm::ArrayRef<int8_t> weights, llvm::ArrayRef<int64_t> shape)
{
    const int64_t outputs = shape.front(), depth = outputs == 0 ? 0 : int64_t(weights.size()) / outputs;
    if (packing == "quads")
        return packBlocks(weights, outputs, depth, 1, 4);
    if (packing == "quad_rows")
        return packBlocks(weights, outputs, depth, 4, 4);
    if (packing == "row_blocks")
        return packBlocks(weights, outputs, depth, 4, 16);
    if (packing == "side_by_side")
        return packBlocks(weights, outputs, depth, std::max<int64_t>(outputs, 1), 1);
    if (packing == "quad_rows8")
        return packBlocks(weights, outputs, depth, 8, 4, 2);
    if (packing == "pair_rows8")
        return packBlocks(weights, outputs, depth, 8, 2, 4);
    if (packing == "row_blocks8")
        return packBlocks(weights, outputs, depth, 8, 8);
    if (packing == "side_by_side4")
        return packBlocks(weights, outputs, depth, 4, 1);
    if (packing == "side_by_side8")
        return packBlocks(weights, outputs, depth, 8, 1);
    const int64_t channels = shape.back(), taps = channels == 0 ? 0 : int64_t(weights.size()) / channels;
    if (packing == "channels8") {
        const int64_t even = llvm::alignTo(taps, 2);
        std::vector<int8_t> packed(size_t(llvm::alignTo(channels, 8) * even), 0);
        for (int64_t tap = 0; tap < taps; tap++)
            for (int64_t c = 0; c < channels; c++)
                packed[size_t((c / 8 * even + tap) * 8 + c % 8)] = weights[size_t(tap * channels + c)];
        return packed;
    }
    if (packing == "columns8") {
        const int64_t columns = taps / 3;
        std::vector<int8_t> packed(size_t(llvm::alignTo(channels, 8) * columns * 4), 0);
        for (int64_t tap = 0; tap < taps; tap++)
            for (int64_t c = 0; c < channels; c++)
                packed[size_t(((c / 8 * columns + tap % columns) * 8 + c % 8) * 4 + tap / columns)] =
                    weights[size_t(tap * channels + c)];
        return packed;
    }
    if (packing != "channel_major")
        llvm::report_fatal_error("a kernel's record names an unknown packing");
    std::vector<int8_t> packed(weights.size());
    for (int64_t tap = 0; tap < taps; tap++)
        for (int64_t c = 0; c < channels; c++)
            packed[size_t(c * taps + tap)] = weights[size_t(tap * channels + c)];
    return packed;
}

} // namespace barecc
