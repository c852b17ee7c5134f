/* Depthwise 2-D convolution of int8 with windows of 3 x 3, bias and clamp, by the dot products of Armv8.2-A; the same
 * integers as depthwise_conv2d_s8, whose contract holds but for
 *
 * weights    columns of eight channels, [out_c / 8][3 columns][8][4 rows], padded with zeros
 * requant    out_c folded channels in eights; see neon_s8.h
 * workspace  depthwise_conv2d_s8_taps_workspace bytes
 * output     may lie exactly on input where both have one shape and pixel stride, the strides are 1, pad_top is less
 *            than kernel_h, and rows are computed first to last
 *
 * out_c is in_c, weights_zero_point 0, stride_w and dilation_w are 1. Eight channels of two output pixels are computed
 * at a time. */
#include "kernels/depthwise_conv2d_3x3_s8_dot.h"
#include "taps_s8_dot.h"
#include "../vector/depthwise_s8.h"

BARECC_KERNEL void depthwise_conv2d_3x3_s8_dot(const conv2d_s8_params *params, const int8_t *input,
                                               const int8_t *weights, const int32_t *requant, int8_t *output,
                                               void *workspace, int32_t row_begin, int32_t row_end)
{
    depthwise_conv2d_s8_taps(multiply_3x3_dot, params, input, weights, requant, output, workspace, row_begin, row_end);
}
