/* Transposed 2-D convolution with groups, dilation, bias, residual and clamp. Every input pixel (i, j) adds
 * input[i][j] * weights[ky][kx] to line i*stride_h + ky*dilation_h, pixel j*stride_w + kx*dilation_w of the full
 * result; output is the part of it that starts at (pad_top, pad_left), out_h x out_w large: lines and pixels past the
 * full result (output padding) hold the bias alone.
 *
 * input     NHWC, input_pixel_stride elements from pixel to pixel
 * weights   OHWI: out_c, kernel_h, kernel_w, C = in_c / groups
 * bias      out_c, or NULL
 * residual  as output, residual_pixel_stride elements from pixel to pixel, or NULL; may be output itself
 * output    NHWC, output_pixel_stride elements from pixel to pixel; must not overlap input
 *
 * Rows are computed first to last; row i reads the input lines l with i + pad_top = l*stride_h + ky*dilation_h.
 * Method: gathered per output element, so that rows are independent. */
#include "kernels/conv_transpose2d_f32.h"
#include "window2d.h"

BARECC_KERNEL void conv_transpose2d_f32(const conv2d_f32_params *params, const float *input, const float *weights,
                                        const float *bias, const float *residual, float *output, int32_t row_begin,
                                        int32_t row_end)
{
    const window2d_params *s = &params->window;
    const int32_t group_in = s->in_c / s->groups;
    const int32_t group_out = s->out_c / s->groups;
    for (int32_t row = row_begin; row < row_end; row++)
        for (int32_t column = 0; column < s->out_w; column++) {
            const ptrdiff_t pixel = (ptrdiff_t)row * s->out_w + column;
            for (int32_t o = 0; o < s->out_c; o++) {
                float sum = bias ? bias[o] : 0.0f;
                if (residual)
                    sum += residual[pixel * s->residual_pixel_stride + o];
                for (int32_t ky = 0; ky < s->kernel_h; ky++)
                    for (int32_t kx = 0; kx < s->kernel_w; kx++) {
                        const ptrdiff_t source = transposed_tap_offset(s, row, column, ky, kx);
                        if (source < 0)
                            continue;
                        const float *in = input + source + o / group_out * group_in;
                        const float *filter =
                            weights + ((ptrdiff_t)(o * s->kernel_h + ky) * s->kernel_w + kx) * group_in;
                        for (int32_t c = 0; c < group_in; c++)
                            sum += in[c] * filter[c];
                    }
                output[pixel * s->output_pixel_stride + o] = clamp_f32(sum, params->min, params->max);
            }
        }
}
