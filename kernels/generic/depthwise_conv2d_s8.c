/* Depthwise 2-D convolution of int8 with bias and clamp, exact as TensorFlow Lite's reference kernel; output
 * channel o reads input channel o / D, D = out_c / in_c:
 *
 *     sum = bias[o] + sum over ky, kx of (input[b][i*stride_h - pad_top + ky*dilation_h]
 *                                              [j*stride_w - pad_left + kx*dilation_w][o / D] - input_zero_point)
 *                                            * (weights[ky][kx][o] - weights_zero_point)
 *     output[b][i][j][o] = clamp(sum * multiplier[o] * 2^(shift[o] - 31) + output_zero_point), rounded as in quantize.h
 *
 * input       NHWC, input_pixel_stride elements from pixel to pixel; taps outside the image count as input_zero_point
 * weights     HWC: kernel_h, kernel_w, out_c
 * bias        out_c, or NULL
 * multiplier  out_c (per_channel 1) or one (per_channel 0), and so shift
 * output      NHWC, output_pixel_stride elements from pixel to pixel; must not overlap input
 *
 * Rows are computed first to last; row i reads input lines i*stride_h - pad_top and up to
 * (kernel_h - 1) * dilation_h below.
 * Sums wrap around in 32 bits, as TensorFlow Lite's do. */
#include "kernels/depthwise_conv2d_s8.h"
#include "quantize.h"
#include "window2d.h"

BARECC_KERNEL void depthwise_conv2d_s8(const conv2d_s8_params *params, const int8_t *input, const int8_t *weights,
                                       const int32_t *bias, const int32_t *multiplier, const int8_t *shift,
                                       int8_t *output, int32_t row_begin, int32_t row_end)
{
    const window2d_params *s = &params->window;
    const int32_t outputs = s->out_c / s->in_c; /* of each input channel */
    for (int32_t row = row_begin; row < row_end; row++) {
        const window_taps v = taps_of_row(s, row);
        for (int32_t column = 0; column < s->out_w; column++) {
            const window_taps h = taps_of_column(s, column);
            const ptrdiff_t pixel = (ptrdiff_t)row * s->out_w + column;
            for (int32_t o = 0; o < s->out_c; o++) {
                const int8_t *in = input + o / outputs;
                uint32_t sum = bias ? (uint32_t)bias[o] : 0;
                for (int32_t ky = v.begin; ky < v.end; ky++)
                    for (int32_t kx = h.begin; kx < h.end; kx++) {
                        const int32_t x = in[tap_offset(s, v, h, ky, kx)] - params->input_zero_point;
                        const int32_t w = weights[(ky * s->kernel_w + kx) * s->out_c + o] - params->weights_zero_point;
                        sum += (uint32_t)(x * w);
                    }
                const int32_t scale = o * params->per_channel;
                output[pixel * s->output_pixel_stride + o] = (int8_t)requantize(
                    (int32_t)sum, multiplier[scale], shift[scale], params->output_zero_point, params->min, params->max);
            }
        }
    }
}
