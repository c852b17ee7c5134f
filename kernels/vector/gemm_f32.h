/* Rows of x times packed weights, for kernels whose layers share one body: the geometry is a parameter, and the
 * register tile, GEMM_ROWS rows of x by GEMM_VECTORS vectors of outputs, is fixed by the instruction set's vector
 * header. The sums of a tile stay in registers through the whole reduction (the outer-product scheme of Goto and van
 * de Geijn, "Anatomy of High-Performance Matrix Multiplication", 2008, with the rows of x read in place instead of
 * packed).
 *
 * Weights lie in panels of GEMM_WIDTH outputs side by side, [panel][k][GEMM_WIDTH], zero beyond the last output. */
#pragma once

#include "gemm_band_f32.h"
#include "gemm_size_f32.h"

#define GEMM_WIDTH (GEMM_VECTORS * VEC)

#ifndef GEMM_OWN_TILE

/* Sums of one tile: a row of x each, or, for a single row, every GEMM_STEPS-th product each, since one sum after
 * another would wait for the addition before. */
#define GEMM_SUMS (GEMM_ROWS > GEMM_STEPS ? GEMM_ROWS : GEMM_STEPS)

/* `rows` rows, at most GEMM_ROWS, of one panel. `apart` takes the products of a row in turns to GEMM_STEPS sums. */
BARECC_ALWAYS_INLINE void gemm_f32_tile(const gemm_f32 *g, const int rows, const int apart, const float *x,
                                        const float *w, const float *bias, const float *residual, float *y)
{
    const int sums = apart ? GEMM_STEPS : rows;
    vec sum[GEMM_SUMS][GEMM_VECTORS];
    const float *from[GEMM_ROWS];
    VEC_UNROLL
    for (int j = 0; j < GEMM_VECTORS; ++j) {
        const vec first = bias ? vec_load(bias + j * VEC) : vec_set1(0.0F);
        VEC_UNROLL
        for (int i = 0; i < sums; ++i)
            sum[i][j] = apart && i > 0 ? vec_set1(0.0F) : first;
    }
    VEC_UNROLL
    for (int i = 0; i < rows; ++i)
        from[i] = x + i * g->lda;

    int32_t left = g->k;
#ifdef GEMM_ROUNDS
    if (rows == GEMM_ROWS && left >= GEMM_STEPS) {
        w = GEMM_ROUNDS(sum, from, w, left / GEMM_STEPS);
        left %= GEMM_STEPS;
    } else if (rows < GEMM_ROWS)
#endif
#if GEMM_STEPS > 1
    for (; left >= GEMM_STEPS; left -= GEMM_STEPS) {
        vec_x v[GEMM_ROWS];
        VEC_UNROLL
        for (int i = 0; i < rows; ++i) {
            v[i] = vec_load_x(from[i]);
            from[i] += GEMM_STEPS;
        }
        VEC_UNROLL
        for (int step = 0; step < GEMM_STEPS; ++step) {
            vec factor[GEMM_VECTORS];
            VEC_UNROLL
            for (int j = 0; j < GEMM_VECTORS; ++j)
                factor[j] = vec_load(w + j * VEC);
            w += GEMM_WIDTH;
            VEC_UNROLL
            for (int i = 0; i < rows; ++i)
                VEC_UNROLL
                for (int j = 0; j < GEMM_VECTORS; ++j)
                    sum[apart ? step : i][j] = vec_fma_x(factor[j], v[i], step, sum[apart ? step : i][j]);
        }
    }
#endif
    for (; left > 0; --left) {
        vec factor[GEMM_VECTORS];
        VEC_UNROLL
        for (int j = 0; j < GEMM_VECTORS; ++j)
            factor[j] = vec_load(w + j * VEC);
        w += GEMM_WIDTH;
        VEC_UNROLL
        for (int i = 0; i < rows; ++i) {
            const float v = *from[i]++;
            VEC_UNROLL
            for (int j = 0; j < GEMM_VECTORS; ++j)
                sum[i][j] = vec_fma_n(factor[j], v, sum[i][j]);
        }
    }

    if (apart)
        VEC_UNROLL
        for (int i = 1; i < sums; ++i)
            VEC_UNROLL
            for (int j = 0; j < GEMM_VECTORS; ++j)
                sum[0][j] = vec_add(sum[0][j], sum[i][j]);
    if (residual)
        VEC_UNROLL
        for (int i = 0; i < rows; ++i)
            VEC_UNROLL
            for (int j = 0; j < GEMM_VECTORS; ++j)
                sum[i][j] = vec_add(sum[i][j], vec_load(residual + i * g->ld_residual + j * VEC));
    const vec low = vec_set1(g->min), high = vec_set1(g->max);
    VEC_UNROLL
    for (int i = 0; i < rows; ++i)
        VEC_UNROLL
        for (int j = 0; j < GEMM_VECTORS; ++j)
            vec_store(y + i * g->ldc + j * VEC, vec_min(high, vec_max(low, sum[i][j])));
}

#endif

/* All rows of one panel: tiles of GEMM_ROWS, then of half of what they have. */
BARECC_NOCLONE void gemm_f32_panel(const gemm_f32 *g, int32_t rows, const float *x, const float *w, const float *bias,
                                   const float *residual, float *y)
{
    if (GEMM_STEPS > 1 && g->is_single) {
        gemm_f32_tile(g, 1, 1, x, w, bias, residual, y);
        return;
    }
#define TILES_OF(count)                                                                                                \
    for (; rows >= (count); rows -= (count)) {                                                                         \
        gemm_f32_tile(g, count, 0, x, w, bias, residual, y);                                                           \
        x += (count) * g->lda;                                                                                         \
        y += (count) * g->ldc;                                                                                         \
        residual = residual ? residual + (count) * g->ld_residual : NULL;                                              \
    }
    TILES_OF(GEMM_ROWS)
#if GEMM_ROWS > 4
    TILES_OF(4)
#endif
#if GEMM_ROWS > 2
    TILES_OF(2)
#endif
    TILES_OF(1)
#undef TILES_OF
}

/* A panel of which only the first `outputs` are there: computed to a block beside, a tile of rows at a time. */
BARECC_NOCLONE void gemm_f32_partial_panel(const gemm_f32 *g, int32_t rows, int32_t outputs, const float *x,
                                           const float *w, const float *bias, const float *residual, float *y)
{
    float whole_bias[GEMM_WIDTH] = {0}, block[GEMM_ROWS * GEMM_WIDTH] = {0};
    gemm_f32 whole = *g;
    whole.ldc = whole.ld_residual = GEMM_WIDTH;
    const size_t bytes = (size_t)outputs * sizeof(float);
    if (bias)
        memcpy(whole_bias, bias, bytes);
    for (int32_t row = 0; row < rows; row += GEMM_ROWS) {
        const int32_t count = rows - row < GEMM_ROWS ? rows - row : GEMM_ROWS;
        for (int32_t i = 0; residual && i < count; ++i)
            memcpy(block + i * GEMM_WIDTH, residual + (row + i) * g->ld_residual, bytes);
        gemm_f32_panel(&whole, count, x + row * g->lda, w, whole_bias, residual ? block : NULL, block);
        for (int32_t i = 0; i < count; ++i)
            memcpy(y + (row + i) * g->ldc, block + i * GEMM_WIDTH, bytes);
    }
}

/* All outputs of `rows` rows, a panel after the other. */
BARECC_NOCLONE void gemm_f32_rows(const gemm_f32 *g, int32_t rows, const float *x, const float *w, const float *bias,
                                  const float *residual, float *y)
{
    const int32_t whole = g->n - g->n % GEMM_WIDTH;
    for (int32_t c = 0; c < whole; c += GEMM_WIDTH)
        gemm_f32_panel(g, rows, x, w + (ptrdiff_t)c * g->k, bias ? bias + c : NULL, residual ? residual + c : NULL,
                       y + c);
    if (whole < g->n)
        gemm_f32_partial_panel(g, rows, g->n - whole, x, w + (ptrdiff_t)whole * g->k, bias ? bias + whole : NULL,
                               residual ? residual + whole : NULL, y + whole);
}
