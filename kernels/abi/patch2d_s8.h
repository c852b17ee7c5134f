/* The bytes under a convolution's window, gathered into one run: kernel_h, kernel_w, in_c. */
#pragma once

#include "kernels/params/conv2d_s8_params.h"
#include "window2d.h"

/* Bytes under the window in one row of the image. */
static inline void gather_row(const conv2d_s8_params *p, const int8_t *x, int32_t line, int32_t left, int8_t *to)
{
    const window2d_params *s = &p->window;
    const int8_t *from = x + (ptrdiff_t)line * s->in_w * s->input_pixel_stride;
    for (int32_t kx = 0; kx < s->kernel_w; kx++, to += s->in_c) {
        const int32_t column = left + kx * s->dilation_w;
        if (line >= 0 && column >= 0 && column < s->in_w)
            memcpy(to, from + column * s->input_pixel_stride, (size_t)s->in_c);
        else
            memset(to, p->input_zero_point, (size_t)s->in_c);
    }
}

/* Where the window of an output pixel, counted over the batch, lies. */
typedef struct {
    int32_t image, top, left;
    int is_run; /* what is under one row of the window lies one behind the other, if its line is in the image */
} window_place;

static inline window_place window_at(const window2d_params *s, int32_t pixel)
{
    const int32_t row = pixel / s->out_w;
    window_place at = {row / s->out_h, row % s->out_h * s->stride_h - s->pad_top,
                       pixel % s->out_w * s->stride_w - s->pad_left, 0};
    at.is_run =
        s->dilation_w == 1 && s->input_pixel_stride == s->in_c && at.left >= 0 && at.left + s->kernel_w <= s->in_w;
    return at;
}

/* The line under row ky of a window, counted over the batch, or -1 outside the image. */
static inline int32_t line_under(const window2d_params *s, const window_place *at, int32_t ky)
{
    const int32_t line = at->top + ky * s->dilation_h;
    return line >= 0 && line < s->in_h ? at->image * s->in_h + line : -1;
}

/* All bytes under the window at an output pixel. */
static inline void gather_patch(const conv2d_s8_params *p, const int8_t *x, int32_t pixel, int8_t *patch)
{
    const window2d_params *s = &p->window;
    const window_place at = window_at(s, pixel);
    const int32_t bytes = s->kernel_w * s->in_c;
    for (int32_t ky = 0; ky < s->kernel_h; ky++, patch += bytes) {
        const int32_t line = line_under(s, &at, ky);
        if (at.is_run && line >= 0)
            memcpy(patch, x + ((ptrdiff_t)line * s->in_w + at.left) * s->in_c, (size_t)bytes);
        else
            gather_row(p, x, line, at.left, patch);
    }
}
