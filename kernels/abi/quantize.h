/* Fixed-point rescaling, as TensorFlow Lite's reference kernels define it (double rounding): the real
 * multiplier is multiplier * 2^(shift - 31) with multiplier in [2^30, 2^31). */
#pragma once

#include "kernel.h"

/* High half of 2*a*b, rounded to nearest, ties upward; saturates the single case -2^31 * -2^31. */
static inline int32_t doubling_high_mul(int32_t a, int32_t b)
{
    if (a == INT32_MIN && b == INT32_MIN)
        return INT32_MAX;
    const int64_t product = (int64_t)a * b;
#if UINTPTR_MAX > UINT32_MAX
    return (int32_t)((product + ((int64_t)1 << 30)) >> 31);
#else /* without carries from word to word, fewer instructions */
    return (int32_t)(product >> 32) * 2 + (int32_t)((((uint32_t)product >> 30) + 1) >> 1);
#endif
}

/* x / 2^exponent, rounded to nearest, ties away from zero; exponent in [0, 31]. */
static inline int32_t rounding_shift_right(int32_t x, int exponent)
{
    const int32_t mask = (int32_t)(((int64_t)1 << exponent) - 1);
    const int32_t remainder = x & mask;
    const int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
    return (x >> exponent) + (remainder > threshold ? 1 : 0);
}

/* x * multiplier * 2^(shift - 31); shift > 0 is a left shift, taken before the multiplication and
 * wrapping around where it overflows; shift in [-31, 31]. */
static inline int32_t rescale(int32_t x, int32_t multiplier, int shift)
{
    const int left = shift > 0 ? shift : 0;
    const int right = shift > 0 ? 0 : -shift;
    const int32_t shifted = (int32_t)((uint32_t)x << left);
    const int32_t high = doubling_high_mul(shifted, multiplier); /* never INT32_MIN, so that 1 may be taken from it */
    return right == 0 ? high : (((high + (high >> 31)) >> (right - 1)) + 1) >> 1;
}

#ifndef HAS_DOUBLING_HIGH_MUL_NARROW /* an instruction for it */
/* doubling_high_mul for a in [-2^30, 2^30): the doubled factor fits a word, so one high word rounded is the result. */
static inline int32_t doubling_high_mul_narrow(int32_t a, int32_t b)
{
    const int64_t product = (int64_t)(2 * a) * b;
#if UINTPTR_MAX > UINT32_MAX
    return (int32_t)((product + ((int64_t)1 << 31)) >> 32);
#else
    return (int32_t)(product >> 32) + (int32_t)((uint32_t)product >> 31);
#endif
}
#endif

/* rescale for x in [-2^30, 2^30) and shift in [-31, 0], in about half the instructions. */
static inline int32_t rescale_narrow(int32_t x, int32_t multiplier, int shift)
{
    const int32_t high = doubling_high_mul_narrow(x, multiplier);
    return shift == 0 ? high : (high + (high >> 31) + ((int32_t)1 << (-shift - 1))) >> -shift;
}

static inline int32_t clamp_s32(int32_t x, int32_t low, int32_t high)
{
    return x < low ? low : x > high ? high : x;
}

/* The stored value of a 32-bit sum: rescaled, clamped, moved to the zero point; in this order, so that the addition
 * stays in range. */
static inline int32_t requantize(int32_t sum, int32_t multiplier, int shift, int32_t zero, int32_t min, int32_t max)
{
    return clamp_s32(rescale(sum, multiplier, shift), min - zero, max - zero) + zero;
}

/* What a channel's sum becomes, folded by the compiler for kernels that keep twice the sum in 32 bits:
 *
 *     high  = the high word of 2 * sum * multiplier, rounded to nearest, ties upward
 *     value = (high + (high < 0 ? -1 : 0) + offset) >> shift, clamped
 *
 * which is what requantize gives. The sum starts with `bias`, which is twice the bias, less what the input's zero point
 * adds to it; offset is half of 2^shift plus the output's zero point times 2^shift. Where
 * shift is 0, the bias is larger by as much as keeps `high` from being negative, and the offset takes it away again. */
typedef struct {
    int32_t bias, multiplier, offset, shift;
} folded_channel;

/* Channel i of an array that holds these four words for each. */
static inline folded_channel folded_channel_at(const int32_t *channels, int32_t i)
{
    const int32_t *c = channels + 4 * i;
    const folded_channel channel = {c[0], c[1], c[2], c[3]};
    return channel;
}

/* The same for the 64-bit sums of int16 activations, zero point 0. TensorFlow Lite rounds the multiplier to 16 bits
 * and the product once, for shifts up to 7; barecc for all of [-31, 30]. |sum| < 2^47, and the limits are of 16 bits. */
static inline int32_t requantize_s64(int64_t sum, int32_t multiplier, int shift, int32_t min, int32_t max)
{
    const int32_t reduced = multiplier < 0x7fff0000 ? (multiplier + 0x8000) >> 16 : 0x7fff;
    const int right = 15 - shift;
    const int64_t product = sum * reduced;
    const int64_t scaled = right > 0 ? (product + ((int64_t)1 << (right - 1))) >> right
                                     : (product < -65536 ? -65536 : product > 65536 ? 65536 : product) *
                                           ((int64_t)1 << -right);
    return (int32_t)(scaled < min ? min : scaled > max ? max : scaled);
}

/* sum / count, rounded to nearest, ties away from zero; 0 if there is nothing to average. */
static inline int32_t rounded_mean(int32_t sum, int32_t count)
{
    return count ? (sum + (sum > 0 ? count / 2 : -(count / 2))) / count : 0;
}
