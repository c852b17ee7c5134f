// Weights in the order that a kernel reads them.
#pragma once

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <string>
#include <vector>

namespace barecc {

/// The constant weights of an operation, seen as a matrix [outputs][depth]: the rows of a fully connected layer, the
/// filters of a convolution (OHWI), the channels of a depthwise convolution (HWC, where the outputs come last).
struct WeightMatrix {
    llvm::ArrayRef<char> bytes;
    int64_t elementBytes;
    int64_t outputs, depth;
    bool outputsLast;      ///< They lie [depth][outputs].
    int64_t kernelColumns; ///< Columns of the window, of which depth is a multiple; 1 where there is no window.
};

/// What a kernel reads in their place.
struct PackedWeights {
    std::vector<char> bytes;
    int64_t elementBytes;
};

/// A function from the weights of an operation to what a kernel reads: an order, or values of another type and number.
/// There is one object of each, so that layers which share weights can share the packed ones.
class WeightTransform {
public:
    virtual PackedWeights apply(const WeightMatrix &weights) const = 0;
    /// What it makes of them, for readers: "[outputs / 4][depth][4]".
    virtual std::string describe() const = 0;

protected:
    ~WeightTransform() = default;
};

/// The blocked layout of matrix products, [outputs / nr][depth / kr][nr][kr], padded with zeros:
/// a kernel computes `nr` outputs side by side, and takes `kr` products of each at a time.
struct BlockedLayout final : WeightTransform {
    /// Options of the layout beside its block.
    struct Options {
        int64_t depthMultiple = 1;    ///< The depth is padded to a multiple of it, beside kr.
        bool narrowLastPanel = false; ///< The last panel is nr / 2 wide if that holds the outputs left.
        bool columnBlocks = false;    ///< kr runs down a column of the window; columns are padded to kr.
    };

    constexpr BlockedLayout(int64_t nr, int64_t kr, Options options) : nr(nr), kr(kr), options(options) {}

    PackedWeights apply(const WeightMatrix &weights) const override;
    std::string describe() const override;

    const int64_t nr; ///< 0: all outputs in one panel.
    const int64_t kr;
    const Options options;
};

} // namespace barecc
