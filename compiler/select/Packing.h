// Weights in the order that a kernel reads them.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <vector>

namespace barecc {

/// `weights` of `shape` packed by the function that a kernel's record names:
///
///   panels8, panels16              packPanels with 8 or 16 lanes, outputs first in `shape`
///   side_by_side                   [depth][outputs]
///   side_by_side4, side_by_side8   [outputs / 4][depth][4 outputs], padded with zeros in the outputs; so with eight
std::vector<float> packWeights(llvm::StringRef packing, llvm::ArrayRef<float> weights, llvm::ArrayRef<int64_t> shape);

/// The same for int8:
///
///   quads           [outputs][depth], each row padded with zeros to a multiple of four
///   quad_rows       [outputs / 4][depth / 4][4 outputs][4], both padded with zeros
///   row_blocks      [outputs / 4][depth / 16][4 outputs][16], both padded with zeros
///   quad_rows8      [outputs / 8][depth / 4][8 outputs][4], both padded with zeros to a multiple of eight
///   pair_rows8      [outputs / 8][depth / 2][8 outputs][2], both padded with zeros to a multiple of eight
///   row_blocks8     [outputs / 8][depth / 8][8 outputs][8], both padded with zeros
///   side_by_side    [depth][outputs]
///   side_by_side4   [outputs / 4][depth][4 outputs], padded with zeros in the outputs; side_by_side8 so with eight
///   channels8       a depthwise filter [taps][channels] as [channels / 8][taps][8], channels padded with zeros, and
///                   taps to an even number
///   columns8        a depthwise filter [3 rows][columns][channels] as [channels / 8][columns][8][4 rows], channels padded
///                   with zeros, and the fourth row zero
///   channel_major   a depthwise filter [rows][columns][channels] as [channels][rows][columns]
std::vector<int8_t> packWeights(llvm::StringRef packing, llvm::ArrayRef<int8_t> weights, llvm::ArrayRef<int64_t> shape);

/// The same for the bits of half floats: side_by_side8 alone.
std::vector<uint16_t> packWeights(llvm::StringRef packing, llvm::ArrayRef<uint16_t> weights,
                                  llvm::ArrayRef<int64_t> shape);

/// From [outputs][depth], which is a fully connected layer's [n][k] or a convolution's OHWI with depth = HWI,
/// to panels of outputs that lie side by side,
///
///     [panel][depth][2 * lanes]
///
/// where the last panel is `lanes` wide if that holds the outputs left. Places beyond the last output are zero.
std::vector<float> packPanels(llvm::ArrayRef<float> weights, int64_t outputs, int64_t depth, int64_t lanes);

} // namespace barecc
