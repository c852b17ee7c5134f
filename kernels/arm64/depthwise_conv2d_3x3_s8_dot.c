/* Depthwise 2-D convolution of int8 with windows of 3 x 3, bias and clamp, by the dot products of Armv8.2-A; the same
 * integers as depthwise_conv2d_s8, whose contract holds but for
 *
 * w           columns of eight channels, [out_c / 8][3 columns][8][4 rows], padded with zeros
 * channels    out_c folded channels in eights; see neon_s8.h
 * workspace   depthwise_conv2d_s8_taps_workspace bytes
 * y           may lie exactly on x where both have one shape and pixel stride, the strides are 1, pad_top is less than
 *             kernel_h, and rows are computed first to last
 *
 * out_c is in_c, weights_zero_point 0, stride_w and dilation_w are 1. Eight channels of two output pixels are computed
 * at a time. */
#include "kernels/depthwise_conv2d_3x3_s8_dot.h"
#include "taps_s8_dot.h"
#include "../vector/depthwise_s8.h"

BARECC_KERNEL void depthwise_conv2d_3x3_s8_dot(const conv2d_s8_params *p, const int8_t *x, const int8_t *w,
                                               const int32_t *channels, int8_t *y, void *workspace, int32_t row_begin,
                                               int32_t row_end)
{
    depthwise_conv2d_s8_taps(multiply_3x3_dot, p, x, w, channels, y, workspace, row_begin, row_end);
}
