/* Depthwise convolution of int8, eight channels at a time; behind an instruction set's multiply_taps. The lines under
 * the window are kept in a ring, with in_zero on either side and channels up to a multiple of eight. */
#pragma once

#include "depthwise_taps_s8.h"
#include "window2d.h"

/* Image line x with the padding on either side, or a line of padding if x is NULL. What fills up the channels is never
 * looked at. */
HELPER void copy_line(const window2d_s8 *p, const int8_t *x, int8_t *to)
{
    const window2d *s = &p->window;
    const int32_t width = depthwise_line_width(s), step = (s->in_c + 7) / 8 * 8;
    const int32_t room = width - s->pad_left, inside = !x || room < 0 ? 0 : room < s->in_w ? room : s->in_w;
    if (inside < width)
        memset(to, p->in_zero, (size_t)(width * step));
    if (inside == 0)
        return;
    to += s->pad_left * step;
    if (s->in_pixel == step)
        memcpy(to, x, (size_t)(inside * step - step + s->in_c));
    else
        for (int32_t i = 0; i < inside; i++)
            memcpy(to + i * step, x + i * s->in_pixel, (size_t)s->in_c);
}

/* workspace: depthwise_conv2d_s8_taps_workspace bytes. */
INLINED void depthwise_conv2d_s8_taps(const window2d_s8 *p, const int8_t *x, const int8_t *w, const int32_t *channels,
                                      int8_t *y, void *workspace, int32_t row_begin, int32_t row_end)
{
    const window2d *s = &p->window;
    const int32_t step = (s->in_c + 7) / 8 * 8, pitch = depthwise_line_width(s) * step, span = depthwise_lines(s);
    const int32_t taps = s->kernel_h * s->kernel_w;
    int32_t *const offsets = (int32_t *)workspace;
    int8_t *const ring = (int8_t *)(offsets + even_taps(s));
    const taps_s8 row_taps = {w,        channels,     offsets, even_taps(s), s->in_c, step * s->stride_w,
                              s->out_w, s->out_pixel, p->min,  p->max};
    offsets[even_taps(s) - 1] = 0; /* where there is one more than the window has: its weights are zero */
    int32_t copied = 0;            /* image lines below this one are in the ring */
    for (int32_t row = row_begin; row < row_end; row++) {
        const int32_t image = row / s->out_h, top = row % s->out_h * s->stride_h - s->pad_top;
        const int8_t *in = x + (ptrdiff_t)image * s->in_h * s->in_w * s->in_pixel;
        if (row == row_begin || row % s->out_h == 0 || copied < top)
            copied = top;
        for (; copied < top + span; copied++) {
            const int isInside = copied >= 0 && copied < s->in_h;
            copy_line(p, isInside ? in + (ptrdiff_t)copied * s->in_w * s->in_pixel : NULL,
                      ring + (copied + s->pad_top) % span * pitch);
        }
        for (int32_t i = 0; i < taps; i++)
            offsets[i] = (top + s->pad_top + i / s->kernel_w * s->dilation_h) % span * pitch +
                         i % s->kernel_w * s->dilation_w * step;
        multiply_taps(&row_taps, ring, y + (ptrdiff_t)row * s->out_w * s->out_pixel);
    }
}
