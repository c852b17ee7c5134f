/* depthwise_conv2d_f32 for as many output as input channels. Vectors run over the channels; nothing is copied or
 * padded.
 *
 * x         NHWC, input_pixel_stride elements from pixel to pixel; taps outside the image count as 0
 * w         HWC: kernel_h, kernel_w, channels
 * bias      channels, or NULL
 * residual  as y, residual_pixel_stride elements from pixel to pixel, or NULL; may be y itself
 * y         NHWC, output_pixel_stride elements from pixel to pixel; must not overlap x
 *
 * Rows are computed first to last; row i reads input lines i*stride_h - pad_top and up to
 * (kernel_h - 1) * dilation_h below. All layers share one body. */
#include "kernels/depthwise_conv2d_f32_simd128.h"
#include "vector_f32_simd128.h"
#include "../vector/depthwise_conv2d_f32_shared.h"

BARECC_KERNEL void depthwise_conv2d_f32_simd128(const conv2d_f32_params *p, const float *x, const float *w,
                                                const float *bias, const float *residual, float *y, int32_t row_begin,
                                                int32_t row_end)
{
    depthwise_conv2d_f32_shared(p, x, w, bias, residual, y, row_begin, row_end);
}
