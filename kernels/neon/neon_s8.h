/* int8 arithmetic with the vectors of Armv7-A and Armv8-A: what becomes of eight channels' sums. Channels come in
 * eights, the last eight padded with zeros, as 32 words each:
 *
 *     bias[8], multiplier[8], offset[8], -shift[8]
 *
 * These are folded_channels (quantize.h), but for the bias, which is not doubled: vqrdmulh itself doubles. */
#pragma once

#include <arm_neon.h>

#include "../vector/product_s8.h"

/* Values of eight channels. */
typedef struct {
    int32x4_t low, high;
} eight_s32;

BARECC_ALWAYS_INLINE eight_s32 load_eight(const int32_t *from)
{
    const eight_s32 values = {vld1q_s32(from), vld1q_s32(from + 4)};
    return values;
}

typedef struct {
    eight_s32 multiplier, offset, shift;
    int8x8_t min, max;
} scale_of_8;

BARECC_ALWAYS_INLINE scale_of_8 scale_at(const int32_t *channels, int32_t min, int32_t max)
{
    const scale_of_8 scale = {load_eight(channels + 8), load_eight(channels + 16), load_eight(channels + 24),
                              vdup_n_s8((int8_t)min), vdup_n_s8((int8_t)max)};
    return scale;
}

BARECC_ALWAYS_INLINE int32x4_t requantize_4(int32x4_t sums, int32x4_t multiplier, int32x4_t offset, int32x4_t shift)
{
    const int32x4_t high = vqrdmulhq_s32(sums, multiplier);
    return vshlq_s32(vaddq_s32(vsraq_n_s32(high, high, 31), offset), shift);
}

/* The stored values of eight sums, which have their bias. */
BARECC_ALWAYS_INLINE int8x8_t requantize_8(eight_s32 sums, const scale_of_8 *scale)
{
    const int32x4_t low = requantize_4(sums.low, scale->multiplier.low, scale->offset.low, scale->shift.low);
    const int32x4_t high = requantize_4(sums.high, scale->multiplier.high, scale->offset.high, scale->shift.high);
    const int8x8_t value = vqmovn_s16(vcombine_s16(vqmovn_s32(low), vqmovn_s32(high)));
    return vmax_s8(vmin_s8(value, scale->max), scale->min);
}

/* The first `outputs` of eight values in each row of a block. */
BARECC_NOCLONE void copy_block(const int8_t *block, int32_t rows, int32_t outputs, int8_t *y, ptrdiff_t y_step)
{
    for (int32_t i = 0; i < rows; i++)
        for (int32_t o = 0; o < outputs; o++)
            y[i * y_step + o] = block[8 * i + o];
}

/* Stores the outputs from o on, at most eight, of one row. */
BARECC_ALWAYS_INLINE void store_row(const product_s8 *p, const int32_t *channels, eight_s32 sums, int32_t o, int8_t *y)
{
    const scale_of_8 scale = scale_at(channels, p->min, p->max);
    const int8x8_t values = requantize_8(sums, &scale);
    int8_t block[8];
    if (p->outputs - o >= 8) {
        vst1_s8(y + o, values);
    } else {
        vst1_s8(block, values);
        copy_block(block, 1, p->outputs - o, y + o, 0);
    }
}
