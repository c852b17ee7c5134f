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

BARECC_ALWAYS_INLINE weights_8_by_8 load_weights(const int8_t *w)
{
    const weights_8_by_8 weights = {vld1q_s8(w), vld1q_s8(w + 16), vld1q_s8(w + 32), vld1q_s8(w + 48)};
    return weights;
}

/* Sums of two rows and eight outputs, two outputs in each: of the first row, then of the second. */
typedef struct {
    int32x4_t a, b, c, d;
} sums_2_by_8;

BARECC_ALWAYS_INLINE sums_2_by_8 sums_from_bias(const int32_t *bias)
{
    const int32x2_t a = vld1_s32(bias), b = vld1_s32(bias + 2), c = vld1_s32(bias + 4), d = vld1_s32(bias + 6);
    const sums_2_by_8 sums = {vcombine_s32(a, a), vcombine_s32(b, b), vcombine_s32(c, c), vcombine_s32(d, d)};
    return sums;
}

/* x: eight values of the first row, then of the second. In assembly, since gcc would move sums from register to
 * register. */
BARECC_ALWAYS_INLINE void add_eight(sums_2_by_8 *sums, int8x16_t x, const weights_8_by_8 *w)
{
    __asm__("smmla %0.4s, %1.16b, %2.16b" : "+w"(sums->a) : "w"(x), "w"(w->a));
    __asm__("smmla %0.4s, %1.16b, %2.16b" : "+w"(sums->b) : "w"(x), "w"(w->b));
    __asm__("smmla %0.4s, %1.16b, %2.16b" : "+w"(sums->c) : "w"(x), "w"(w->c));
    __asm__("smmla %0.4s, %1.16b, %2.16b" : "+w"(sums->d) : "w"(x), "w"(w->d));
}

/* Sixteen values of two rows: the first eight of both, and the last. */
typedef struct {
    int8x16_t first, last;
} pair_of_rows;

BARECC_ALWAYS_INLINE pair_of_rows load_pair(const int8_t *x0, const int8_t *x1)
{
    const int64x2_t row0 = vreinterpretq_s64_s8(vld1q_s8(x0)), row1 = vreinterpretq_s64_s8(vld1q_s8(x1));
    const pair_of_rows pair = {vreinterpretq_s8_s64(vzip1q_s64(row0, row1)),
                               vreinterpretq_s8_s64(vzip2q_s64(row0, row1))};
    return pair;
}

BARECC_ALWAYS_INLINE int32x4_t join_first(int32x4_t a, int32x4_t b)
{
    return vreinterpretq_s32_s64(vzip1q_s64(vreinterpretq_s64_s32(a), vreinterpretq_s64_s32(b)));
}

BARECC_ALWAYS_INLINE int32x4_t join_second(int32x4_t a, int32x4_t b)
{
    return vreinterpretq_s32_s64(vzip2q_s64(vreinterpretq_s64_s32(a), vreinterpretq_s64_s32(b)));
}

BARECC_ALWAYS_INLINE eight_s32 first_row(const sums_2_by_8 *sums)
{
    const eight_s32 row = {join_first(sums->a, sums->b), join_first(sums->c, sums->d)};
    return row;
}

BARECC_ALWAYS_INLINE eight_s32 second_row(const sums_2_by_8 *sums)
{
    const eight_s32 row = {join_second(sums->a, sums->b), join_second(sums->c, sums->d)};
    return row;
}

BARECC_NOCLONE void multiply_tile(const product_s8 *p, const rows_s8 *rows, int8_t *y, ptrdiff_t y_step)
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
            const pair_of_rows a = load_pair(x0, x1), b = load_pair(x2, x3);
            const pair_of_rows c = load_pair(x4, x5), d = load_pair(x6, x7);
            const weights_8_by_8 first = load_weights(w);
            add_eight(&sums[0], a.first, &first);
            add_eight(&sums[1], b.first, &first);
            add_eight(&sums[2], c.first, &first);
            add_eight(&sums[3], d.first, &first);
            const weights_8_by_8 last = load_weights(w + 64);
            add_eight(&sums[0], a.last, &last);
            add_eight(&sums[1], b.last, &last);
            add_eight(&sums[2], c.last, &last);
            add_eight(&sums[3], d.last, &last);
            x0 += 16;
            x1 += 16;
            x2 += 16;
            x3 += 16;
            x4 += 16;
            x5 += 16;
            x6 += 16;
            x7 += 16;
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
BARECC_NOCLONE void multiply_row(const product_s8 *p, const rows_s8 *rows, int8_t *y)
{
    const int8_t *w = p->w;
    const int32_t *channels = p->channels;
    for (int32_t o = 0; o < p->outputs; o += 8, channels += 32) {
        sums_2_by_8 sums = sums_from_bias(channels);
        const int8_t *x = rows->x;
        for (int32_t n = sixteens_of(p->depth); n > 0; n--, w += 128, x += 16) {
            const weights_8_by_8 first = load_weights(w), last = load_weights(w + 64);
            const pair_of_rows in = load_pair(x, x);
            add_eight(&sums, in.first, &first);
            add_eight(&sums, in.last, &last);
        }
        x = rows->rest;
        for (int32_t n = eights_left_of(p->depth); n > 0; n--, w += 64, x += 8) {
            const weights_8_by_8 weights = load_weights(w);
            add_eight(&sums, vcombine_s8(vld1_s8(x), vld1_s8(x)), &weights);
        }
        store_row(p, channels, first_row(&sums), o, y);
    }
}
