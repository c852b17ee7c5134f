/* Taps of depthwise convolution of int8 (depthwise_taps_s8.h) by the vectors of Armv7-A and Armv8-A: eight channels of
 * four pixels at a time. Two products are added in 16 bits before they are added to a sum, for which no weight may be
 * -128. Weights are packed as [channels / 8][taps][8]; channels in eights, see neon_s8.h. */
#pragma once

#include "../vector/depthwise_taps_s8.h"
#include "neon_s8.h"

/* Eight bytes at x, which goes on by `step`. In assembly, since compilers would add to addresses one by one. */
BARECC_ALWAYS_INLINE int8x8_t load_next(const int8_t **x, ptrdiff_t step)
{
    const int8_t(*const read)[8] = (const int8_t(*)[8]) * x;
    int8x8_t values;
#ifdef __aarch64__
    __asm__("ld1 {%0.8b}, [%1], %2" : "=w"(values), "+r"(*x) : "r"(step), "m"(*read));
#else
    __asm__("vld1.8 {%P0}, [%1], %2" : "=w"(values), "+r"(*x) : "r"(step), "m"(*read));
#endif
    return values;
}

/* Adds the products of eight channels under two taps. */
BARECC_ALWAYS_INLINE void add_pair(eight_s32 *sums, int8x8_t x0, int8x8_t w0, int8x8_t x1, int8x8_t w1)
{
    const int16x8_t products = vmlal_s8(vmull_s8(x0, w0), x1, w1);
    sums->low = vaddw_s16(sums->low, vget_low_s16(products));
#ifdef __aarch64__
    sums->high = vaddw_high_s16(sums->high, products);
#else
    sums->high = vaddw_s16(sums->high, vget_high_s16(products));
#endif
}

BARECC_NOCLONE void multiply_taps_neon(const taps_s8 *p, const int8_t *x, int8_t *y)
{
    const ptrdiff_t step = p->x_step;
    const int8_t *w = p->w;
    const int32_t *requant = p->channel_words, *const end = p->offsets + p->taps;
    for (int32_t c = 0; c < p->channels; c += 8, w += 8 * p->taps, requant += 32) {
        const eight_s32 bias = load_eight(requant);
        const scale_of_8 scale = scale_at(requant, p->min, p->max);
        const int8_t *in = x + c;
        for (int32_t pixel = 0; pixel < p->pixels;) {
            int8_t *const out = y + pixel * p->y_step + c;
            int8_t block[32];
            const int isWhole = p->channels - c >= 8;
            int8_t *const to = isWhole ? out : block;
            const ptrdiff_t to_step = isWhole ? p->y_step : 8;
            const int32_t count = p->pixels - pixel >= 4 ? 4 : 1;
            eight_s32 sums[] = {bias, bias, bias, bias};
            if (count == 4) {
                const int8_t *weights = w;
                for (const int32_t *tap = p->offsets; tap < end; tap += 2, weights += 16) {
                    const int8_t *x0 = in + tap[0], *x1 = in + tap[1];
                    const int8x16_t pair = vld1q_s8(weights);
                    const int8x8_t w0 = vget_low_s8(pair), w1 = vget_high_s8(pair);
                    add_pair(&sums[0], load_next(&x0, step), w0, load_next(&x1, step), w1);
                    add_pair(&sums[1], load_next(&x0, step), w0, load_next(&x1, step), w1);
                    add_pair(&sums[2], load_next(&x0, step), w0, load_next(&x1, step), w1);
                    add_pair(&sums[3], vld1_s8(x0), w0, vld1_s8(x1), w1);
                }
                vst1_s8(to + to_step, requantize_8(sums[1], &scale));
                vst1_s8(to + 2 * to_step, requantize_8(sums[2], &scale));
                vst1_s8(to + 3 * to_step, requantize_8(sums[3], &scale));
            } else {
                for (int32_t i = 0; i < p->taps; i += 2)
                    add_pair(&sums[0], vld1_s8(in + p->offsets[i]), vld1_s8(w + 8 * i), vld1_s8(in + p->offsets[i + 1]),
                             vld1_s8(w + 8 * i + 8));
            }
            vst1_s8(to, requantize_8(sums[0], &scale));
            if (!isWhole)
                copy_block(block, count, p->channels - c, out, p->y_step);
            pixel += count;
            in += count * step;
        }
    }
}
