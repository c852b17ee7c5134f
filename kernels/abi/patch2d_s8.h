/* The bytes under a convolution's window, gathered into one run: kernel_h, kernel_w, in_c. */
#pragma once

#include "window2d.h"

/* Bytes under the window in one row of the image. */
HELPER void gather_row(const window2d_s8 *p, const int8_t *x, int32_t line, int32_t left, int8_t *to)
{
    const window2d *s = &p->window;
    const int8_t *from = x + (ptrdiff_t)line * s->in_w * s->in_pixel;
    for (int32_t kx = 0; kx < s->kernel_w; kx++, to += s->in_c) {
        const int32_t column = left + kx * s->dilation_w;
        if (line >= 0 && column >= 0 && column < s->in_w)
            memcpy(to, from + column * s->in_pixel, (size_t)s->in_c);
        else
            memset(to, p->in_zero, (size_t)s->in_c);
    }
}

/* All bytes under the window at an output pixel, counted over the batch. */
HELPER void gather_patch(const window2d_s8 *p, const int8_t *x, int32_t pixel, int8_t *patch)
{
    const window2d *s = &p->window;
    const int32_t row = pixel / s->out_w, left = pixel % s->out_w * s->stride_w - s->pad_left;
    const int32_t image = row / s->out_h, top = row % s->out_h * s->stride_h - s->pad_top;
    const int32_t last = left + (s->kernel_w - 1) * s->dilation_w;
    const int32_t bytes = s->kernel_w * s->in_c;
    const int isWhole = s->dilation_w == 1 && s->in_pixel == s->in_c && left >= 0 && last < s->in_w;
    for (int32_t ky = 0; ky < s->kernel_h; ky++, patch += bytes) {
        const int32_t line = top + ky * s->dilation_h;
        const int32_t inside = line >= 0 && line < s->in_h ? image * s->in_h + line : -1;
        if (isWhole && inside >= 0)
            memcpy(patch, x + ((ptrdiff_t)inside * s->in_w + left) * s->in_c, (size_t)bytes);
        else
            gather_row(p, x, inside, left, patch);
    }
}
