// What a channel's sum goes through on its way to int8 (kernels/abi/quantize.h), computed by the compiler as far as it
// can be: bias, zero points, multiplier and shift of each output channel as four words.
#pragma once

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace barecc {

/// What the words of one layer are computed from.
struct ChannelSums {
    llvm::ArrayRef<int8_t> weights;      // zero point 0
    int64_t outputs;                     // channels
    bool outputsLast;                    // weights lie [depth][outputs], else [outputs][depth]
    llvm::ArrayRef<int32_t> bias;        // empty: zeros
    llvm::ArrayRef<int32_t> multipliers; // one for each channel, or one for all; and so shifts
    llvm::ArrayRef<int8_t> shifts;
    int64_t inputZeroPoint, outputZeroPoint;
};

/// The words of one channel, as folded_channel in kernels/abi/quantize.h defines them.
struct RequantWords {
    int32_t twiceBias, multiplier, offset, shift;
};

/// The words of all channels; nothing where a channel does not fit the form: a shift to the left, or sums that may
/// leave 31 bits.
std::optional<std::vector<RequantWords>> foldRequantization(const ChannelSums &sums);

/// The order in which a kernel reads these words. For each `lanes` channels come their biases, multipliers, offsets and
/// shifts; lanes of channels beyond the last one are zero.
struct RequantLayout {
    enum class Shift {
        Right,   ///< shift
        Left,    ///< -shift, for vectors that shift to the left by negative numbers
        Product, ///< 2^(32 - shift), and 2^31 is added to the offset, both modulo 2^32: for vectors whose lanes can
                 ///< be multiplied, but not shifted, by numbers of their own
    };

    int64_t lanes = 1; ///< 0: all channels.
    Shift shift = Shift::Right;
    bool twiceBias = false; ///< The bias stays doubled.
    bool evenOdd = false;   ///< Each eight channels in the order 0 2 4 6, 1 3 5 7; their number is a multiple of eight.

    std::vector<int32_t> apply(llvm::ArrayRef<RequantWords> channels) const;
    /// The same for readers: "[outputs / 4][4][4]: bias, multiplier, offset, shift".
    std::string describe() const;

    bool operator==(const RequantLayout &other) const
    {
        return lanes == other.lanes && shift == other.shift && twiceBias == other.twiceBias && evenOdd == other.evenOdd;
    }
};

} // namespace barecc
