/* depthwise_conv2d_f16 for as many output as input channels. Vectors run over the channels, and four neighbouring
 * pixels whose windows lie inside the image on the left and right are summed side by side.
 *
 * input    NHWC, input_pixel_stride elements from pixel to pixel; taps outside the image count as 0
 * weights  HWC: kernel_h, kernel_w, channels
 * bias     channels, or NULL
 * output   NHWC, output_pixel_stride elements from pixel to pixel; must not overlap input
 *
 * Sums are kept in float, and rounded once at the end. Rows are computed first to last; row i reads input lines
 * i*stride_h - pad_top and up to (kernel_h - 1) * dilation_h below. All layers share one body. */
#include "kernels/depthwise_conv2d_f16_neon.h"
#include "window2d.h"
#include "eight_f16.h"

#define COLUMNS_F16 4

/* `columns` pixels, the first of which has the taps v and h, and `width` channels. */
BARECC_ALWAYS_INLINE void depthwise_tile_f16(const conv2d_f32_params *params, const int columns, const int32_t width,
                                             window_taps v, window_taps h, const uint16_t *input,
                                             const uint16_t *weights, const uint16_t *bias, uint16_t *output)
{
    const window2d_params *s = &params->window;
    const ptrdiff_t x_tap = (ptrdiff_t)s->dilation_w * s->input_pixel_stride,
                    x_column = (ptrdiff_t)s->stride_w * s->input_pixel_stride;
    eight_f32 sum[COLUMNS_F16];
    sum[0].low = sum[0].high = vdupq_n_f32(0.0f);
    if (bias)
        sum[0] = load_some_f16(bias, width);
    UNROLL_F16
    for (int i = 1; i < columns; i++)
        sum[i] = sum[0];
    for (int32_t ky = v.begin; ky < v.end; ky++) {
        const uint16_t *from = input + tap_offset(s, v, h, ky, h.begin);
        const uint16_t *tap = weights + (ptrdiff_t)(ky * s->kernel_w + h.begin) * s->out_c;
        for (int32_t kx = h.begin; kx < h.end; kx++, from += x_tap, tap += s->out_c) {
            const eight_f32 tap_weights = load_some_f16(tap, width);
            UNROLL_F16
            for (int i = 0; i < columns; i++) {
                const eight_f32 values = load_some_f16(from + i * x_column, width);
                sum[i].low = vfmaq_f32(sum[i].low, values.low, tap_weights.low);
                sum[i].high = vfmaq_f32(sum[i].high, values.high, tap_weights.high);
            }
        }
    }
    UNROLL_F16
    for (int i = 0; i < columns; i++)
        store_clamped_f16(output + (ptrdiff_t)i * s->output_pixel_stride, width, sum[i], params->min, params->max);
}

/* All channels of `columns` pixels. */
BARECC_ALWAYS_INLINE void depthwise_columns_f16(const conv2d_f32_params *params, const int columns, window_taps v,
                                                window_taps h, const uint16_t *input, const uint16_t *weights,
                                                const uint16_t *bias, uint16_t *output)
{
    const int32_t channels = params->window.out_c;
    int32_t c = 0;
    for (; c + WIDTH_F16 <= channels; c += WIDTH_F16)
        depthwise_tile_f16(params, columns, WIDTH_F16, v, h, input + c, weights + c, bias ? bias + c : NULL,
                           output + c);
    if (c < channels)
        depthwise_tile_f16(params, columns, channels - c, v, h, input + c, weights + c, bias ? bias + c : NULL,
                           output + c);
}

BARECC_NOCLONE void depthwise_conv2d_f16_rows(const conv2d_f32_params *params, const uint16_t *input,
                                              const uint16_t *weights, const uint16_t *bias, uint16_t *output,
                                              int32_t row_begin, int32_t row_end)
{
    const window2d_params *s = &params->window;
    const int32_t reach = (COLUMNS_F16 - 1) * s->stride_w + (s->kernel_w - 1) * s->dilation_w;
    for (int32_t row = row_begin; row < row_end; row++) {
        const window_taps v = taps_of_row(s, row);
        for (int32_t column = 0; column < s->out_w;) {
            const int32_t left = column * s->stride_w - s->pad_left;
            const window_taps h = taps_of_column(s, column);
            uint16_t *const to = output + ((ptrdiff_t)row * s->out_w + column) * s->output_pixel_stride;
            if (left >= 0 && left + reach < s->in_w && column + COLUMNS_F16 <= s->out_w) {
                depthwise_columns_f16(params, COLUMNS_F16, v, h, input, weights, bias, to);
                column += COLUMNS_F16;
            } else {
                depthwise_columns_f16(params, 1, v, h, input, weights, bias, to);
                column++;
            }
        }
    }
}

BARECC_KERNEL void depthwise_conv2d_f16_neon(const conv2d_f32_params *params, const uint16_t *input,
                                             const uint16_t *weights, const uint16_t *bias, uint16_t *output,
                                             int32_t row_begin, int32_t row_end)
{
    depthwise_conv2d_f16_rows(params, input, weights, bias, output, row_begin, row_end);
}
