/* 2-D convolution of int8 with dilation, bias and clamp, by the dot products of Armv8.2-A; the same integers as
 * conv2d_s8, whose contract holds but for
 *
 * weights    packed in quads of eight outputs, [out_c / 8][depth / 4][8][4], depth a multiple of eight
 *            of depth = kernel_h * kernel_w * in_c, padded with zeros
 * requant    out_c folded channels in eights; see neon_s8.h
 * workspace  conv2d_s8_tiles_workspace bytes
 *
 * groups is 1 and weights_zero_point 0. The patches of TILE_ROWS output pixels are gathered, with input_zero_point
 * where there is no image, and multiplied with the weights of eight outputs at a time. */
#include "kernels/conv2d_s8_dot.h"
#include "tile_s8_dot.h"
#include "../vector/tiles_s8.h"

BARECC_KERNEL void conv2d_s8_dot(const conv2d_s8_params *params, const int8_t *input, const int8_t *weights,
                                 const int32_t *requant, int8_t *output, void *workspace, int32_t row_begin,
                                 int32_t row_end)
{
    conv2d_s8_tiles(params, input, weights, requant, output, workspace, row_begin, row_end);
}
