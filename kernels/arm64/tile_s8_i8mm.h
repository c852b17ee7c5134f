/* Rows of int8 times packed weights (product_s8.h) by the matrix products of Armv8.6-A: eight rows and eight outputs in
 * registers, two rows with two outputs at eight places of the depth in one instruction. Weights are packed in blocks of
 * eight outputs, [outputs / 8][depth / 8][8][8]; channels in eights, see neon_s8.h. */
#pragma once

#include "../neon/neon_s8.h"

#define TILE_ROWS 8

/* Weights of eight outputs at eight places of the depth, two outputs in each. */
typedef struct {
    int8x16_t a, b, c, d;
} weights_8_by_8;

INLINED weights_8_by_8 load_weights(const int8_t *w)
{
    const weights_8_by_8 weights = {vld1q_s8(w), vld1q_s8(w + 16), vld1q_s8(w + 32), vld1q_s8(w + 48)};
    return weights;
}

/* Sums of two rows and eight outputs, two outputs in each: of the first row, then of the second. */
typedef struct {
    int32x4_t a, b, c, d;
} sums_2_by_8;

INLINED sums_2_by_8 sums_from_bias(const int32_t *bias)
{
    const int32x2_t a = vld1_s32(bias), b = vld1_s32(bias + 2), c = vld1_s32(bias + 4), d = vld1_s32(bias + 6);
    const sums_2_by_8 sums = {vcombine_s32(a, a), vcombine_s32(b, b), vcombine_s32(c, c), vcombine_s32(d, d)};
    return sums;
}

/* x: eight values of the first row, then of the second. */
INLINED void add_eight(sums_2_by_8 *sums, int8x16_t x, const weights_8_by_8 *w)
{
    sums->a = vmmlaq_s32(sums->a, x, w->a);
    sums->b = vmmlaq_s32(sums->b, x, w->b);
    sums->c = vmmlaq_s32(sums->c, x, w->c);
    sums->d = vmmlaq_s32(sums->d, x, w->d);
}

INLINED void add_sixteen(sums_2_by_8 *sums, int8x16_t x0, int8x16_t x1, const weights_8_by_8 *first,
                         const weights_8_by_8 *second)
{
    const int64x2_t row0 = vreinterpretq_s64_s8(x0), row1 = vreinterpretq_s64_s8(x1);
    add_eight(sums, vreinterpretq_s8_s64(vzip1q_s64(row0, row1)), first);
    add_eight(sums, vreinterpretq_s8_s64(vzip2q_s64(row0, row1)), second);
}

INLINED int32x4_t join_first(int32x4_t a, int32x4_t b)
{
    return vreinterpretq_s32_s64(vzip1q_s64(vreinterpretq_s64_s32(a), vreinterpretq_s64_s32(b)));
}

INLINED int32x4_t join_second(int32x4_t a, int32x4_t b)
{
    return vreinterpretq_s32_s64(vzip2q_s64(vreinterpretq_s64_s32(a), vreinterpretq_s64_s32(b)));
}

INLINED eight_s32 first_row(const sums_2_by_8 *sums)
{
    const eight_s32 row = {join_first(sums->a, sums->b), join_first(sums->c, sums->d)};
    return row;
}

INLINED eight_s32 second_row(const sums_2_by_8 *sums)
{
    const eight_s32 row = {join_second(sums->a, sums->b), join_second(sums->c, sums->d)};
    return row;
}

SINGLE void multiply_tile(const product_s8 *p, const rows_s8 *rows, int8_t *y, ptrdiff_t y_step)
{
    const int8_t *w = p->w;
    const int32_t *channels = p->channels;
    const ptrdiff_t step = rows->step, rest_step = rows->rest_step;
    for (int32_t o = 0; o < p->outputs; o += 8, channels += 32) {
        const sums_2_by_8 bias = sums_from_bias(channels);
        sums_2_by_8 sums[] = {bias, bias, bias, bias};
        const int8_t *x0 = rows->x, *x1 = x0 + step, *x2 = x1 + step, *x3 = x2 + step;
        const int8_t *x4 = x3 + step, *x5 = x4 + step, *x6 = x5 + step, *x7 = x6 + step;
        for (int32_t n = sixteens_of(p->depth); n > 0; n--, w += 128) {
            const weights_8_by_8 first = load_weights(w), second = load_weights(w + 64);
            add_sixteen(&sums[0], vld1q_s8(x0), vld1q_s8(x1), &first, &second);
            add_sixteen(&sums[1], vld1q_s8(x2), vld1q_s8(x3), &first, &second);
            add_sixteen(&sums[2], vld1q_s8(x4), vld1q_s8(x5), &first, &second);
            add_sixteen(&sums[3], vld1q_s8(x6), vld1q_s8(x7), &first, &second);
            x0 += 16, x1 += 16, x2 += 16, x3 += 16, x4 += 16, x5 += 16, x6 += 16, x7 += 16;
        }
        const int8_t *x = rows->rest;
        for (int32_t n = eights_left_of(p->depth); n > 0; n--, w += 64, x += 8) {
            const weights_8_by_8 weights = load_weights(w);
            add_eight(&sums[0], vcombine_s8(vld1_s8(x), vld1_s8(x + rest_step)), &weights);
            add_eight(&sums[1], vcombine_s8(vld1_s8(x + 2 * rest_step), vld1_s8(x + 3 * rest_step)), &weights);
            add_eight(&sums[2], vcombine_s8(vld1_s8(x + 4 * rest_step), vld1_s8(x + 5 * rest_step)), &weights);
            add_eight(&sums[3], vcombine_s8(vld1_s8(x + 6 * rest_step), vld1_s8(x + 7 * rest_step)), &weights);
        }
        int8_t block[TILE_ROWS * 8];
        const int isWhole = p->outputs - o >= 8;
        int8_t *const to = isWhole ? y + o : block;
        const ptrdiff_t to_step = isWhole ? y_step : 8;
        const scale_of_8 scale = scale_at(channels, p->min, p->max);
        vst1_s8(to, requantize_8(first_row(&sums[0]), &scale));
        vst1_s8(to + to_step, requantize_8(second_row(&sums[0]), &scale));
        vst1_s8(to + 2 * to_step, requantize_8(first_row(&sums[1]), &scale));
        vst1_s8(to + 3 * to_step, requantize_8(second_row(&sums[1]), &scale));
        vst1_s8(to + 4 * to_step, requantize_8(first_row(&sums[2]), &scale));
        vst1_s8(to + 5 * to_step, requantize_8(second_row(&sums[2]), &scale));
        vst1_s8(to + 6 * to_step, requantize_8(first_row(&sums[3]), &scale));
        vst1_s8(to + 7 * to_step, requantize_8(second_row(&sums[3]), &scale));
        if (!isWhole)
            copy_block(block, TILE_ROWS, p->outputs - o, y + o, y_step);
    }
}

/* The row stands for the second one too. */
SINGLE void multiply_row(const product_s8 *p, const rows_s8 *rows, int8_t *y)
{
    const int8_t *w = p->w;
    const int32_t *channels = p->channels;
    for (int32_t o = 0; o < p->outputs; o += 8, channels += 32) {
        sums_2_by_8 sums = sums_from_bias(channels);
        const int8_t *x = rows->x;
        for (int32_t n = sixteens_of(p->depth); n > 0; n--, w += 128, x += 16) {
            const weights_8_by_8 first = load_weights(w), second = load_weights(w + 64);
            const int8x16_t in = vld1q_s8(x);
            add_sixteen(&sums, in, in, &first, &second);
        }
        x = rows->rest;
        for (int32_t n = eights_left_of(p->depth); n > 0; n--, w += 64, x += 8) {
            const weights_8_by_8 weights = load_weights(w);
            add_eight(&sums, vcombine_s8(vld1_s8(x), vld1_s8(x)), &weights);
        }
        store_row(p, channels, first_row(&sums), o, y);
    }
}
