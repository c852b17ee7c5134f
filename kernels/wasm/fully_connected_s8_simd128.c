/* Fully connected layer of int8 with bias and clamp, by WebAssembly's 128-bit vectors; the same integers as
 * fully_connected_s8, whose contract holds but for
 *
 * weights  packed in pairs of eight outputs, [n / 8][k / 2][8][2], padded with zeros to multiples of eight of k and
 *          n
 * requant  n folded channels in eights; see simd128_s8.h
 *
 * weights_zero_point is 0. Four rows of input are multiplied with the weights of eight outputs at a time. */
#include "kernels/fully_connected_s8_simd128.h"
#include "tile_s8_simd128.h"

#include "../vector/tiles_s8.h"

BARECC_KERNEL void fully_connected_s8_simd128(const matmul_s8_params *params, const int8_t *input,
                                              const int8_t *weights, const int32_t *requant, int8_t *output,
                                              int32_t row_begin, int32_t row_end)
{
    fully_connected_s8_tiles(params, input, weights, requant, output, row_begin, row_end);
}
