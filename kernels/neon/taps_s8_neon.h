/* Taps of depthwise convolution of int8 (depthwise_taps_s8.h) by the vectors of Armv7-A and Armv8-A: eight channels of
 * four pixels at a time. Two products are added in 16 bits before they are added to a sum, for which no weight may be
 * -128. Channels in eights, see neon_s8.h. */
#pragma once

#include "../vector/depthwise_taps_s8.h"
#include "neon_s8.h"

INLINED void add_pair(eight_s32 *sums, const int8_t *x0, const int8_t *x1, int8x8_t w0, int8x8_t w1)
{
    const int16x8_t products = vmlal_s8(vmull_s8(vld1_s8(x0), w0), vld1_s8(x1), w1);
    sums->low = vaddw_s16(sums->low, vget_low_s16(products));
#ifdef __aarch64__
    sums->high = vaddw_high_s16(sums->high, products);
#else
    sums->high = vaddw_s16(sums->high, vget_high_s16(products));
#endif
}

SINGLE void multiply_taps(const taps_s8 *p, const int8_t *x, int8_t *y)
{
    const ptrdiff_t step = p->x_step;
    const int8_t *w = p->w;
    const int32_t *words = p->channel_words;
    for (int32_t c = 0; c < p->channels; c += 8, w += 8 * p->taps, words += 32) {
        const eight_s32 bias = load_eight(words);
        const scale_of_8 scale = scale_at(words, p->min, p->max);
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
                for (int32_t i = 0; i < p->taps; i += 2) {
                    const int8_t *const x0 = in + p->offsets[i], *const x1 = in + p->offsets[i + 1];
                    const int8x8_t w0 = vld1_s8(w + 8 * i), w1 = vld1_s8(w + 8 * i + 8);
                    add_pair(&sums[0], x0, x1, w0, w1);
                    add_pair(&sums[1], x0 + step, x1 + step, w0, w1);
                    add_pair(&sums[2], x0 + 2 * step, x1 + 2 * step, w0, w1);
                    add_pair(&sums[3], x0 + 3 * step, x1 + 3 * step, w0, w1);
                }
                vst1_s8(to + to_step, requantize_8(sums[1], &scale));
                vst1_s8(to + 2 * to_step, requantize_8(sums[2], &scale));
                vst1_s8(to + 3 * to_step, requantize_8(sums[3], &scale));
            } else {
                for (int32_t i = 0; i < p->taps; i += 2)
                    add_pair(&sums[0], in + p->offsets[i], in + p->offsets[i + 1], vld1_s8(w + 8 * i),
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
