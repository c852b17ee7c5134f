/* Vectors of 32-bit words for generated loops, with NEON: 8 lanes. */
#pragma once

#include "kernel.h"
#include <arm_neon.h>

typedef struct {
    int32x4_t low, high;
} words;

/* A function of vectors on both halves. */
#define WORDS_BINARY(name, instruction)                                                                                \
    BARECC_ALWAYS_INLINE words name(words a, words b)                                                                  \
    {                                                                                                                  \
        const words result = {instruction(a.low, b.low), instruction(a.high, b.high)};                                 \
        return result;                                                                                                 \
    }

/* Elements of a tensor, widened; and the lanes, each saturated to int8. */
BARECC_ALWAYS_INLINE words words_load_s8(const int8_t *x)
{
    const int16x8_t halves = vmovl_s8(vld1_s8(x));
    const words result = {vmovl_s16(vget_low_s16(halves)), vmovl_s16(vget_high_s16(halves))};
    return result;
}
BARECC_ALWAYS_INLINE void words_store_s8(int8_t *y, words v)
{
    vst1_s8(y, vqmovn_s16(vcombine_s16(vqmovn_s32(v.low), vqmovn_s32(v.high))));
}

BARECC_ALWAYS_INLINE words words_set(int32_t x)
{
    const words result = {vdupq_n_s32(x), vdupq_n_s32(x)};
    return result;
}

/* Arithmetic that wraps around. */
WORDS_BINARY(words_add, vaddq_s32)
WORDS_BINARY(words_subtract, vsubq_s32)
WORDS_BINARY(words_multiply, vmulq_s32)
BARECC_ALWAYS_INLINE words words_shift_left(words v, int32_t places)
{
    const words result = {vshlq_s32(v.low, vdupq_n_s32(places)), vshlq_s32(v.high, vdupq_n_s32(places))};
    return result;
}

WORDS_BINARY(words_maximum, vmaxq_s32)
WORDS_BINARY(words_minimum, vminq_s32)

/* `rescale` of quantize.h. */
BARECC_ALWAYS_INLINE int32x4_t words_rescale_half(int32x4_t v, int32_t multiplier, int32_t shift)
{
    const int32x4_t high = vqrdmulhq_n_s32(shift > 0 ? vshlq_s32(v, vdupq_n_s32(shift)) : v, multiplier);
    /* A shift rounds ties upward: negative numbers lie one lower, so that theirs go away from zero. */
    return shift < 0 ? vrshlq_s32(vaddq_s32(high, vshrq_n_s32(high, 31)), vdupq_n_s32(shift)) : high;
}
BARECC_ALWAYS_INLINE words words_rescale(words v, int32_t multiplier, int32_t shift)
{
    const words result = {words_rescale_half(v.low, multiplier, shift), words_rescale_half(v.high, multiplier, shift)};
    return result;
}
