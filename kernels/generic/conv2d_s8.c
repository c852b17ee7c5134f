/* 2-D convolution of int8 with groups, dilation, bias and clamp, exact as TensorFlow Lite's reference kernel:
 *
 *     sum = bias[o] + sum over ky, kx, c of (input[b][i*stride_h - pad_top + ky*dilation_h]
 *                                                 [j*stride_w - pad_left + kx*dilation_w][group(o)*C + c]
 *                                                  - input_zero_point)
 *                                               * (weights[o][ky][kx][c] - weights_zero_point)
 *     output[b][i][j][o] = clamp(sum * multiplier[o] * 2^(shift[o] - 31) + output_zero_point), rounded as in quantize.h
 *
 * input       NHWC, input_pixel_stride elements from pixel to pixel; taps outside the image count as input_zero_point
 * weights     OHWI: out_c, kernel_h, kernel_w, C = in_c / groups
 * bias        out_c, or NULL
 * multiplier  out_c (per_channel 1) or one (per_channel 0), and so shift
 * output      NHWC, output_pixel_stride elements from pixel to pixel; must not overlap input
 *
 * Rows are computed first to last; row i reads input lines i*stride_h - pad_top and up to
 * (kernel_h - 1) * dilation_h below.
 * Sums wrap around in 32 bits, as TensorFlow Lite's do. */
#include "kernels/conv2d_s8.h"
#include "quantize.h"
#include "window2d.h"

BARECC_KERNEL void conv2d_s8(const conv2d_s8_params *params, const int8_t *input, const int8_t *weights,
                             const int32_t *bias, const int32_t *multiplier, const int8_t *shift, int8_t *output,
                             int32_t row_begin, int32_t row_end)
{
    const window2d_params *s = &params->window;
    const int32_t group_in = s->in_c / s->groups;
    const int32_t group_out = s->out_c / s->groups;
    for (int32_t row = row_begin; row < row_end; row++) {
        const window_taps v = taps_of_row(s, row);
        for (int32_t column = 0; column < s->out_w; column++) {
            const window_taps h = taps_of_column(s, column);
            const ptrdiff_t pixel = (ptrdiff_t)row * s->out_w + column;
            for (int32_t o = 0; o < s->out_c; o++) {
                uint32_t sum = bias ? (uint32_t)bias[o] : 0;
                for (int32_t ky = v.begin; ky < v.end; ky++)
                    for (int32_t kx = h.begin; kx < h.end; kx++) {
                        const int8_t *in = input + tap_offset(s, v, h, ky, kx) + o / group_out * group_in;
                        const int8_t *filter =
                            weights + ((ptrdiff_t)(o * s->kernel_h + ky) * s->kernel_w + kx) * group_in;
                        for (int32_t c = 0; c < group_in; c++)
                            sum += (uint32_t)((in[c] - params->input_zero_point) *
                                              (filter[c] - params->weights_zero_point));
                    }
                const int32_t scale = o * params->per_channel;
                output[pixel * s->output_pixel_stride + o] = (int8_t)requantize(
                    (int32_t)sum, multiplier[scale], shift[scale], params->output_zero_point, params->min, params->max);
            }
        }
    }
}
