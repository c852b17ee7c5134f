/* Fully connected layer of int8 with bias and clamp, by the dot products of Armv8.2-A; the same integers as
 * fully_connected_s8, whose contract holds but for
 *
 * weights  packed in quads of eight outputs, [n / 8][depth / 4][8][4], depth a multiple of eight of
 *          depth = k, padded with zeros
 * requant  n folded channels in eights; see neon_s8.h
 *
 * weights_zero_point is 0. TILE_ROWS rows of input are multiplied with the weights of eight outputs at a time. */
#include "kernels/fully_connected_s8_dot.h"
#include "tile_s8_dot.h"
#include "../vector/tiles_s8.h"

BARECC_KERNEL void fully_connected_s8_dot(const matmul_s8_params *params, const int8_t *input, const int8_t *weights,
                                          const int32_t *requant, int8_t *output, int32_t row_begin, int32_t row_end)
{
    fully_connected_s8_tiles(params, input, weights, requant, output, row_begin, row_end);
}
