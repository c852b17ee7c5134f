/* Depthwise 2-D convolution of int8 with dilation, bias and clamp, by RISC-V's vectors of any length; the same integers
 * as depthwise_conv2d_s8, whose contract holds but for
 *
 * channels    four arrays of out_c words; see rvv_s8.h
 *
 * out_c is in_c and filter_zero 0. Channels lie side by side in a vector. Where windows are inside the image from left
 * to right, two output pixels are computed at a time; elsewhere one. */
#include "rvv_s8.h"
#include "window2d.h"

/* sums + x * w */
INLINED vint32m8_t add_products(vint32m8_t sums, vint8m2_t x, vint8m2_t w, size_t vl)
{
    return __riscv_vwadd_wv_i32m8(sums, __riscv_vwmul_vv_i16m4(x, w, vl), vl);
}

/* Two output pixels side by side, whose windows begin at image column `left` and line `top`. */
HELPER void compute_pair(const window2d_s8 *p, const int8_t *image, int32_t top, int32_t left, const int8_t *w,
                         const int32_t *channels, int8_t *y)
{
    const window2d *s = &p->window;
    const ptrdiff_t tap = (ptrdiff_t)s->dilation_w * s->in_pixel, apart = (ptrdiff_t)s->stride_w * s->in_pixel;
    for (int32_t c = 0; c < s->out_c;) {
        const size_t vl = __riscv_vsetvl_e32m8((size_t)(s->out_c - c));
        vint32m8_t first = __riscv_vle32_v_i32m8(channels + c, vl), second = first;
        const int8_t *weight = w + c;
        for (int32_t ky = 0; ky < s->kernel_h; ky++) {
            const int32_t line = top + ky * s->dilation_h;
            const int isInside = line >= 0 && line < s->in_h;
            const int8_t *in = image + ((ptrdiff_t)(isInside ? line : 0) * s->in_w + left) * s->in_pixel + c;
            if (!isInside) {
                for (int32_t kx = 0; kx < s->kernel_w; kx++, weight += s->out_c) {
                    const vint8m2_t weights = __riscv_vle8_v_i8m2(weight, vl);
                    const vint16m4_t products = __riscv_vwmul_vx_i16m4(weights, (int8_t)p->in_zero, vl);
                    first = __riscv_vwadd_wv_i32m8(first, products, vl);
                    second = __riscv_vwadd_wv_i32m8(second, products, vl);
                }
            } else if (tap == apart) { /* the first's next tap is the second's */
                vint8m2_t values = __riscv_vle8_v_i8m2(in, vl);
                for (int32_t kx = 0; kx < s->kernel_w; kx++, weight += s->out_c) {
                    const vint8m2_t weights = __riscv_vle8_v_i8m2(weight, vl);
                    first = add_products(first, values, weights, vl);
                    in += tap;
                    values = __riscv_vle8_v_i8m2(in, vl);
                    second = add_products(second, values, weights, vl);
                }
            } else {
                for (int32_t kx = 0; kx < s->kernel_w; kx++, weight += s->out_c, in += tap) {
                    const vint8m2_t weights = __riscv_vle8_v_i8m2(weight, vl);
                    first = add_products(first, __riscv_vle8_v_i8m2(in, vl), weights, vl);
                    second = add_products(second, __riscv_vle8_v_i8m2(in + apart, vl), weights, vl);
                }
            }
        }
        store_m8(first, channels + c, s->out_c, p->min, p->max, y + c, vl);
        store_m8(second, channels + c, s->out_c, p->min, p->max, y + s->out_pixel + c, vl);
        c += (int32_t)vl;
    }
}

/* One output pixel, whose window may be partly outside the image. */
HELPER void compute_pixel(const window2d_s8 *p, const int8_t *image, int32_t top, int32_t left, const int8_t *w,
                          const int32_t *channels, int8_t *y)
{
    const window2d *s = &p->window;
    for (int32_t c = 0; c < s->out_c;) {
        const size_t vl = __riscv_vsetvl_e32m8((size_t)(s->out_c - c));
        vint32m8_t sums = __riscv_vle32_v_i32m8(channels + c, vl);
        const int8_t *weight = w + c;
        for (int32_t ky = 0; ky < s->kernel_h; ky++) {
            const int32_t line = top + ky * s->dilation_h;
            for (int32_t kx = 0; kx < s->kernel_w; kx++, weight += s->out_c) {
                const int32_t column = left + kx * s->dilation_w;
                const vint8m2_t weights = __riscv_vle8_v_i8m2(weight, vl);
                if (line >= 0 && line < s->in_h && column >= 0 && column < s->in_w) {
                    const int8_t *in = image + ((ptrdiff_t)line * s->in_w + column) * s->in_pixel + c;
                    sums = add_products(sums, __riscv_vle8_v_i8m2(in, vl), weights, vl);
                } else {
                    const vint16m4_t products = __riscv_vwmul_vx_i16m4(weights, (int8_t)p->in_zero, vl);
                    sums = __riscv_vwadd_wv_i32m8(sums, products, vl);
                }
            }
        }
        store_m8(sums, channels + c, s->out_c, p->min, p->max, y + c, vl);
        c += (int32_t)vl;
    }
}

KERNEL void depthwise_conv2d_s8_rvv(const window2d_s8 *p, const int8_t *x, const int8_t *w, const int32_t *channels,
                                    int8_t *y, int32_t row_begin, int32_t row_end)
{
    const window2d *s = &p->window;
    const int32_t reach = (s->kernel_w - 1) * s->dilation_w;
    for (int32_t row = row_begin; row < row_end; row++) {
        const int32_t top = row % s->out_h * s->stride_h - s->pad_top;
        const int8_t *image = x + (ptrdiff_t)(row / s->out_h) * s->in_h * s->in_w * s->in_pixel;
        int8_t *out = y + (ptrdiff_t)row * s->out_w * s->out_pixel;
        int32_t left = -s->pad_left;
        for (int32_t column = 0; column < s->out_w;) {
            const int isPair = column + 1 < s->out_w && left >= 0 && left + s->stride_w + reach < s->in_w;
            if (isPair)
                compute_pair(p, image, top, left, w, channels, out);
            else
                compute_pixel(p, image, top, left, w, channels, out);
            const int32_t pixels = isPair ? 2 : 1;
            column += pixels;
            left += pixels * s->stride_w;
            out += pixels * s->out_pixel;
        }
    }
}
