/* What int8 pools share that compute several channels side by side: the way over pixels and channels. */
#pragma once

#include "kernels/params/pool2d_s8_params.h"
#include "quantize.h"
#include "window2d.h"

/* The taps of a window that lie inside the image: `lines` times `columns` of them, `line` and `column` elements
 * apart. */
typedef struct {
    const int8_t *first;
    ptrdiff_t line, column;
    int32_t lines, columns;
} pool_taps;

static inline pool_taps pool_taps_of(const window2d_params *s, window_taps v, window_taps h, const int8_t *x)
{
    const pool_taps taps = {x + tap_offset(s, v, h, v.begin, h.begin),
                            (ptrdiff_t)s->dilation_h * s->in_w * s->input_pixel_stride,
                            (ptrdiff_t)s->dilation_w * s->input_pixel_stride, v.end - v.begin, h.end - h.begin};
    return taps;
}

/* Values whose mean reciprocal_of_count can say. */
#define MOST_TAPS 1024

/* The factor by which rounded_mean(sum, count) is the high word of 4 * sum * factor, rounded to nearest, ties upward:
 * as much above the reciprocal as takes sums at a tie away from zero, and no other sum to its neighbour, for
 * |sum| <= 255 * count and count <= MOST_TAPS. */
static inline int32_t reciprocal_of_count(int32_t count) { return count ? ((int32_t)1 << 30) / count + 1 : 0; }

/* Pools `block` channels, or one, into out. `reciprocal` is that of the number of taps. */
typedef void pool_channels(const pool2d_s8_params *p, const pool_taps *taps, int32_t reciprocal, int8_t *out);

/* Rows [row_begin, row_end) of a pool, `block` channels at a time and the last ones singly. */
BARECC_ALWAYS_INLINE void pool2d_s8(const pool2d_s8_params *p, int32_t block, pool_channels *pool_block,
                                    pool_channels *pool_one, const int8_t *x, int8_t *y, int32_t row_begin,
                                    int32_t row_end)
{
    const window2d_params *s = &p->window;
    int8_t *out = y + (ptrdiff_t)row_begin * s->out_w * s->output_pixel_stride;
    for (int32_t row = row_begin; row < row_end; row++) {
        const window_taps v = taps_of_row(s, row);
        for (int32_t column = 0; column < s->out_w; column++, out += s->output_pixel_stride) {
            pool_taps taps = pool_taps_of(s, v, taps_of_column(s, column), x);
            const int32_t reciprocal = reciprocal_of_count(taps.lines * taps.columns);
            int32_t c = 0;
            for (; c + block <= s->out_c; c += block, taps.first += block)
                pool_block(p, &taps, reciprocal, out + c);
            for (; c < s->out_c; c++, taps.first++)
                pool_one(p, &taps, reciprocal, out + c);
        }
    }
}

/* The maximum of one channel, clamped. */
BARECC_ALWAYS_INLINE void max_of_one(const pool2d_s8_params *p, const pool_taps *taps, int32_t reciprocal, int8_t *out)
{
    const int8_t *line = taps->first;
    int32_t max = INT8_MIN;
    (void)reciprocal;
    for (int32_t ky = 0; ky < taps->lines; ky++, line += taps->line) {
        const int8_t *in = line;
        for (int32_t kx = 0; kx < taps->columns; kx++, in += taps->column)
            max = *in > max ? *in : max;
    }
    *out = (int8_t)clamp_s32(max, p->min, p->max);
}

/* The sum of one channel. */
BARECC_ALWAYS_INLINE int32_t sum_of_one(const pool_taps *taps)
{
    const int8_t *line = taps->first;
    int32_t sum = 0;
    for (int32_t ky = 0; ky < taps->lines; ky++, line += taps->line) {
        const int8_t *in = line;
        for (int32_t kx = 0; kx < taps->columns; kx++, in += taps->column)
            sum += *in;
    }
    return sum;
}
