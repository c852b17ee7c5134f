/* Rows of half floats, widened to float, times packed weights of half floats: eight rows and eight outputs in
 * registers. The products of half floats are exact in float, so the sums are those of the plain kernels up to the order
 * of their additions.
 *
 * Weights lie in panels of WIDTH_F16 outputs, [outputs / 8][k][8], zero beyond the last output. */
#pragma once

#include "../vector/gemm_band_f32.h"
#include "eight_f16.h"

#define ROWS_F16 8 /* of a tile */

typedef struct {
    int32_t n, k;                      /* outputs, length of the sums */
    ptrdiff_t lda, ldc;                /* elements from one row to the next */
    float min, max;
} rows_f16;

/* `count` half floats to floats. */
static inline void widen_f16(const uint16_t *from, int32_t count, float *to)
{
#define EIGHT(at)                                                                                                     \
    do {                                                                                                              \
        const eight_f32 floats = load_eight_f16(from + (at));                                                         \
        vst1q_f32(to + (at), floats.low);                                                                             \
        vst1q_f32(to + (at) + 4, floats.high);                                                                        \
    } while (0)
    for (; count >= 32; count -= 32, from += 32, to += 32) {
        EIGHT(0);
        EIGHT(8);
        EIGHT(16);
        EIGHT(24);
    }
    for (; count >= 8; count -= 8, from += 8, to += 8)
        EIGHT(0);
#undef EIGHT
    for (; count > 0; count--)
        *to++ = half_to_float(*from++);
}

/* `rows` rows of the `width` outputs of a panel, whose bias has eight. A single row has a sum for each of four steps,
 * since one addition after another into the same would wait for the one before. */
BARECC_ALWAYS_INLINE void multiply_tile_f16(const rows_f16 *g, const int rows, int32_t width, const float *x,
                                            const uint16_t *w, const uint16_t *bias, uint16_t *y)
{
    const int sums = rows == 1 ? 4 : rows;
    eight_f32 sum[ROWS_F16];
    const float *from[ROWS_F16];
    UNROLL_F16
    for (int i = 0; i < sums; i++) {
        sum[i].low = sum[i].high = vdupq_n_f32(0.0f);
        if (i < rows) {
            sum[i] = load_eight_f16(bias);
            from[i] = x + i * g->lda;
        }
    }
    int32_t left = g->k;
#define STEP(step)                                                                                                    \
    do {                                                                                                              \
        const eight_f32 weights = widen_eight_f16(four.val[step]);                                                    \
        UNROLL_F16                                                                                                    \
        for (int i = 0; i < rows; i++) {                                                                              \
            eight_f32 *const to = sum + (rows == 1 ? (step) : i);                                                     \
            to->low = vfmaq_laneq_f32(to->low, weights.low, value[i], step);                                          \
            to->high = vfmaq_laneq_f32(to->high, weights.high, value[i], step);                                       \
        }                                                                                                             \
    } while (0)
    for (; left >= 4; left -= 4, w += 4 * WIDTH_F16) {
        const uint16x8x4_t four = vld1q_u16_x4(w);
        float32x4_t value[ROWS_F16];
        UNROLL_F16
        for (int i = 0; i < rows; i++) {
            value[i] = vld1q_f32(from[i]);
            from[i] += 4;
        }
        STEP(0);
        STEP(1);
        STEP(2);
        STEP(3);
    }
#undef STEP
    for (; left > 0; left--, w += WIDTH_F16) {
        const eight_f32 weights = load_eight_f16(w);
        UNROLL_F16
        for (int i = 0; i < rows; i++) {
            const float value = *from[i]++;
            sum[i].low = vfmaq_n_f32(sum[i].low, weights.low, value);
            sum[i].high = vfmaq_n_f32(sum[i].high, weights.high, value);
        }
    }
    UNROLL_F16
    for (int i = rows; i < sums; i++) {
        sum[0].low = vaddq_f32(sum[0].low, sum[i].low);
        sum[0].high = vaddq_f32(sum[0].high, sum[i].high);
    }
    UNROLL_F16
    for (int i = 0; i < rows; i++)
        store_clamped_f16(y + i * g->ldc, width, sum[i], g->min, g->max);
}

/* All outputs of `rows` rows, a panel after the other. `bias` may be NULL. */
BARECC_NOCLONE void multiply_rows_f16(const rows_f16 *g, int32_t rows, const float *x, const uint16_t *w,
                                      const uint16_t *bias, uint16_t *y)
{
    for (int32_t c = 0; c < g->n; c += WIDTH_F16, w += (ptrdiff_t)WIDTH_F16 * g->k) {
        const int32_t width = g->n - c < WIDTH_F16 ? g->n - c : WIDTH_F16;
        uint16_t eight[WIDTH_F16] = {0};
        if (bias)
            memcpy(eight, bias + c, (size_t)width * sizeof *eight);
        int32_t row = 0;
#define TILES_OF(count)                                                                                                \
    for (; row + (count) <= rows; row += (count))                                                                      \
    multiply_tile_f16(g, count, width, x + row * g->lda, w, eight, y + row * g->ldc + c)
        TILES_OF(8);
        TILES_OF(4);
        TILES_OF(2);
        TILES_OF(1);
#undef TILES_OF
    }
}
