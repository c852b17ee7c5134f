/* Depthwise 2-D convolution of int8 with dilation, bias and clamp, by the vectors of Armv7-A and Armv8-A; the same
 * integers as depthwise_conv2d_s8, whose contract holds but for
 *
 * weights    eight channels side by side, [out_c / 8][taps][8], padded with zeros, taps to an even number
 * requant    out_c folded channels in eights; see neon_s8.h
 * workspace  depthwise_conv2d_s8_taps_workspace bytes
 * output     may lie exactly on input where both have one shape and pixel stride, the stride is 1, pad_top is less than
 *            kernel_h, and rows are computed first to last
 *
 * out_c is in_c, weights_zero_point 0, and no weight is -128: two products are added in 16 bits before they are added
 * to a sum. Eight channels of four output pixels are computed at a time. */
#include "kernels/depthwise_conv2d_s8_neon.h"
#include "taps_s8_neon.h"
#include "../vector/depthwise_s8.h"

BARECC_KERNEL void depthwise_conv2d_s8_neon(const conv2d_s8_params *params, const int8_t *input, const int8_t *weights,
                                            const int32_t *requant, int8_t *output, void *workspace, int32_t row_begin,
                                            int32_t row_end)
{
    depthwise_conv2d_s8_taps(multiply_taps_neon, params, input, weights, requant, output, workspace, row_begin,
                             row_end);
}
