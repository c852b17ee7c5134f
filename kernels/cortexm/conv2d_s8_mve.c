/* 2-D convolution of int8 with dilation, bias and clamp, by the integer vectors of Armv8.1-M; the same integers as
 * conv2d_s8, whose contract holds but for
 *
 * weights    packed in blocks of four rows of depth = kernel_h * kernel_w * in_c weights:
 *            [out_c / 4][depth / 16][4 rows][16], padded with zeros
 * requant    out_c folded channels in fours; see mve_s8.h
 * workspace  conv2d_s8_mve_workspace bytes
 *
 * groups is 1 and weights_zero_point 0. The patches of three output pixels are gathered, with input_zero_point where
 * there is no image, and multiplied with four rows of weights at a time. */
#include "kernels/conv2d_s8_mve.h"
#include "mve_s8.h"
#include "window2d.h"

/* The bytes under one row of the window, whose first column is `left`, from image line x, or NULL outside the image. */
static inline void gather_line(const conv2d_s8_params *p, const int8_t *x, int32_t left, int8_t *to)
{
    const window2d_params *s = &p->window;
    const int32_t bytes = s->kernel_w * s->in_c;
    if (!x) {
        fill_bytes(to, p->input_zero_point, bytes);
    } else if (s->dilation_w == 1 && s->input_pixel_stride == s->in_c) {
        const int32_t before = left < 0 ? -left : 0;
        const int32_t over = left + s->kernel_w - s->in_w, after = over > 0 ? over : 0;
        if (before + after == 0) {
            copy_bytes(to, x + left * s->in_c, bytes);
        } else if (before + after >= s->kernel_w) {
            fill_bytes(to, p->input_zero_point, bytes);
        } else {
            const int32_t inside = (s->kernel_w - before - after) * s->in_c;
            fill_bytes(to, p->input_zero_point, before * s->in_c);
            copy_bytes(to + before * s->in_c, x + (left + before) * s->in_c, inside);
            fill_bytes(to + before * s->in_c + inside, p->input_zero_point, after * s->in_c);
        }
    } else {
        for (int32_t kx = 0; kx < s->kernel_w; kx++, left += s->dilation_w, to += s->in_c)
            if (left >= 0 && left < s->in_w)
                copy_bytes(to, x + left * s->input_pixel_stride, s->in_c);
            else
                fill_bytes(to, p->input_zero_point, s->in_c);
    }
}

/* All bytes under the window at an output pixel, counted over the batch. */
static inline void gather_window(const conv2d_s8_params *p, const int8_t *x, int32_t pixel, int8_t *patch)
{
    const window2d_params *s = &p->window;
    const int32_t row = pixel / s->out_w, left = pixel % s->out_w * s->stride_w - s->pad_left;
    const int8_t *image = x + (ptrdiff_t)(row / s->out_h) * s->in_h * s->in_w * s->input_pixel_stride;
    int32_t line = row % s->out_h * s->stride_h - s->pad_top;
    for (int32_t ky = 0; ky < s->kernel_h; ky++, line += s->dilation_h, patch += s->kernel_w * s->in_c) {
        const int isInside = line >= 0 && line < s->in_h;
        gather_line(p, isInside ? image + (ptrdiff_t)line * s->in_w * s->input_pixel_stride : NULL, left, patch);
    }
}

BARECC_KERNEL void conv2d_s8_mve(const conv2d_s8_params *params, const int8_t *input, const int8_t *weights,
                                 const int32_t *requant, int8_t *output, void *workspace, int32_t row_begin,
                                 int32_t row_end)
{
    const window2d_params *s = &params->window;
    const int32_t depth = s->kernel_h * s->kernel_w * s->in_c, end = row_end * s->out_w;
    int8_t *const patches = (int8_t *)workspace;
    const int8_t *const each[3] = {patches, patches + depth, patches + 2 * depth};
    for (int32_t pixel = row_begin * s->out_w; pixel < end;) {
        const int32_t pixels = end - pixel >= 3 ? 3 : 1;
        int8_t *out = output + (ptrdiff_t)pixel * s->output_pixel_stride;
        for (int32_t i = 0; i < pixels; i++)
            gather_window(params, input, pixel + i, patches + i * depth);
        if (pixels == 3)
            multiply_3_rows(weights, each, depth, requant, s->out_c, params->min, params->max, out,
                            s->output_pixel_stride);
        else
            multiply_row(weights, patches, depth, requant, s->out_c, params->min, params->max, out);
        pixel += pixels;
    }
}
