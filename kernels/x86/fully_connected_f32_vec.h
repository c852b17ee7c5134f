/* The body of fully_connected_f32_avx512, _avx2 and _sse2, which see. */
#pragma once

#include "kernels/params/matmul_f32_params.h"
#include "../vector/gemm_band_f32.h"
#include "gemm_tile_f32.h"

/* One row: the weights are read once, so their stream is all that counts. Four partial sums hide the latency of the
 * additions; `panel`, `vectors` and `lanes` as in gemm_tile_f32_block. */
BARECC_ALWAYS_INLINE void fully_connected_f32_vec_slice(const matmul_f32_params *params, const int panel,
                                                        const int vectors, const int lanes, const float *input,
                                                        const float *weights, const float *bias,
                                                        const float *residual, float *output)
{
    const ptrdiff_t k = params->gemm.k, unrolled = k - k % 4;
    vec sum[4][2];
    VEC_UNROLL
    for (int part = 0; part < 4; ++part)
        VEC_UNROLL
        for (int j = 0; j < vectors; ++j)
            sum[part][j] = vec_set1(0.0F);

    for (ptrdiff_t i = 0; i < unrolled; i += 4)
        VEC_UNROLL
        for (int part = 0; part < 4; ++part)
            VEC_UNROLL
            for (int j = 0; j < vectors; ++j)
                sum[part][j] =
                    vec_fma(vec_set1(input[i + part]), vec_load(weights + (i + part) * panel + j * VEC),
                            sum[part][j]);
    for (ptrdiff_t i = unrolled; i < k; ++i)
        VEC_UNROLL
        for (int j = 0; j < vectors; ++j)
            sum[0][j] = vec_fma(vec_set1(input[i]), vec_load(weights + i * panel + j * VEC), sum[0][j]);

    const vec_bounds bounds = vec_bounds_of(params->min, params->max);
    VEC_UNROLL
    for (int j = 0; j < vectors; ++j) {
        const vec_mask mask = vec_first(j < vectors - 1 ? VEC : lanes);
        vec v = vec_add(vec_add(sum[0][j], sum[1][j]), vec_add(sum[2][j], sum[3][j]));
        if (bias)
            v = vec_add(v, vec_load_mask(bias + j * VEC, mask));
        if (residual)
            v = vec_add(v, vec_load_mask(residual + j * VEC, mask));
        v = vec_clamp(v, bounds);
        vec_store_mask(output + j * VEC, v, mask);
    }
}

/* The same for the `channels` outputs of one panel. */
BARECC_ALWAYS_INLINE void fully_connected_f32_vec_panel(const matmul_f32_params *params, const int panel,
                                                        const int channels, const float *input, const float *weights,
                                                        const float *bias, const float *residual, float *output)
{
    const int left = channels % (2 * VEC), whole = channels - left;
    for (int c = 0; c < whole; c += 2 * VEC)
        fully_connected_f32_vec_slice(params, panel, 2, VEC, input, weights + c, bias ? bias + c : NULL,
                                      residual ? residual + c : NULL, output + c);
    if (left > 0)
        fully_connected_f32_vec_slice(params, panel, left > VEC ? 2 : 1, left > VEC ? left - VEC : left, input,
                                      weights + whole, bias ? bias + whole : NULL, residual ? residual + whole : NULL,
                                      output + whole);
}

BARECC_ALWAYS_INLINE void fully_connected_f32_vec(const matmul_f32_params *params, const float *input,
                                                  const float *weights, const float *bias, const float *residual,
                                                  float *output, int32_t row_begin, int32_t row_end)
{
    const gemm_params *const g = &params->gemm;
    const int32_t rows = row_end - row_begin;
    if (rows <= 0)
        return;
    input += (ptrdiff_t)row_begin * g->lda;
    output += (ptrdiff_t)row_begin * g->ldc;
    residual = residual ? residual + (ptrdiff_t)row_begin * g->ld_residual : NULL;

    /* Not for one row of several: what a row gives must not depend on how rows are shared out. */
    if (g->batch * g->m == 1) {
        const int32_t left = g->n % PANEL, whole = g->n - left;
        const ptrdiff_t depth = g->k;
        for (int32_t c = 0; c < whole; c += PANEL)
            fully_connected_f32_vec_panel(params, PANEL, PANEL, input, weights + c * depth, bias ? bias + c : NULL,
                                          residual ? residual + c : NULL, output + c);
        if (left > 0)
            fully_connected_f32_vec_panel(params, left > PANEL / 2 ? PANEL : PANEL / 2, left, input,
                                          weights + whole * depth, bias ? bias + whole : NULL,
                                          residual ? residual + whole : NULL, output + whole);
        return;
    }

    const gemm_tile_f32_shape shape = {
        .line_pixels = TILE_PIXELS,
        .x_pixel = g->lda,
        .taps_h = 1,
        .taps_w = 1,
        .run = g->k,
        .y_pixel = g->ldc,
        .residual_pixel_stride = g->ld_residual,
        .channels = g->n,
        .min = params->min,
        .max = params->max,
    };
    /* Tiles of nearly equal size; where the number of rows is not constant, whole ones and a rest. */
    const int known = __builtin_constant_p(rows);
    const int32_t tiles = known ? (rows + TILE_PIXELS - 1) / TILE_PIXELS : rows / TILE_PIXELS;
    const int32_t band_tiles = gemm_band_f32_tiles(TILE_PIXELS, g->k, g->n);
    gemm_walk_f32 walk = {.lines = 1, .group_lines = 1, .small = TILE_PIXELS};
    if (known) {
        walk.small = rows / tiles;
        walk.large = rows % tiles;
    }
    for (int32_t tile = 0; tile < tiles; tile += band_tiles) {
        walk.tile_begin = tile;
        walk.tile_end = tile + band_tiles < tiles ? tile + band_tiles : tiles;
        gemm_band_f32(&shape, &walk, input, weights, bias, residual, output);
    }
    const int32_t done = known ? rows : tiles * TILE_PIXELS;
    if (done < rows) {
        walk.tile_begin = 0;
        walk.tile_end = 1;
        walk.small = rows - done;
        gemm_band_f32(&shape, &walk, input + (ptrdiff_t)done * g->lda, weights, bias,
                      residual ? residual + (ptrdiff_t)done * g->ld_residual : NULL, output + (ptrdiff_t)done * g->ldc);
    }
}
