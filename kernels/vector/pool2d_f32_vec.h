/* The body of max_pool2d_f32_* and avg_pool2d_f32_*, which see. */
#pragma once

#include "kernels/params/pool2d_f32_params.h"
#include "window2d.h"
#include "vector_f32_clamp.h"

/* Vectors of channels that one pass over a window serves. */
#define POOL_VECTORS 4

/* One output pixel, `vectors` vectors of channels, of which the last has `lanes` lanes that count. The maximum of the
 * taps, or their sum over the divisor. */
BARECC_ALWAYS_INLINE void pool2d_f32_vec_block(const pool2d_f32_params *params, const int is_max, float divisor,
                                               const int vectors, const int lanes, const window_taps *v,
                                               const window_taps *h, const float *input, float *output)
{
    const window2d_params *const g = &params->window;
    const vec_mask last = vec_first(lanes);
    vec result[POOL_VECTORS];
    VEC_UNROLL
    for (int j = 0; j < vectors; ++j)
        result[j] = vec_set1(is_max ? -INFINITY : 0.0F);
    for (int32_t ky = v->begin; ky < v->end; ++ky)
        for (int32_t kx = h->begin; kx < h->end; ++kx) {
            const float *const from = input + tap_offset(g, *v, *h, ky, kx);
            VEC_UNROLL
            for (int j = 0; j < vectors; ++j) {
                const int whole = j < vectors - 1 || lanes == VEC;
                const vec tap = whole ? vec_load(from + j * VEC) : vec_load_mask(from + j * VEC, last);
                result[j] = is_max ? vec_max_number(tap, result[j]) : vec_add(result[j], tap);
            }
        }
    const vec_bounds bounds = vec_bounds_of(params->min, params->max);
    VEC_UNROLL
    for (int j = 0; j < vectors; ++j) {
        const vec value = vec_clamp(is_max ? result[j] : vec_div(result[j], vec_set1(divisor)), bounds);
        if (j < vectors - 1 || lanes == VEC)
            vec_store(output + j * VEC, value);
        else
            vec_store_mask(output + j * VEC, value, last);
    }
}

/* One output pixel. */
BARECC_ALWAYS_INLINE void pool2d_f32_vec_pixel(const pool2d_f32_params *params, const int is_max, float divisor,
                                               const window_taps *v, const window_taps *h, const float *input,
                                               float *output)
{
    const int32_t channels = params->window.out_c;
    const int32_t wide = channels - channels % (POOL_VECTORS * VEC), whole = channels - channels % VEC;
    for (int32_t c = 0; c < wide; c += POOL_VECTORS * VEC)
        pool2d_f32_vec_block(params, is_max, divisor, POOL_VECTORS, VEC, v, h, input + c, output + c);
    for (int32_t c = wide; c < whole; c += VEC)
        pool2d_f32_vec_block(params, is_max, divisor, 1, VEC, v, h, input + c, output + c);
    if (whole < channels)
        pool2d_f32_vec_block(params, is_max, divisor, 1, channels - whole, v, h, input + whole, output + whole);
}

BARECC_ALWAYS_INLINE void pool2d_f32_vec(const pool2d_f32_params *params, const int is_max, const float *input,
                                         float *output, int32_t row_begin, int32_t row_end)
{
    const window2d_params *const g = &params->window;
    for (int32_t row = row_begin; row < row_end; ++row) {
        const window_taps v = taps_of_row(g, row);
        for (int32_t column = 0; column < g->out_w; ++column) {
            const window_taps h = taps_of_column(g, column);
            const int32_t taps = (v.end - v.begin) * (h.end - h.begin);
            pool2d_f32_vec_pixel(params, is_max, taps > 0 ? (float)taps : 1.0F, &v, &h, input,
                                 output + ((ptrdiff_t)row * g->out_w + column) * g->output_pixel_stride);
        }
    }
}
