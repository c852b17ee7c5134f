/* Rows of int8 times a matrix of weights; see rows_rvv.h. */
#pragma once

#include "rows_rvv.h"
#include "rvv_s8.h"

/* What every row of lines * depth elements is multiplied with, and what its sums become. */
typedef struct {
    const int8_t *w;
    const int32_t *channels;
    int32_t lines, depth, n, min, max;
} row_factors_s8;

/* Steps of row i; `wide`, `half` and `narrow` are how many registers hold the words, half words and bytes of vl
 * channels. From bias to stored bytes, all rows take each step before the next one: no more than one vector beside the
 * sums is needed, and what is loaded serves all rows. */
#define START_S8(i, wide, half, narrow) vint32##wide##_t sums##i = __riscv_vle32_v_i32##wide(channels, vl);
#define SCALE_S8(i, wide, half, narrow) sums##i = __riscv_vsmul_vv_i32##wide(sums##i, multiplier, __RISCV_VXRM_RNU, vl);
#define NUDGE_S8(i, wide, half, narrow)                                                                                \
    sums##i = __riscv_vadd_vv_i32##wide(sums##i, __riscv_vsra_vx_i32##wide(sums##i, 31, vl), vl);
#define ADD_OFFSET_S8(i, wide, half, narrow) sums##i = __riscv_vadd_vv_i32##wide(sums##i, offset, vl);
#define SHIFT_S8(i, wide, half, narrow) sums##i = __riscv_vsra_vv_i32##wide(sums##i, shift, vl);
#define HALVE_S8(i, wide, half, narrow)                                                                                \
    const vint16##half##_t half##i = __riscv_vnclip_wx_i16##half(sums##i, 0, __RISCV_VXRM_RNU, vl);
#define NARROW_S8(i, wide, half, narrow)                                                                               \
    vint8##narrow##_t bytes##i = __riscv_vnclip_wx_i8##narrow(half##i, 0, __RISCV_VXRM_RNU, vl);
#define CLAMP_S8(i, wide, half, narrow)                                                                                \
    bytes##i = __riscv_vmax_vx_i8##narrow(bytes##i, (int8_t)f->min, vl);                                               \
    bytes##i = __riscv_vmin_vx_i8##narrow(bytes##i, (int8_t)f->max, vl);
#define STORE_S8(i, wide, half, narrow) __riscv_vse8_v_i8##narrow(y[i] + c, bytes##i, vl);

/* All channels of as many rows as FOR_ROWS counts. */
#define MULTIPLY_ROWS_S8(FOR_ROWS, wide, half, narrow)                                                                 \
    const int32_t n = f->n;                                                                                            \
    for (int32_t c = 0; c < n;) {                                                                                      \
        const size_t vl = __riscv_vsetvl_e32##wide((size_t)(n - c));                                                   \
        const int32_t *channels = f->channels + c;                                                                     \
        const int8_t *w = f->w + c;                                                                                    \
        int32_t lines = f->lines, k;                                                                                   \
        vint16##half##_t weights;                                                                                      \
        vint8##narrow##_t bytes;                                                                                       \
        FOR_ROWS(START_S8, wide, half, narrow)                                                                         \
        __asm__ volatile(MULTIPLY_LINES(FOR_ROWS, "e16, " #half,                                                       \
                                        "vle8.v %[bytes], (%[w])\n\tvsext.vf2 %[weights], %[bytes]\n\t", "lb",         \
                                        "vwmacc.vx", "t", "1")                                                         \
                         : FOR_ROWS(SUMS, )[w] "+&r"(w), [lines] "+&r"(lines), [k] "=&r"(k),                           \
                           [weights] "=&vr"(weights), [bytes] "=&vr"(bytes)                                            \
                         : [vl] "r"(vl), [depth] "r"(f->depth), [pitch] "r"((ptrdiff_t)n), [tile] "r"(tile)            \
                         : ROW_REGISTERS, "memory");                                                                   \
        const vint32##wide##_t multiplier = __riscv_vle32_v_i32##wide(channels + n, vl);                               \
        FOR_ROWS(SCALE_S8, wide, half, narrow)                                                                         \
        FOR_ROWS(NUDGE_S8, wide, half, narrow)                                                                         \
        const vint32##wide##_t offset = __riscv_vle32_v_i32##wide(channels + 2 * n, vl);                               \
        FOR_ROWS(ADD_OFFSET_S8, wide, half, narrow)                                                                    \
        const vuint32##wide##_t shift = __riscv_vle32_v_u32##wide((const uint32_t *)channels + 3 * n, vl);             \
        FOR_ROWS(SHIFT_S8, wide, half, narrow)                                                                         \
        FOR_ROWS(HALVE_S8, wide, half, narrow)                                                                         \
        FOR_ROWS(NARROW_S8, wide, half, narrow)                                                                        \
        if (f->min > INT8_MIN || f->max < INT8_MAX) {                                                                  \
            FOR_ROWS(CLAMP_S8, wide, half, narrow)                                                                     \
        }                                                                                                              \
        FOR_ROWS(STORE_S8, wide, half, narrow)                                                                         \
        c += (int32_t)vl;                                                                                              \
    }

BARECC_NOINLINE void multiply_7_rows_s8(const row_factors_s8 *f, const row_tile *tile, int8_t *const y[])
{
    MULTIPLY_ROWS_S8(FOR_7_ROWS, m4, m2, m1)
}

BARECC_NOINLINE void multiply_3_rows_s8(const row_factors_s8 *f, const row_tile *tile, int8_t *const y[])
{
    MULTIPLY_ROWS_S8(FOR_3_ROWS, m8, m4, m2)
}

BARECC_NOINLINE void multiply_1_row_s8(const row_factors_s8 *f, const row_tile *tile, int8_t *const y[])
{
    MULTIPLY_ROWS_S8(FOR_1_ROW, m8, m4, m2)
}

/* The first `count` rows of a tile, at most rows_at_once, into y. Where the function takes more, the last one is
 * computed again. */
static inline void multiply_rows_s8(const row_factors_s8 *f, row_tile *tile, int8_t *y[], int32_t count)
{
    for (int32_t i = count; i < ROWS_OF_TILE; i++) {
        tile->x[i] = tile->x[count - 1];
        tile->gap[i] = tile->gap[count - 1];
        y[i] = y[count - 1];
    }
    if (count > 3)
        multiply_7_rows_s8(f, tile, y);
    else if (count > 1)
        multiply_3_rows_s8(f, tile, y);
    else
        multiply_1_row_s8(f, tile, y);
}
