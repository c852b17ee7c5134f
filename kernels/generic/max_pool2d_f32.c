/* Maximum over a window, channel by channel, then clamp:
 *
 *     output[b][i][j][c] = clamp(max over ky, kx of input[b][i*stride_h - pad_top + ky*dilation_h]
 *                                                        [j*stride_w - pad_left + kx*dilation_w][c])
 *
 * input   NHWC, input_pixel_stride elements from pixel to pixel; taps outside the image never win
 * output  NHWC, output_pixel_stride elements from pixel to pixel, in_c channels; must not overlap input
 *
 * Rows are computed first to last; row i reads input lines i*stride_h - pad_top and up to
 * (kernel_h - 1) * dilation_h below. A window that lies in the padding altogether gives clamp(-INFINITY). */
#include "kernels/max_pool2d_f32.h"
#include "window2d.h"

BARECC_KERNEL void max_pool2d_f32(const pool2d_f32_params *params, const float *input, float *output, int32_t row_begin,
                                  int32_t row_end)
{
    const window2d_params *s = &params->window;
    for (int32_t row = row_begin; row < row_end; row++) {
        const window_taps v = taps_of_row(s, row);
        for (int32_t column = 0; column < s->out_w; column++) {
            const window_taps h = taps_of_column(s, column);
            const ptrdiff_t pixel = (ptrdiff_t)row * s->out_w + column;
            for (int32_t c = 0; c < s->out_c; c++) {
                float max = -INFINITY;
                for (int32_t ky = v.begin; ky < v.end; ky++)
                    for (int32_t kx = h.begin; kx < h.end; kx++) {
                        const float value = input[tap_offset(s, v, h, ky, kx) + c];
                        max = value > max ? value : max;
                    }
                output[pixel * s->output_pixel_stride + c] = clamp_f32(max, params->min, params->max);
            }
        }
    }
}
