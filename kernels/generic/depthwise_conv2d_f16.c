/* Depthwise 2-D convolution of half floats with bias and clamp; output channel o reads input channel o / multiplier.
 * Sums are kept in float, and rounded once at the end:
 *
 *     output[b][i][j][o] = clamp(bias[o]
 *                                + sum over ky, kx of input[b][i*stride_h - pad_top + ky*dilation_h]
 *                                                          [j*stride_w - pad_left + kx*dilation_w][o / multiplier]
 *                                                       * weights[ky][kx][o])
 *
 * input    NHWC, input_pixel_stride elements from pixel to pixel; taps outside the image count as 0
 * weights  HWC: kernel_h, kernel_w, out_c = in_c * multiplier
 * bias     out_c, or NULL
 * output   NHWC, output_pixel_stride elements from pixel to pixel; must not overlap input
 *
 * Rows are computed first to last; row i reads input lines i*stride_h - pad_top and up to
 * (kernel_h - 1) * dilation_h below. Method: the definition, one sum per output element. */
#include "kernels/depthwise_conv2d_f16.h"
#include "window2d.h"
#include "half.h"

BARECC_KERNEL void depthwise_conv2d_f16(const conv2d_f32_params *params, const uint16_t *input, const uint16_t *weights,
                                        const uint16_t *bias, uint16_t *output, int32_t row_begin, int32_t row_end)
{
    const window2d_params *s = &params->window;
    const int32_t multiplier = s->out_c / s->in_c;
    for (int32_t row = row_begin; row < row_end; row++) {
        const window_taps v = taps_of_row(s, row);
        for (int32_t column = 0; column < s->out_w; column++) {
            const window_taps h = taps_of_column(s, column);
            const ptrdiff_t pixel = (ptrdiff_t)row * s->out_w + column;
            for (int32_t o = 0; o < s->out_c; o++) {
                const uint16_t *in = input + o / multiplier;
                float sum = bias ? half_to_float(bias[o]) : 0.0f;
                for (int32_t ky = v.begin; ky < v.end; ky++)
                    for (int32_t kx = h.begin; kx < h.end; kx++)
                        sum += half_to_float(in[tap_offset(s, v, h, ky, kx)]) *
                               half_to_float(weights[(ky * s->kernel_w + kx) * s->out_c + o]);
                output[pixel * s->output_pixel_stride + o] = float_to_half(clamp_f32(sum, params->min, params->max));
            }
        }
    }
}
