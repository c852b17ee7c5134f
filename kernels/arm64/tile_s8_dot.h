/* Rows of int8 times packed weights (product_s8.h) by the dot products of Armv8.2-A: eight rows and eight outputs in
 * registers, four products in a lane. Weights are packed in quads of eight outputs, [outputs / 8][depth / 4][8][4], and
 * depth is a multiple of eight; channels in eights, see neon_s8.h. */
#pragma once

#include "../neon/neon_s8.h"
#include "../vector/product_s8.h"

#define TILE_ROWS 8

/* Weights of eight outputs at eight places of the depth. */
typedef struct {
    int8x16_t low_0, high_0, low_1, high_1;
} weights_8_by_8;

BARECC_ALWAYS_INLINE weights_8_by_8 load_weights(const int8_t *w)
{
    const weights_8_by_8 weights = {vld1q_s8(w), vld1q_s8(w + 16), vld1q_s8(w + 32), vld1q_s8(w + 48)};
    return weights;
}

BARECC_ALWAYS_INLINE void add_eight(eight_s32 *sums, int8x8_t x, const weights_8_by_8 *w)
{
    sums->low = vdotq_lane_s32(sums->low, w->low_0, x, 0);
    sums->high = vdotq_lane_s32(sums->high, w->high_0, x, 0);
    sums->low = vdotq_lane_s32(sums->low, w->low_1, x, 1);
    sums->high = vdotq_lane_s32(sums->high, w->high_1, x, 1);
}

BARECC_ALWAYS_INLINE void add_sixteen(eight_s32 *sums, int8x16_t x, const weights_8_by_8 *first,
                                      const weights_8_by_8 *second)
{
    sums->low = vdotq_laneq_s32(sums->low, first->low_0, x, 0);
    sums->high = vdotq_laneq_s32(sums->high, first->high_0, x, 0);
    sums->low = vdotq_laneq_s32(sums->low, first->low_1, x, 1);
    sums->high = vdotq_laneq_s32(sums->high, first->high_1, x, 1);
    sums->low = vdotq_laneq_s32(sums->low, second->low_0, x, 2);
    sums->high = vdotq_laneq_s32(sums->high, second->high_0, x, 2);
    sums->low = vdotq_laneq_s32(sums->low, second->low_1, x, 3);
    sums->high = vdotq_laneq_s32(sums->high, second->high_1, x, 3);
}

BARECC_NOCLONE void multiply_tile(const product_s8 *p, const rows_s8 *rows, int8_t *y, ptrdiff_t y_step)
{
    const int8_t *w = p->w;
    const int32_t *channels = p->channels;
    const ptrdiff_t step = rows->step, rest_step = rows->rest_step;
    for (int32_t o = 0; o < p->outputs; o += 8, channels += 32) {
        const eight_s32 bias = load_eight(channels);
        eight_s32 sums[TILE_ROWS] = {bias, bias, bias, bias, bias, bias, bias, bias};
        const int8_t *x0 = rows->x, *x1 = x0 + step, *x2 = x1 + step, *x3 = x2 + step;
        const int8_t *x4 = x3 + step, *x5 = x4 + step, *x6 = x5 + step, *x7 = x6 + step;
        for (int32_t n = sixteens_of(p->depth); n > 0; n--, w += 128) {
            const weights_8_by_8 first = load_weights(w), second = load_weights(w + 64);
            add_sixteen(&sums[0], vld1q_s8(x0), &first, &second);
            add_sixteen(&sums[1], vld1q_s8(x1), &first, &second);
            add_sixteen(&sums[2], vld1q_s8(x2), &first, &second);
            add_sixteen(&sums[3], vld1q_s8(x3), &first, &second);
            add_sixteen(&sums[4], vld1q_s8(x4), &first, &second);
            add_sixteen(&sums[5], vld1q_s8(x5), &first, &second);
            add_sixteen(&sums[6], vld1q_s8(x6), &first, &second);
            add_sixteen(&sums[7], vld1q_s8(x7), &first, &second);
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
            add_eight(&sums[0], vld1_s8(x), &weights);
            add_eight(&sums[1], vld1_s8(x + rest_step), &weights);
            add_eight(&sums[2], vld1_s8(x + 2 * rest_step), &weights);
            add_eight(&sums[3], vld1_s8(x + 3 * rest_step), &weights);
            add_eight(&sums[4], vld1_s8(x + 4 * rest_step), &weights);
            add_eight(&sums[5], vld1_s8(x + 5 * rest_step), &weights);
            add_eight(&sums[6], vld1_s8(x + 6 * rest_step), &weights);
            add_eight(&sums[7], vld1_s8(x + 7 * rest_step), &weights);
        }
        int8_t block[TILE_ROWS * 8];
        const int isWhole = p->outputs - o >= 8;
        int8_t *const to = isWhole ? y + o : block;
        const ptrdiff_t to_step = isWhole ? y_step : 8;
        const scale_of_8 scale = scale_at(channels, p->min, p->max);
        vst1_s8(to, requantize_8(sums[0], &scale));
        vst1_s8(to + to_step, requantize_8(sums[1], &scale));
        vst1_s8(to + 2 * to_step, requantize_8(sums[2], &scale));
        vst1_s8(to + 3 * to_step, requantize_8(sums[3], &scale));
        vst1_s8(to + 4 * to_step, requantize_8(sums[4], &scale));
        vst1_s8(to + 5 * to_step, requantize_8(sums[5], &scale));
        vst1_s8(to + 6 * to_step, requantize_8(sums[6], &scale));
        vst1_s8(to + 7 * to_step, requantize_8(sums[7], &scale));
        if (!isWhole)
            copy_block(block, TILE_ROWS, p->outputs - o, y + o, y_step);
    }
}

BARECC_NOCLONE void multiply_row(const product_s8 *p, const rows_s8 *rows, int8_t *y)
{
    const int8_t *w = p->w;
    const int32_t *channels = p->channels;
    for (int32_t o = 0; o < p->outputs; o += 8, channels += 32) {
        const eight_s32 zero = {vdupq_n_s32(0), vdupq_n_s32(0)};
        eight_s32 even = load_eight(channels), odd = zero; /* two, so that fewer products wait for each other */
        const int8_t *x = rows->x;
        for (int32_t n = sixteens_of(p->depth); n > 0; n--, w += 128, x += 16) {
            const weights_8_by_8 first = load_weights(w), second = load_weights(w + 64);
            const int8x16_t in = vld1q_s8(x);
            add_eight(&even, vget_low_s8(in), &first);
            add_eight(&odd, vget_high_s8(in), &second);
        }
        x = rows->rest;
        for (int32_t n = eights_left_of(p->depth); n > 0; n--, w += 64, x += 8) {
            const weights_8_by_8 weights = load_weights(w);
            add_eight(&even, vld1_s8(x), &weights);
        }
        const eight_s32 sums = {vaddq_s32(even.low, odd.low), vaddq_s32(even.high, odd.high)};
        store_row(p, channels, sums, o, y);
    }
}
