/* Transposed 2-D convolution of int8 with groups, dilation, bias and clamp, exact as TensorFlow Lite's reference
 * kernel. Every input pixel (i, j) adds (input[i][j] - input_zero_point) * (weights[ky][kx] - weights_zero_point) to
 * line i*stride_h + ky*dilation_h, pixel j*stride_w + kx*dilation_w of the full result; output is the part of it that
 * starts at (pad_top, pad_left), out_h x out_w large: lines and pixels past the full result (output padding) hold the
 * bias alone. Sums, which wrap around in 32 bits as TensorFlow Lite's do, become stored values by
 *
 *     output[b][i][j][o] = clamp(sum * multiplier[o] * 2^(shift[o] - 31) + output_zero_point), rounded as in quantize.h
 *
 * input       NHWC, input_pixel_stride elements from pixel to pixel
 * weights     OHWI: out_c, kernel_h, kernel_w, C = in_c / groups
 * bias        out_c, or NULL
 * multiplier  out_c (per_channel 1) or one (per_channel 0), and so shift
 * output      NHWC, output_pixel_stride elements from pixel to pixel; must not overlap input
 *
 * Rows are computed first to last; row i reads the input lines l with i + pad_top = l*stride_h + ky*dilation_h.
 * Method: gathered per output element, so that rows are independent. */
#include "kernels/conv_transpose2d_s8.h"
#include "quantize.h"
#include "window2d.h"

BARECC_KERNEL void conv_transpose2d_s8(const conv2d_s8_params *params, const int8_t *input, const int8_t *weights,
                                       const int32_t *bias, const int32_t *multiplier, const int8_t *shift,
                                       int8_t *output, int32_t row_begin, int32_t row_end)
{
    const window2d_params *s = &params->window;
    const int32_t group_in = s->in_c / s->groups;
    const int32_t group_out = s->out_c / s->groups;
    for (int32_t row = row_begin; row < row_end; row++)
        for (int32_t column = 0; column < s->out_w; column++) {
            const ptrdiff_t pixel = (ptrdiff_t)row * s->out_w + column;
            for (int32_t o = 0; o < s->out_c; o++) {
                uint32_t sum = bias ? (uint32_t)bias[o] : 0;
                for (int32_t ky = 0; ky < s->kernel_h; ky++)
                    for (int32_t kx = 0; kx < s->kernel_w; kx++) {
                        const ptrdiff_t source = transposed_tap_offset(s, row, column, ky, kx);
                        if (source < 0)
                            continue;
                        const int8_t *in = input + source + o / group_out * group_in;
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
