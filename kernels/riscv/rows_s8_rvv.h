/* Rows of int8 times a matrix of weights [depth][n], which is what convolutions and fully connected layers are made of.
 *
 * Sums fill the vector registers: seven rows of four registers each where these hold all n channels, else three rows of
 * eight. A load of weights serves all of the rows. */
#pragma once

#include "rvv_s8.h"

#define ROWS_OF_TILE 7

/* What every row is multiplied with, and what its sums become. */
typedef struct {
    const int8_t *w;
    const int32_t *channels;
    int32_t depth, n, min, max;
} row_factors_s8;

/* Where up to ROWS_OF_TILE rows lie, and where their results go. */
typedef struct {
    const int8_t *x[ROWS_OF_TILE];
    int8_t *y[ROWS_OF_TILE];
} row_tile_s8;

#define FOR_3_ROWS(STEP) STEP(0) STEP(1) STEP(2)
#define FOR_7_ROWS(STEP) FOR_3_ROWS(STEP) STEP(3) STEP(4) STEP(5) STEP(6)

#define START_M4(i)                                                                                                    \
    const int8_t *x##i = tile->x[i];                                                                                   \
    vint32m4_t sums##i = __riscv_vle32_v_i32m4(f->channels + c, vl);
#define START_M8(i)                                                                                                    \
    const int8_t *x##i = tile->x[i];                                                                                   \
    vint32m8_t sums##i = __riscv_vle32_v_i32m8(f->channels + c, vl);
#define ADD_M4(i) sums##i = __riscv_vwmacc_vx_i32m4(sums##i, *x##i++, weights, vl);
#define ADD_M8(i) sums##i = __riscv_vwmacc_vx_i32m8(sums##i, *x##i++, weights, vl);
#define STORE_M4(i) store_m4(sums##i, f->channels + c, f->n, f->min, f->max, tile->y[i] + c, vl);
#define STORE_M8(i) store_m8(sums##i, f->channels + c, f->n, f->min, f->max, tile->y[i] + c, vl);

/* One weight of each channel, and its products with one element of each row. */
#define STEP_M4(FOR_ROWS)                                                                                              \
    {                                                                                                                  \
        const vint16m2_t weights = __riscv_vsext_vf2_i16m2(__riscv_vle8_v_i8m1(w, vl), vl);                            \
        w += f->n;                                                                                                     \
        FOR_ROWS(ADD_M4)                                                                                               \
    }
#define STEP_M8(FOR_ROWS)                                                                                              \
    {                                                                                                                  \
        const vint16m4_t weights = __riscv_vsext_vf2_i16m4(__riscv_vle8_v_i8m2(w, vl), vl);                            \
        w += f->n;                                                                                                     \
        FOR_ROWS(ADD_M8)                                                                                               \
    }

/* All channels of a number of rows that FOR_ROWS counts, with sums of SIZE registers. */
#define MULTIPLY_ROWS(FOR_ROWS, SIZE)                                                                                  \
    for (int32_t c = 0; c < f->n;) {                                                                                   \
        const size_t vl = __riscv_vsetvl_e32m##SIZE((size_t)(f->n - c));                                               \
        const int8_t *w = f->w + c;                                                                                    \
        FOR_ROWS(START_M##SIZE)                                                                                        \
        for (int32_t k = f->depth / 4; k > 0; k--) {                                                                   \
            STEP_M##SIZE(FOR_ROWS) STEP_M##SIZE(FOR_ROWS) STEP_M##SIZE(FOR_ROWS) STEP_M##SIZE(FOR_ROWS)                \
        }                                                                                                              \
        for (int32_t k = f->depth % 4; k > 0; k--)                                                                     \
            STEP_M##SIZE(FOR_ROWS)                                                                                     \
        FOR_ROWS(STORE_M##SIZE)                                                                                        \
        c += (int32_t)vl;                                                                                              \
    }

SHARED void multiply_7_rows(const row_factors_s8 *f, const row_tile_s8 *tile) { MULTIPLY_ROWS(FOR_7_ROWS, 4) }

SHARED void multiply_3_rows(const row_factors_s8 *f, const row_tile_s8 *tile) { MULTIPLY_ROWS(FOR_3_ROWS, 8) }

#define FOR_1_ROW(STEP) STEP(0)
SHARED void multiply_1_row(const row_factors_s8 *f, const row_tile_s8 *tile) { MULTIPLY_ROWS(FOR_1_ROW, 8) }

/* How many rows to compute at a time. */
HELPER int32_t rows_at_once(int32_t n) { return (size_t)n <= __riscv_vsetvlmax_e32m4() ? ROWS_OF_TILE : 3; }

/* The first `count` rows of a tile, at most rows_at_once. Where the kernel takes more, the last one is computed again. */
HELPER void multiply_rows(const row_factors_s8 *f, row_tile_s8 *tile, int32_t count)
{
    for (int32_t i = count; i < ROWS_OF_TILE; i++) {
        tile->x[i] = tile->x[count - 1];
        tile->y[i] = tile->y[count - 1];
    }
    if (count > 3)
        multiply_7_rows(f, tile);
    else if (count > 1)
        multiply_3_rows(f, tile);
    else
        multiply_1_row(f, tile);
}
