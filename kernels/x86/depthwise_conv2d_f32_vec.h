/* The body of depthwise_conv2d_f32_avx512, _avx2 and _sse2, which see. */
#pragma once

#include "kernels/params/conv2d_f32_params.h"
#include "window2d.h"
#include "../vector/vector_f32_clamp.h"

/* Output pixels of one row that are summed up side by side: as many independent sums hide the latency of the
 * multiply-add, and a loaded input vector serves several of them. */
#define DEPTHWISE_PIXELS 7

/* `pixels` output pixels from output column `column` on, VEC channels or the first `lanes` of them. `rows` are the
 * kernel rows inside the image. With `checked`, input columns outside the image count as zero. */
BARECC_ALWAYS_INLINE void depthwise_conv2d_f32_vec_block(const conv2d_f32_params *params, const int pixels,
                                                         const int checked, const int lanes, int32_t column,
                                                         const window_taps *rows, const float *input,
                                                         const float *weights, const float *bias,
                                                         const float *residual, float *output)
{
    const window2d_params *const g = &params->window;
    const int32_t first = column * g->stride_w - g->pad_left;
    const ptrdiff_t lda = (ptrdiff_t)g->in_w * g->input_pixel_stride;
    const vec_mask mask = vec_first(lanes);
    const vec start = !bias ? vec_set1(0.0F) : lanes == VEC ? vec_load(bias) : vec_load_mask(bias, mask);
    vec sum[DEPTHWISE_PIXELS];
    VEC_UNROLL
    for (int i = 0; i < pixels; ++i)
        sum[i] = start;

    for (int32_t h = rows->begin; h < rows->end; ++h) {
        const float *const line = input + (rows->origin + h * g->dilation_h) * lda;
        const float *const taps = weights + (ptrdiff_t)h * g->kernel_w * g->out_c;
        VEC_UNROLL
        for (int32_t t = 0; t < g->kernel_w; ++t) {
            const float *const tap = taps + (ptrdiff_t)t * g->out_c;
            const vec factor = lanes == VEC ? vec_load(tap) : vec_load_mask(tap, mask);
            VEC_UNROLL
            for (int i = 0; i < pixels; ++i) {
                const int32_t at = first + i * g->stride_w + t * g->dilation_w;
                if (checked && (at < 0 || at >= g->in_w))
                    continue;
                const float *const from = line + (ptrdiff_t)at * g->input_pixel_stride;
                sum[i] = vec_fma(lanes == VEC ? vec_load(from) : vec_load_mask(from, mask), factor, sum[i]);
            }
        }
    }

    const vec_bounds bounds = vec_bounds_of(params->min, params->max);
    VEC_UNROLL
    for (int i = 0; i < pixels; ++i) {
        vec v = sum[i];
        if (residual) {
            const float *const add = residual + (ptrdiff_t)(column + i) * g->residual_pixel_stride;
            v = vec_add(v, lanes == VEC ? vec_load(add) : vec_load_mask(add, mask));
        }
        v = vec_clamp(v, bounds);
        float *const out = output + (ptrdiff_t)(column + i) * g->output_pixel_stride;
        if (lanes == VEC)
            vec_store(out, v);
        else
            vec_store_mask(out, v, mask);
    }
}

/* The same for all channels. */
BARECC_ALWAYS_INLINE void depthwise_conv2d_f32_vec_tile(const conv2d_f32_params *params, const int pixels,
                                                        const int checked, int32_t column, const window_taps *rows,
                                                        const float *input, const float *weights, const float *bias,
                                                        const float *residual, float *output)
{
    const int32_t channels = params->window.out_c, whole = channels - channels % VEC;
    for (int32_t c = 0; c < whole; c += VEC)
        depthwise_conv2d_f32_vec_block(params, pixels, checked, VEC, column, rows, input + c, weights + c,
                                       bias ? bias + c : NULL, residual ? residual + c : NULL, output + c);
    if (whole < channels)
        depthwise_conv2d_f32_vec_block(params, pixels, checked, channels - whole, column, rows, input + whole,
                                       weights + whole, bias ? bias + whole : NULL, residual ? residual + whole : NULL,
                                       output + whole);
}

/* The same for a number of pixels that the caller's geometry fixes, 1 <= pixels <= DEPTHWISE_PIXELS. Where the compiler
 * does not know it (not specialised, or not optimising), pixel after pixel: right, small and slow. */
BARECC_ALWAYS_INLINE void depthwise_conv2d_f32_vec_pixels(const conv2d_f32_params *params, int32_t pixels,
                                                          const int checked, int32_t column, const window_taps *rows,
                                                          const float *input, const float *weights, const float *bias,
                                                          const float *residual, float *output)
{
#define TILE(n)                                                                                                        \
    case n:                                                                                                            \
        depthwise_conv2d_f32_vec_tile(params, n, checked, column, rows, input, weights, bias, residual, output);       \
        return
    if (__builtin_constant_p(pixels)) {
        switch (pixels) {
            TILE(2);
            TILE(3);
            TILE(4);
            TILE(5);
            TILE(6);
            TILE(7);
        default: break;
        }
    }
#undef TILE
    for (int32_t i = 0; i < pixels; ++i)
        depthwise_conv2d_f32_vec_tile(params, 1, checked, column + i, rows, input, weights, bias, residual, output);
}

BARECC_ALWAYS_INLINE void depthwise_conv2d_f32_vec(const conv2d_f32_params *params, const float *input,
                                                   const float *weights, const float *bias, const float *residual,
                                                   float *output, int32_t row_begin, int32_t row_end)
{
    const window2d_params *const g = &params->window;
    const int32_t tiles = (g->out_w + DEPTHWISE_PIXELS - 1) / DEPTHWISE_PIXELS;
    const int32_t small = g->out_w / tiles, large = g->out_w % tiles;
    const int32_t first_pixels = large > 0 ? small + 1 : small;
    const int32_t last_column = g->out_w - small;
    /* Tiles between the first and the last of a row see no border, but for a window wider than a tile. */
    const int inner = first_pixels * g->stride_w >= g->pad_left &&
                      (last_column - 1) * g->stride_w - g->pad_left + (g->kernel_w - 1) * g->dilation_w < g->in_w;

    for (int32_t row = row_begin; row < row_end; ++row) {
        const window_taps rows = taps_of_row(g, row);
        const float *const add = residual ? residual + (ptrdiff_t)row * g->out_w * g->residual_pixel_stride : NULL;
        float *const out = output + (ptrdiff_t)row * g->out_w * g->output_pixel_stride;

        depthwise_conv2d_f32_vec_pixels(params, first_pixels, 1, 0, &rows, input, weights, bias, add, out);
        for (int32_t tile = 1; tile < tiles - 1; ++tile) {
            const int32_t column = tile * small + (tile < large ? tile : large);
            if (tile < large)
                depthwise_conv2d_f32_vec_pixels(params, small + 1, !inner, column, &rows, input, weights, bias, add,
                                                out);
            else
                depthwise_conv2d_f32_vec_pixels(params, small, !inner, column, &rows, input, weights, bias, add, out);
        }
        if (tiles > 1)
            depthwise_conv2d_f32_vec_pixels(params, small, 1, last_column, &rows, input, weights, bias, add, out);
    }
}
