/* Taps of depthwise convolution of int8 (depthwise_taps_s8.h) by WebAssembly's 128-bit vectors: eight channels of four
 * pixels at a time, two taps in a lane. Channels in eights, see simd128_s8.h. */
#pragma once

#include "../vector/depthwise_taps_s8.h"
#include "simd128_s8.h"

#define TAPS_PIXELS MOST_ROWS

/* Eight bytes at x0 beside eight at x1, in pairs of int16. */
BARECC_ALWAYS_INLINE eight_s32 load_pairs(const int8_t *x0, const int8_t *x1)
{
    const v128_t a = wasm_i16x8_load8x8(x0), b = wasm_i16x8_load8x8(x1);
    const eight_s32 pairs = {wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11),
                             wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15)};
    return pairs;
}

BARECC_ALWAYS_INLINE void add_taps(eight_s32 *sums, const int8_t *x0, const int8_t *x1, const eight_s32 *weights)
{
    const eight_s32 values = load_pairs(x0, x1);
    sums->low = wasm_i32x4_add(sums->low, wasm_i32x4_dot_i16x8(values.low, weights->low));
    sums->high = wasm_i32x4_add(sums->high, wasm_i32x4_dot_i16x8(values.high, weights->high));
}

/* Eight channels of `count` pixels, one or four, at their place x. */
BARECC_ALWAYS_INLINE void multiply_pixels(const taps_s8 *p, const int8_t *x, const int8_t *w, const int32_t *requant,
                                          int32_t count, int32_t used, int8_t *y)
{
    const eight_s32 bias = load_eight(requant);
    const ptrdiff_t step = p->x_step;
    eight_s32 sums[TAPS_PIXELS] = {bias, bias, bias, bias};
    for (int32_t i = 0; i < p->taps; i += 2) {
        const int8_t *const x0 = x + p->offsets[i], *const x1 = x + p->offsets[i + 1];
        const eight_s32 weights = load_pairs(w + 8 * i, w + 8 * i + 8);
        add_taps(&sums[0], x0, x1, &weights);
        if (count > 1) {
            add_taps(&sums[1], x0 + step, x1 + step, &weights);
            add_taps(&sums[2], x0 + 2 * step, x1 + 2 * step, &weights);
            add_taps(&sums[3], x0 + 3 * step, x1 + 3 * step, &weights);
        }
    }
    store_rows(requant, p->min, p->max, sums, count, used, y, p->y_step);
}

BARECC_NOINLINE void multiply_taps_simd128(const taps_s8 *p, const int8_t *x, int8_t *y)
{
    const int8_t *w = p->w;
    const int32_t *requant = p->channel_words;
    for (int32_t c = 0; c < p->channels; c += 8, w += 8 * p->taps, requant += 32) {
        const int8_t *in = x + c;
        int8_t *out = y + c;
        int32_t pixel = 0;
        for (; pixel + TAPS_PIXELS <= p->pixels; pixel += TAPS_PIXELS) {
            multiply_pixels(p, in, w, requant, TAPS_PIXELS, p->channels - c, out);
            in += TAPS_PIXELS * p->x_step;
            out += TAPS_PIXELS * p->y_step;
        }
        for (; pixel < p->pixels; pixel++, in += p->x_step, out += p->y_step)
            multiply_pixels(p, in, w, requant, 1, p->channels - c, out);
    }
}
