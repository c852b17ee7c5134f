/* Mean over a window where padding counts as zeros, channel by channel, then clamp (ONNX's AveragePool with
 * count_include_pad = 1):
 *
 *     output[b][i][j][c] = clamp(1 / N * sum over ky, kx of input[b][i*stride_h - pad_top + ky*dilation_h]
 *                                                                [j*stride_w - pad_left + kx*dilation_w][c])
 *
 * N is the number of taps inside the padded image: pad_top, in_h, pad_bottom lines of pad_left, in_w, pad_right
 * pixels. With ceil_mode the last windows reach beyond even that; such taps do not count.
 *
 * input   NHWC, input_pixel_stride elements from pixel to pixel
 * output  NHWC, output_pixel_stride elements from pixel to pixel, in_c channels; must not overlap input
 *
 * Rows are computed first to last; row i reads input lines i*stride_h - pad_top and up to
 * (kernel_h - 1) * dilation_h below. */
#include "kernels/avg_pool2d_padded_f32.h"
#include "window2d.h"

BARECC_KERNEL void avg_pool2d_padded_f32(const pool2d_f32_params *params, const float *input, float *output,
                                         int32_t row_begin, int32_t row_end)
{
    const window2d_params *s = &params->window;
    const int32_t padded_h = s->pad_top + s->in_h + s->pad_bottom;
    const int32_t padded_w = s->pad_left + s->in_w + s->pad_right;
    for (int32_t row = row_begin; row < row_end; row++) {
        const window_taps v = taps_of_row(s, row);
        const int32_t top = row % s->out_h * s->stride_h;
        const int32_t count_h = taps_inside(top, s->kernel_h, s->dilation_h, padded_h).end;
        for (int32_t column = 0; column < s->out_w; column++) {
            const window_taps h = taps_of_column(s, column);
            const int32_t left = column * s->stride_w;
            const int32_t count = count_h * taps_inside(left, s->kernel_w, s->dilation_w, padded_w).end;
            const ptrdiff_t pixel = (ptrdiff_t)row * s->out_w + column;
            for (int32_t c = 0; c < s->out_c; c++) {
                float sum = 0.0f;
                for (int32_t ky = v.begin; ky < v.end; ky++)
                    for (int32_t kx = h.begin; kx < h.end; kx++)
                        sum += input[tap_offset(s, v, h, ky, kx) + c];
                output[pixel * s->output_pixel_stride + c] =
                    clamp_f32(count ? sum / (float)count : 0.0f, params->min, params->max);
            }
        }
    }
}
