/* Rows of f32 times a matrix of weights; see rows_rvv.h. */
#pragma once

#include "rows_rvv.h"
#include "rvv_f32.h"

/* What every row of lines * depth elements is multiplied with, and what its sums become; ldb elements of w from one
 * row of n weights to the next; bias may be NULL. */
typedef struct {
    const float *w, *bias;
    int32_t lines, depth, n, ldb;
    float min, max;
} row_factors_f32;

/* Where the results of up to ROWS_OF_TILE rows go, and what is added to them, unless that is NULL. */
typedef struct {
    const float *residual[ROWS_OF_TILE];
    float *y[ROWS_OF_TILE];
} row_results_f32;

/* Steps of row i, whose sums take `size` registers. */
#define START_F32(i, size) vfloat32##size##_t sums##i = start_##size(f->bias, to->residual[i], c, vl);
#define STORE_F32(i, size) __riscv_vse32_v_f32##size(to->y[i] + c, clamp_##size(sums##i, f->min, f->max, vl), vl);

/* All columns of as many rows as FOR_ROWS counts. */
#define MULTIPLY_ROWS_F32(FOR_ROWS, size)                                                                              \
    const int32_t n = f->n;                                                                                            \
    for (int32_t c = 0; c < n;) {                                                                                      \
        const size_t vl = __riscv_vsetvl_e32##size((size_t)(n - c));                                                   \
        const float *w = f->w + c;                                                                                     \
        int32_t lines = f->lines, k;                                                                                   \
        vfloat32##size##_t weights;                                                                                    \
        FOR_ROWS(START_F32, size)                                                                                      \
        __asm__ volatile(                                                                                              \
            MULTIPLY_LINES(FOR_ROWS, "e32, " #size, "vle32.v %[weights], (%[w])\n\t", "flw", "vfmacc.vf", "ft", "4")   \
            : FOR_ROWS(SUMS, )[w] "+&r"(w), [lines] "+&r"(lines), [k] "=&r"(k), [weights] "=&vr"(weights)              \
            : [vl] "r"(vl), [depth] "r"(f->depth), [pitch] "r"((ptrdiff_t)f->ldb * 4), [tile] "r"(tile)                \
            : ROW_REGISTERS, "ft0", "ft1", "ft2", "ft3", "ft4", "ft5", "ft6", "memory");                               \
        FOR_ROWS(STORE_F32, size)                                                                                      \
        c += (int32_t)vl;                                                                                              \
    }

BARECC_NOINLINE void multiply_7_rows_f32(const row_factors_f32 *f, const row_tile *tile, const row_results_f32 *to)
{
    MULTIPLY_ROWS_F32(FOR_7_ROWS, m4)
}

BARECC_NOINLINE void multiply_3_rows_f32(const row_factors_f32 *f, const row_tile *tile, const row_results_f32 *to)
{
    MULTIPLY_ROWS_F32(FOR_3_ROWS, m8)
}

BARECC_NOINLINE void multiply_1_row_f32(const row_factors_f32 *f, const row_tile *tile, const row_results_f32 *to)
{
    MULTIPLY_ROWS_F32(FOR_1_ROW, m8)
}

/* The first `count` rows of a tile, at most rows_at_once. Where the function takes more, the last one is computed
 * again; its residual may lie where its result goes, since all residuals are read before a result is stored. */
static inline void multiply_rows_f32(const row_factors_f32 *f, row_tile *tile, row_results_f32 *to, int32_t count)
{
    for (int32_t i = count; i < ROWS_OF_TILE; i++) {
        tile->x[i] = tile->x[count - 1];
        tile->gap[i] = tile->gap[count - 1];
        to->residual[i] = to->residual[count - 1];
        to->y[i] = to->y[count - 1];
    }
    if (count > 3)
        multiply_7_rows_f32(f, tile, to);
    else if (count > 1)
        multiply_3_rows_f32(f, tile, to);
    else
        multiply_1_row_f32(f, tile, to);
}

/* Rows of x, lda elements apart, into those of y; residual may be NULL. */
static inline void multiply_matrix_f32(const row_factors_f32 *f, const float *x, int32_t lda, const float *residual,
                                       int32_t ld_residual, float *y, int32_t ldc, int32_t rows)
{
    const int32_t most = rows_at_once(f->n);
    for (int32_t row = 0; row < rows; row += most) {
        const int32_t count = rows - row < most ? rows - row : most;
        row_tile tile;
        row_results_f32 to;
        for (int32_t i = 0; i < count; i++) {
            const ptrdiff_t at = row + i;
            tile.x[i] = x + at * lda;
            tile.gap[i] = 0;
            to.residual[i] = residual ? residual + at * ld_residual : NULL;
            to.y[i] = y + at * ldc;
        }
        multiply_rows_f32(f, &tile, &to, count);
    }
}
