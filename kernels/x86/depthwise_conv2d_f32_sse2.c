/* depthwise_conv2d_f32 for as many output as input channels. Vectors run over the channels; the borders are peeled, so
 * that nothing is copied or padded.
 *
 * input     NHWC, input_pixel_stride elements from pixel to pixel; taps outside the image count as 0
 * weights   HWC: kernel_h, kernel_w, channels
 * bias      channels, or NULL
 * residual  as output, residual_pixel_stride elements from pixel to pixel, or NULL; may be output itself
 * output    NHWC, output_pixel_stride elements from pixel to pixel; must not overlap input
 *
 * Rows are computed first to last; row i reads input lines i*stride_h - pad_top and up to
 * (kernel_h - 1) * dilation_h below. */
#include "kernels/depthwise_conv2d_f32_sse2.h"
#include "vector_f32_sse2.h"
#include "depthwise_conv2d_f32_vec.h"

BARECC_KERNEL void depthwise_conv2d_f32_sse2(const conv2d_f32_params *params, const float *input, const float *weights,
                                             const float *bias, const float *residual, float *output, int32_t row_begin,
                                             int32_t row_end)
{
    depthwise_conv2d_f32_vec(params, input, weights, bias, residual, output, row_begin, row_end);
}
