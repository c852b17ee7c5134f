// Bias, zero points, multiplier and shift of each output channel as one folded_channel (kernels/abi/quantize.h).
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace barecc {

/// What one layer's channels are folded from.
struct ChannelSums {
    llvm::ArrayRef<int8_t> weights;      // zero point 0
    int64_t outputs;                     // channels
    bool channelsLast;                   // weights lie [depth][outputs], else [outputs][depth]
    llvm::ArrayRef<int32_t> bias;        // empty: zeros
    llvm::ArrayRef<int32_t> multipliers; // one for each channel, or one for all; and so shifts
    llvm::ArrayRef<int8_t> shifts;
    int64_t inZero, outZero;
};

/// The words of one folded_channel after the other; nothing where a channel does not fit the form: a shift to
/// the left, or sums that may leave 31 bits.
std::optional<std::vector<int32_t>> foldChannels(const ChannelSums &sums);

/// These words in the order that a kernel's record names:
///
///   (empty)    as they are
///   fours      for each four channels bias[4], multiplier[4], offset[4], -shift[4], where the bias is not doubled and
///              channels beyond the last one are zero
///   planes     bias of all channels, then their multipliers, offsets and shifts, where the bias is not doubled
///   eights     for each eight channels bias[8], multiplier[8], offset[8], -shift[8], and so on
///   eights_by_power  the same, but 2^31 is added to the offset, and 2^(32 - shift) stands for -shift, modulo 2^32: for
///              vectors whose lanes can be multiplied, but not shifted, by numbers of their own
///   even_odd   as fours, each eight channels in the order 0 2 4 6, 1 3 5 7; their number is a multiple of eight
std::vector<int32_t> arrangeChannels(llvm::StringRef lanes, std::vector<int32_t> words);

} // namespace barecc
