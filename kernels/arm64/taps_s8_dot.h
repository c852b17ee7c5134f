/* 3x3 taps of depthwise convolution of int8 (depthwise_taps_s8.h) by the dot products of Armv8.2-A: the three values
 * that a channel has in a column of the image lie side by side, and take part in three output pixels. Pixels are one
 * column apart. Weights are packed as columns, [channels / 8][3 columns][8][4], the fourth row zero; channels in
 * eights, see neon_s8.h. Up to eight bytes behind a pixel's channels are read. */
#pragma once

#include "../neon/neon_s8.h"
#include "../vector/depthwise_taps_s8.h"

/* Eight channels of a column: three rows, and anything as the fourth. */
typedef struct {
    int8x16_t low, high;
} column_of_8;

/* Where the rows under the window's first column are. */
typedef struct {
    const int8_t *top, *middle, *bottom;
} rows_of_3;

BARECC_ALWAYS_INLINE column_of_8 load_column(const rows_of_3 *rows, ptrdiff_t at)
{
    const int8x16_t bottom = vld1q_s8(rows->bottom + at);
    const int16x8_t upper = vreinterpretq_s16_s8(vzip1q_s8(vld1q_s8(rows->top + at), vld1q_s8(rows->middle + at)));
    const int16x8_t lower = vreinterpretq_s16_s8(vzip1q_s8(bottom, bottom));
    const column_of_8 column = {vreinterpretq_s8_s16(vzip1q_s16(upper, lower)),
                                vreinterpretq_s8_s16(vzip2q_s16(upper, lower))};
    return column;
}

BARECC_ALWAYS_INLINE column_of_8 load_weights_of_column(const int8_t *w)
{
    const column_of_8 column = {vld1q_s8(w), vld1q_s8(w + 16)};
    return column;
}

/* What the three columns under a window become. */
BARECC_ALWAYS_INLINE int8x8_t multiply_columns(const column_of_8 *x0, const column_of_8 *x1, const column_of_8 *x2,
                                               const column_of_8 w[3], const eight_s32 *bias, const scale_of_8 *scale)
{
    eight_s32 sums = {vdotq_s32(bias->low, x0->low, w[0].low), vdotq_s32(bias->high, x0->high, w[0].high)};
    sums.low = vdotq_s32(sums.low, x1->low, w[1].low);
    sums.high = vdotq_s32(sums.high, x1->high, w[1].high);
    sums.low = vdotq_s32(sums.low, x2->low, w[2].low);
    sums.high = vdotq_s32(sums.high, x2->high, w[2].high);
    return requantize_8(sums, scale);
}

BARECC_NOCLONE void multiply_3x3_dot(const taps_s8 *p, const int8_t *x, int8_t *y)
{
    const ptrdiff_t step = p->x_step;
    const int8_t *weights = p->w;
    const int32_t *requant = p->channel_words;
    for (int32_t c = 0; c < p->channels; c += 8, weights += 96, requant += 32) {
        const eight_s32 bias = load_eight(requant);
        const scale_of_8 scale = scale_at(requant, p->min, p->max);
        const column_of_8 w[] = {load_weights_of_column(weights), load_weights_of_column(weights + 32),
                                 load_weights_of_column(weights + 64)};
        const rows_of_3 rows = {x + p->offsets[0] + c, x + p->offsets[3] + c, x + p->offsets[6] + c};
        const int isWhole = p->channels - c >= 8;
        const ptrdiff_t to_step = isWhole ? p->y_step : 8;
        int8_t block[32], *out = y + c;
        column_of_8 x0 = load_column(&rows, 0), x1 = load_column(&rows, step);
        ptrdiff_t at = 2 * step;
        int32_t pixels = p->pixels;
        for (; pixels >= 4; pixels -= 4, out += 4 * p->y_step, at += 4 * step) {
            int8_t *const to = isWhole ? out : block;
            const column_of_8 x2 = load_column(&rows, at), x3 = load_column(&rows, at + step);
            vst1_s8(to, multiply_columns(&x0, &x1, &x2, w, &bias, &scale));
            vst1_s8(to + to_step, multiply_columns(&x1, &x2, &x3, w, &bias, &scale));
            x0 = load_column(&rows, at + 2 * step);
            vst1_s8(to + 2 * to_step, multiply_columns(&x2, &x3, &x0, w, &bias, &scale));
            x1 = load_column(&rows, at + 3 * step);
            vst1_s8(to + 3 * to_step, multiply_columns(&x3, &x0, &x1, w, &bias, &scale));
            if (!isWhole)
                copy_block(block, 4, p->channels - c, out, p->y_step);
        }
        for (; pixels > 0; pixels--, out += p->y_step, at += step) {
            const column_of_8 x2 = load_column(&rows, at);
            vst1_s8(isWhole ? out : block, multiply_columns(&x0, &x1, &x2, w, &bias, &scale));
            x0 = x1;
            x1 = x2;
            if (!isWhole)
                copy_block(block, 1, p->channels - c, out, p->y_step);
        }
    }
}
