/* Depthwise 2-D convolution with dilation, bias, residual and clamp, by RISC-V's vectors of any length;
 * depthwise_conv2d_f32's contract holds.
 *
 * out_c is in_c. Products are added by fused multiply-adds. Channels lie side by side in a vector; two output pixels
 * are computed at a time. */
#include "kernels/depthwise_conv2d_f32_rvv.h"
#include "rvv_f32.h"
#include "window2d.h"

/* The channels from c on of a column of an image line, 0 outside. */
BARECC_ALWAYS_INLINE vfloat32m8_t load_column_f32(const window2d_params *s, const float *line, int32_t column,
                                                  int32_t c, int isInside, size_t vl)
{
    if (isInside || (column >= 0 && column < s->in_w))
        return __riscv_vle32_v_f32m8(line + (ptrdiff_t)column * s->input_pixel_stride + c, vl);
    return __riscv_vfmv_v_f_f32m8(0.0f, vl);
}

/* `pixels` output pixels side by side, 1 or 2. Their windows begin at image line `top` and column `left`; isInside:
 * they are inside the image from left to right. */
BARECC_ALWAYS_INLINE void compute_pixels_f32(const conv2d_f32_params *p, const float *image, int32_t top, int32_t left,
                                             int32_t pixels, int isInside, const float *w, const float *bias,
                                             const float *residual, float *y)
{
    const window2d_params *s = &p->window;
    for (int32_t c = 0; c < s->out_c;) {
        const size_t vl = __riscv_vsetvl_e32m8((size_t)(s->out_c - c));
        vfloat32m8_t first = start_m8(bias, residual, c, vl), second = first;
        if (pixels == 2)
            second = start_m8(bias, residual ? residual + s->residual_pixel_stride : NULL, c, vl);
        const window_taps v = taps_inside(top, s->kernel_h, s->dilation_h, s->in_h);
        for (int32_t ky = v.begin; ky < v.end; ky++) {
            const float *line = image + (ptrdiff_t)(top + ky * s->dilation_h) * s->in_w * s->input_pixel_stride;
            const float *weight = w + (ptrdiff_t)ky * s->kernel_w * s->out_c + c;
            vfloat32m8_t value = load_column_f32(s, line, left, c, isInside, vl);
            for (int32_t kx = 0; kx < s->kernel_w; kx++, weight += s->out_c) {
                const vfloat32m8_t weights = __riscv_vle32_v_f32m8(weight, vl);
                const int32_t column = left + kx * s->dilation_w;
                first = __riscv_vfmacc_vv_f32m8(first, value, weights, vl);
                if (pixels == 2) {
                    value = load_column_f32(s, line, column + s->stride_w, c, isInside, vl);
                    second = __riscv_vfmacc_vv_f32m8(second, value, weights, vl);
                }
                /* Where the steps are equal, the first's next tap is the second's. */
                if (kx + 1 < s->kernel_w && (pixels == 1 || s->dilation_w != s->stride_w))
                    value = load_column_f32(s, line, column + s->dilation_w, c, isInside, vl);
            }
        }
        __riscv_vse32_v_f32m8(y + c, clamp_m8(first, p->min, p->max, vl), vl);
        if (pixels == 2)
            __riscv_vse32_v_f32m8(y + s->output_pixel_stride + c, clamp_m8(second, p->min, p->max, vl), vl);
        c += (int32_t)vl;
    }
}

BARECC_KERNEL void depthwise_conv2d_f32_rvv(const conv2d_f32_params *params, const float *input, const float *weights,
                                            const float *bias, const float *residual, float *output, int32_t row_begin,
                                            int32_t row_end)
{
    const window2d_params *s = &params->window;
    const int32_t reach = s->stride_w + (s->kernel_w - 1) * s->dilation_w;
    for (int32_t row = row_begin; row < row_end; row++) {
        const int32_t top = row % s->out_h * s->stride_h - s->pad_top;
        const float *image = input + (ptrdiff_t)(row / s->out_h) * s->in_h * s->in_w * s->input_pixel_stride;
        for (int32_t column = 0; column < s->out_w; column += 2) {
            const ptrdiff_t pixel = (ptrdiff_t)row * s->out_w + column;
            const float *added = residual ? residual + pixel * s->residual_pixel_stride : NULL;
            float *out = output + pixel * s->output_pixel_stride;
            const int32_t left = column * s->stride_w - s->pad_left;
            if (column + 1 == s->out_w)
                compute_pixels_f32(params, image, top, left, 1, 0, weights, bias, added, out);
            else if (left >= 0 && left + reach < s->in_w)
                compute_pixels_f32(params, image, top, left, 2, 1, weights, bias, added, out);
            else
                compute_pixels_f32(params, image, top, left, 2, 0, weights, bias, added, out);
        }
    }
}
