/* The image lines under a row of windows, with input_zero_point on either side, in a ring: no tap lies outside of it.
 */
#pragma once

#include "kernels/params/conv2d_s8_params.h"
#include "window2d.h"

typedef struct {
    int8_t *lines;       /* depthwise_lines of them */
    int32_t step, pitch; /* bytes from pixel to pixel, at least in_c, and from line to line */
    int32_t copied;      /* lines of the image above this one are in the ring, counted from its first */
} ring_s8;

static inline ring_s8 ring_of(const window2d_params *s, int32_t step, int8_t *lines)
{
    const ring_s8 ring = {lines, step, depthwise_line_width(s) * step, 0};
    return ring;
}

/* Image line x with the padding on either side, or a line of padding if x is NULL. What lies between the channels of
 * two pixels is anything. */
static inline void copy_line(const conv2d_s8_params *p, const int8_t *x, int32_t step, int8_t *to)
{
    const window2d_params *s = &p->window;
    const int32_t width = depthwise_line_width(s);
    const int32_t room = width - s->pad_left, inside = !x || room < 0 ? 0 : room < s->in_w ? room : s->in_w;
    if (inside < width)
        memset(to, p->input_zero_point, (size_t)(width * step));
    if (inside == 0)
        return;
    to += s->pad_left * step;
    if (s->input_pixel_stride == step)
        memcpy(to, x, (size_t)(inside * step - step + s->in_c));
    else
        for (int32_t i = 0; i < inside; i++)
            memcpy(to + i * step, x + i * s->input_pixel_stride, (size_t)s->in_c);
}

/* Copies what the ring lacks of the lines under output row `row`, counted over the batch; rows come one after the
 * other, from row_begin on. */
BARECC_ALWAYS_INLINE void fill_ring(ring_s8 *ring, const conv2d_s8_params *p, const int8_t *x, int32_t row,
                                    int32_t row_begin)
{
    const window2d_params *s = &p->window;
    const int32_t span = depthwise_lines(s), top = row % s->out_h * s->stride_h - s->pad_top;
    const int8_t *image = x + (ptrdiff_t)(row / s->out_h) * s->in_h * s->in_w * s->input_pixel_stride;
    if (row == row_begin || row % s->out_h == 0 || ring->copied < top)
        ring->copied = top;
    for (; ring->copied < top + span; ring->copied++) {
        const int isInside = ring->copied >= 0 && ring->copied < s->in_h;
        copy_line(p, isInside ? image + (ptrdiff_t)ring->copied * s->in_w * s->input_pixel_stride : NULL, ring->step,
                  ring->lines + (ring->copied + s->pad_top) % span * ring->pitch);
    }
}

/* Bytes from the start of the ring to the line under row ky of the window at output row `row`. */
static inline int32_t ring_offset(const ring_s8 *ring, const window2d_params *s, int32_t row, int32_t ky)
{
    return (row % s->out_h * s->stride_h + ky * s->dilation_h) % depthwise_lines(s) * ring->pitch;
}
