/* Vectors of 32-bit words for generated loops, with the integer vectors of Armv8.1-M: 4 lanes. */
#pragma once

#include "kernel.h"
#include <arm_mve.h>

typedef int32x4_t words;

/* Elements of a tensor, widened; and the lanes, each saturated to int8. */
BARECC_ALWAYS_INLINE words words_load_s8(const int8_t *x) { return vldrbq_s32(x); }
BARECC_ALWAYS_INLINE void words_store_s8(int8_t *y, words v)
{
    vstrbq_s32(y, vmaxq_s32(vminq_s32(v, vdupq_n_s32(INT8_MAX)), vdupq_n_s32(INT8_MIN)));
}

BARECC_ALWAYS_INLINE words words_set(int32_t x) { return vdupq_n_s32(x); }

/* Arithmetic that wraps around. */
BARECC_ALWAYS_INLINE words words_add(words a, words b) { return vaddq_s32(a, b); }
BARECC_ALWAYS_INLINE words words_subtract(words a, words b) { return vsubq_s32(a, b); }
BARECC_ALWAYS_INLINE words words_multiply(words a, words b) { return vmulq_s32(a, b); }
BARECC_ALWAYS_INLINE words words_shift_left(words v, int32_t places) { return vshlq_r_s32(v, places); }

BARECC_ALWAYS_INLINE words words_maximum(words a, words b) { return vmaxq_s32(a, b); }
BARECC_ALWAYS_INLINE words words_minimum(words a, words b) { return vminq_s32(a, b); }

/* `rescale` of quantize.h. */
BARECC_ALWAYS_INLINE words words_rescale(words v, int32_t multiplier, int32_t shift)
{
    const words high = vqrdmulhq_n_s32(shift > 0 ? vshlq_r_s32(v, shift) : v, multiplier);
    /* A shift rounds ties upward: negative numbers lie one lower, so that theirs go away from zero. */
    return shift < 0 ? vrshlq_n_s32(vaddq_s32(high, vshrq_n_s32(high, 31)), shift) : high;
}
