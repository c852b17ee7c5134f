/* max_pool2d_f32: the maximum over a window, channel by channel, then clamp.
 * Vectors run over the channels; a window over the whole image makes it the global pool.
 *
 * input   NHWC, input_pixel_stride elements from pixel to pixel
 * output  NHWC, output_pixel_stride elements from pixel to pixel, in_c channels; must not overlap input
 *
 * Rows are computed first to last; row i reads input lines i*stride_h - pad_top and up to
 * (kernel_h - 1) * dilation_h below. A window that lies in the padding altogether gives clamp(-INFINITY). */
#include "kernels/max_pool2d_f32_sse2.h"
#include "vector_f32_sse2.h"
#include "../vector/pool2d_f32_vec.h"

BARECC_KERNEL void max_pool2d_f32_sse2(const pool2d_f32_params *params, const float *input, float *output,
                                       int32_t row_begin, int32_t row_end)
{
    pool2d_f32_vec(params, 1, input, output, row_begin, row_end);
}
