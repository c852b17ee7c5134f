/* Depthwise 2-D convolution of int8 with dilation, bias and clamp, by RISC-V's vectors of any length; the same integers
 * as depthwise_conv2d_s8, whose contract holds but for
 *
 * requant  four arrays of out_c words; see rvv_s8.h
 *
 * out_c is in_c and weights_zero_point 0. Channels lie side by side in a vector; two output pixels are computed at a
 * time. */
#include "kernels/depthwise_conv2d_s8_rvv.h"
#include "rvv_s8.h"
#include "window2d.h"

/* The channels from c on of a column of an image line, input_zero_point outside. */
BARECC_ALWAYS_INLINE vint16m4_t load_column_s8(const conv2d_s8_params *p, const int8_t *line, int32_t column, int32_t c,
                                               int isInside, size_t vl)
{
    const window2d_params *s = &p->window;
    if (isInside || (column >= 0 && column < s->in_w))
        return load_m4(line + (ptrdiff_t)column * s->input_pixel_stride + c, vl);
    return __riscv_vmv_v_x_i16m4((int16_t)p->input_zero_point, vl);
}

/* `pixels` output pixels side by side, 1 or 2. Their windows begin at image line `top` and column `left`; isInside:
 * they are inside the image from left to right. */
BARECC_ALWAYS_INLINE void compute_pixels_s8(const conv2d_s8_params *p, const int8_t *image, int32_t top, int32_t left,
                                            int32_t pixels, int isInside, const int8_t *w, const int32_t *channels,
                                            int8_t *y)
{
    const window2d_params *s = &p->window;
    for (int32_t c = 0; c < s->out_c;) {
        const size_t vl = __riscv_vsetvl_e32m8((size_t)(s->out_c - c));
        vint32m8_t first = __riscv_vle32_v_i32m8(channels + c, vl), second = first;
        const int8_t *weight = w + c;
        for (int32_t ky = 0; ky < s->kernel_h; ky++) {
            const int32_t below = top + ky * s->dilation_h;
            if (below < 0 || below >= s->in_h) {
                for (int32_t kx = 0; kx < s->kernel_w; kx++, weight += s->out_c) {
                    const vint16m4_t weights = load_m4(weight, vl);
                    first = __riscv_vwmacc_vx_i32m8(first, (int16_t)p->input_zero_point, weights, vl);
                    if (pixels == 2)
                        second = __riscv_vwmacc_vx_i32m8(second, (int16_t)p->input_zero_point, weights, vl);
                }
                continue;
            }
            const int8_t *line = image + (ptrdiff_t)below * s->in_w * s->input_pixel_stride;
            vint16m4_t value = load_column_s8(p, line, left, c, isInside, vl);
            for (int32_t kx = 0; kx < s->kernel_w; kx++, weight += s->out_c) {
                const vint16m4_t weights = load_m4(weight, vl);
                const int32_t column = left + kx * s->dilation_w;
                first = __riscv_vwmacc_vv_i32m8(first, value, weights, vl);
                if (pixels == 2 && s->dilation_w == s->stride_w) { /* the first's next tap is the second's */
                    value = load_column_s8(p, line, column + s->stride_w, c, isInside, vl);
                    second = __riscv_vwmacc_vv_i32m8(second, value, weights, vl);
                } else {
                    if (pixels == 2) {
                        value = load_column_s8(p, line, column + s->stride_w, c, isInside, vl);
                        second = __riscv_vwmacc_vv_i32m8(second, value, weights, vl);
                    }
                    if (kx + 1 < s->kernel_w)
                        value = load_column_s8(p, line, column + s->dilation_w, c, isInside, vl);
                }
            }
        }
        const vint8m2_t bytes = requantize_m8(first, channels + c, s->out_c, p->min, p->max, vl);
        if (pixels == 2) {
            const vint8m2_t others = requantize_m8(second, channels + c, s->out_c, p->min, p->max, vl);
            __riscv_vse8_v_i8m2(y + s->output_pixel_stride + c, others, vl);
        }
        __riscv_vse8_v_i8m2(y + c, bytes, vl);
        c += (int32_t)vl;
    }
}

BARECC_KERNEL void depthwise_conv2d_s8_rvv(const conv2d_s8_params *params, const int8_t *input, const int8_t *weights,
                                           const int32_t *requant, int8_t *output, int32_t row_begin, int32_t row_end)
{
    const window2d_params *s = &params->window;
    const int32_t reach = s->stride_w + (s->kernel_w - 1) * s->dilation_w;
    for (int32_t row = row_begin; row < row_end; row++) {
        const int32_t top = row % s->out_h * s->stride_h - s->pad_top;
        const int8_t *image = input + (ptrdiff_t)(row / s->out_h) * s->in_h * s->in_w * s->input_pixel_stride;
        int8_t *out = output + (ptrdiff_t)row * s->out_w * s->output_pixel_stride;
        int32_t left = -s->pad_left;
        for (int32_t column = 0; column < s->out_w;
             column += 2, left += 2 * s->stride_w, out += 2 * s->output_pixel_stride)
            if (column + 1 == s->out_w)
                compute_pixels_s8(params, image, top, left, 1, 0, weights, requant, out);
            else if (left >= 0 && left + reach < s->in_w)
                compute_pixels_s8(params, image, top, left, 2, 1, weights, requant, out);
            else
                compute_pixels_s8(params, image, top, left, 2, 0, weights, requant, out);
    }
}
