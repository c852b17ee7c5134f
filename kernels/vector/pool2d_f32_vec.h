/* The body of max_pool2d_f32_* and avg_pool2d_f32_*, which see. */
#pragma once

#include "kernels/params/pool2d_f32_params.h"
#include "window2d.h"
#include "vector_f32_clamp.h"

/* Vectors of channels that one pass over a window serves. */
#define POOL_VECTORS 4

/* What all pixels share. Taps lie `line` and `column` elements apart; of the channels, blocks of POOL_VECTORS vectors
 * end at `wide`, whole vectors at `whole`. */
typedef struct {
    ptrdiff_t line, column;
    int32_t wide, whole, channels;
    vec_bounds bounds;
} pool_f32;

/* The first tap of a window that lies inside the image, and how many do. */
typedef struct {
    const float *first;
    int32_t lines, columns;
} pool_taps_f32;

/* One output pixel, `vectors` vectors of channels, of which the last has `lanes` lanes that count. The maximum of the
 * taps, or their sum over their number. */
BARECC_ALWAYS_INLINE void pool2d_f32_vec_block(const pool_f32 *pool, const int is_max, const int vectors,
                                               const int lanes, const pool_taps_f32 *taps, int32_t channel,
                                               float *output)
{
    const vec_mask last = vec_first(lanes);
    const float *line = taps->first + channel;
    vec result[POOL_VECTORS];
    VEC_UNROLL
    for (int j = 0; j < vectors; ++j)
        result[j] = vec_set1(is_max ? -INFINITY : 0.0F);
    for (int32_t ky = 0; ky < taps->lines; ++ky, line += pool->line) {
        const float *from = line;
        for (int32_t kx = 0; kx < taps->columns; ++kx, from += pool->column) {
            VEC_UNROLL
            for (int j = 0; j < vectors; ++j) {
                const int whole = j < vectors - 1 || lanes == VEC;
                const vec tap = whole ? vec_load(from + j * VEC) : vec_load_mask(from + j * VEC, last);
                result[j] = is_max ? vec_max_number(tap, result[j]) : vec_add(result[j], tap);
            }
        }
    }
    const int32_t count = taps->lines * taps->columns;
    const vec divisor = vec_set1(count > 0 ? (float)count : 1.0F);
    VEC_UNROLL
    for (int j = 0; j < vectors; ++j) {
        const vec value = vec_clamp(is_max ? result[j] : vec_div(result[j], divisor), pool->bounds);
        if (j < vectors - 1 || lanes == VEC)
            vec_store(output + channel + j * VEC, value);
        else
            vec_store_mask(output + channel + j * VEC, value, last);
    }
}

/* One output pixel. */
BARECC_ALWAYS_INLINE void pool2d_f32_vec_pixel(const pool_f32 *pool, const int is_max, const pool_taps_f32 *taps,
                                               float *output)
{
    const int32_t wide = pool->wide, whole = pool->whole;
    for (int32_t c = 0; c < wide; c += POOL_VECTORS * VEC)
        pool2d_f32_vec_block(pool, is_max, POOL_VECTORS, VEC, taps, c, output);
    for (int32_t c = wide; c < whole; c += VEC)
        pool2d_f32_vec_block(pool, is_max, 1, VEC, taps, c, output);
    if (whole < pool->channels)
        pool2d_f32_vec_block(pool, is_max, 1, pool->channels - whole, taps, whole, output);
}

BARECC_ALWAYS_INLINE void pool2d_f32_vec(const pool2d_f32_params *params, const int is_max, const float *input,
                                         float *output, int32_t row_begin, int32_t row_end)
{
    const window2d_params *const g = &params->window;
    const pool_f32 pool = {(ptrdiff_t)g->dilation_h * g->in_w * g->input_pixel_stride,
                           (ptrdiff_t)g->dilation_w * g->input_pixel_stride,
                           g->out_c - g->out_c % (POOL_VECTORS * VEC),
                           g->out_c - g->out_c % VEC,
                           g->out_c,
                           vec_bounds_of(params->min, params->max)};
    float *out = output + (ptrdiff_t)row_begin * g->out_w * g->output_pixel_stride;
    for (int32_t row = row_begin; row < row_end; ++row) {
        const window_taps v = taps_of_row(g, row);
        for (int32_t column = 0; column < g->out_w; ++column, out += g->output_pixel_stride) {
            const window_taps h = taps_of_column(g, column);
            const pool_taps_f32 taps = {input + tap_offset(g, v, h, v.begin, h.begin), v.end - v.begin,
                                        h.end - h.begin};
            pool2d_f32_vec_pixel(&pool, is_max, &taps, out);
        }
    }
}
