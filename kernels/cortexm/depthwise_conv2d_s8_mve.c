/* Depthwise 2-D convolution of int8 with dilation, bias and clamp, by the integer vectors of Armv8.1-M; the same
 * integers as depthwise_conv2d_s8, whose contract holds but for
 *
 * requant    out_c folded channels in fours of even and odd ones, 0 2 4 6, 1 3 5 7; see mve_s8.h
 * workspace  depthwise_conv2d_s8_mve_workspace bytes
 * output     may lie exactly on input where both have one shape and pixel stride, the stride is 1, and rows are
 *            computed first to last
 *
 * out_c is in_c and a multiple of 8, weights_zero_point 0. The lines under the window are kept in a ring, with
 * input_zero_point on either side; eight channels of two output pixels are computed at a time. */
#include "kernels/depthwise_conv2d_s8_mve.h"
#include "mve_s8.h"
#include "window2d.h"

/* Image line x with the padding on either side, or a line of padding if x is NULL. */
static inline void copy_line(const conv2d_s8_params *p, const int8_t *x, int8_t *to)
{
    const window2d_params *s = &p->window;
    const int32_t width = depthwise_line_width(s);
    const int32_t room = width - s->pad_left, inside = !x || room < 0 ? 0 : room < s->in_w ? room : s->in_w;
    if (inside == 0) {
        fill_bytes(to, p->input_zero_point, width * s->in_c);
        return;
    }
    fill_bytes(to, p->input_zero_point, s->pad_left * s->in_c);
    to += s->pad_left * s->in_c;
    if (s->input_pixel_stride == s->in_c)
        copy_bytes(to, x, inside * s->in_c);
    else
        for (int32_t i = 0; i < inside; i++)
            copy_bytes(to + i * s->in_c, x + i * s->input_pixel_stride, s->in_c);
    fill_bytes(to + inside * s->in_c, p->input_zero_point, (room - inside) * s->in_c);
}

/* Sums of eight channels of a pixel: those of even and odd ones. */
typedef struct {
    int32x4_t even, odd;
} sums_of_8;

/* Adds the products of eight weights with eight channels of a pixel. In assembly, since compilers would rather keep the
 * weights of all taps in registers than load them once more, and run out of these. */
static inline void add_products(sums_of_8 *sums, int16x8_t x, int16x8_t w)
{
    int32x4_t products;
    __asm__ volatile("vmullb.s16 %q[products], %q[x], %q[w]\n\t"
                     "vadd.i32 %q[even], %q[even], %q[products]\n\t"
                     "vmullt.s16 %q[products], %q[x], %q[w]\n\t"
                     "vadd.i32 %q[odd], %q[odd], %q[products]"
                     : [even] "+w"(sums->even), [odd] "+w"(sums->odd), [products] "=&w"(products)
                     : [x] "w"(x), [w] "w"(w)
                     : "memory");
}

static inline int16x8_t requantize_8(const conv2d_s8_params *p, sums_of_8 sums, const scale_of_4 *evens,
                                     const scale_of_4 *odds)
{
    const int32x4_t even = requantize_4(sums.even, evens), odd = requantize_4(sums.odd, odds);
    const int16x8_t value = vqmovntq_s32(vqmovnbq_s32(vdupq_n_s16(0), even), odd);
    return vmaxq_s16(vminq_s16(value, vdupq_n_s16((int16_t)p->max)), vdupq_n_s16((int16_t)p->min));
}

/* One row of taps: what it adds to the sums of two output pixels side by side, or to those of the first alone. */
static inline void add_row(const window2d_params *s, const int8_t *x, const int8_t *w, int32_t pixels, sums_of_8 *first,
                           sums_of_8 *second)
{
    const int32_t tap = s->dilation_w * s->in_c, apart = s->stride_w * s->in_c;
    int16x8_t in = vldrbq_s16(x);
    for (int32_t kx = 0; kx < s->kernel_w; kx++, w += s->in_c) {
        const int16x8_t weights = vldrbq_s16(w);
        add_products(first, in, weights);
        if (pixels == 2 && tap == apart) { /* the first's next tap is the second's */
            x += tap;
            in = vldrbq_s16(x);
            add_products(second, in, weights);
        } else {
            if (pixels == 2)
                add_products(second, vldrbq_s16(x + apart), weights);
            if (kx + 1 < s->kernel_w) {
                x += tap;
                in = vldrbq_s16(x);
            }
        }
    }
}

/* Eight channels of `pixels` output pixels side by side, 1 or 2; input and weights point to the first of these
 * channels, in the ring and in the packed weights. `slot`: where the window's first line is in the ring. */
static inline void compute_8(const conv2d_s8_params *params, const int8_t *input, int32_t slot, const int8_t *weights,
                             const int32_t *requant, int32_t pixels, int8_t *output)
{
    const window2d_params *s = &params->window;
    const int32_t pitch = depthwise_line_width(s) * s->in_c, span = depthwise_lines(s);
    const sums_of_8 bias = {vldrwq_s32(requant), vldrwq_s32(requant + 16)};
    sums_of_8 first = bias, second = bias;
    for (int32_t ky = 0; ky < s->kernel_h; ky++, weights += s->kernel_w * s->in_c) {
        add_row(s, input + slot * pitch, weights, pixels, &first, &second);
        slot += s->dilation_h;
        slot -= slot >= span ? span : 0;
    }
    const scale_of_4 evens = scale_at(requant), odds = scale_at(requant + 16);
    const int16x8_t left = requantize_8(params, first, &evens, &odds),
                    right = requantize_8(params, second, &evens, &odds);
    vstrbq_s16(output, left);
    if (pixels == 2)
        vstrbq_s16(output + s->output_pixel_stride, right);
}

BARECC_KERNEL void depthwise_conv2d_s8_mve(const conv2d_s8_params *params, const int8_t *input, const int8_t *weights,
                                           const int32_t *requant, int8_t *output, void *workspace, int32_t row_begin,
                                           int32_t row_end)
{
    const window2d_params *s = &params->window;
    const int32_t pitch = depthwise_line_width(s) * s->in_c, span = depthwise_lines(s);
    int8_t *const ring = (int8_t *)workspace;
    int32_t copied = 0; /* image lines below this one are in the ring */
    for (int32_t row = row_begin; row < row_end; row++) {
        const int32_t image = row / s->out_h, top = row % s->out_h * s->stride_h - s->pad_top;
        const int8_t *in = input + (ptrdiff_t)image * s->in_h * s->in_w * s->input_pixel_stride;
        if (row == row_begin || row % s->out_h == 0 || copied < top)
            copied = top;
        for (; copied < top + span; copied++) {
            const int isInside = copied >= 0 && copied < s->in_h;
            copy_line(params, isInside ? in + (ptrdiff_t)copied * s->in_w * s->input_pixel_stride : NULL,
                      ring + (copied + s->pad_top) % span * pitch);
        }
        const int32_t slot = (top + s->pad_top) % span;
        int8_t *out = output + (ptrdiff_t)row * s->out_w * s->output_pixel_stride;
        const int8_t *pixel = ring;
        for (int32_t column = 0; column < s->out_w;) {
            const int32_t pixels = s->out_w - column >= 2 ? 2 : 1;
            if (pixels == 2)
                for (int32_t c = 0; c < s->in_c; c += 8)
                    compute_8(params, pixel + c, slot, weights + c, requant + 4 * c, 2, out + c);
            else
                for (int32_t c = 0; c < s->in_c; c += 8)
                    compute_8(params, pixel + c, slot, weights + c, requant + 4 * c, 1, out + c);
            column += pixels;
            out += pixels * s->output_pixel_stride;
            pixel += pixels * s->stride_w * s->in_c;
        }
    }
}
