/* int8 arithmetic for processors without vector instructions: blocks of sums that stay in registers, so that each
 * value loaded takes part in several products. */
#pragma once

#include "quantize.h"

/* Patches that are multiplied at a time with four rows of weights: as many as the registers hold sums for. */
#if defined(__ARM_ARCH_6M__)
#define SCALAR_PATCHES 1
#elif defined(__thumb__)
#define SCALAR_PATCHES 2
#else
#define SCALAR_PATCHES 4
#endif

/* Channels that are pooled at a time. */
#if defined(__thumb__)
#define SCALAR_CHANNELS 1
#else
#define SCALAR_CHANNELS 4
#endif

/* The high word of a * b, rounded to nearest, ties upward; b is not negative. */
static inline int32_t high_word_of(int32_t a, int32_t b)
{
#if defined(__ARM_ARCH_6M__) /* multiplies words to words alone: four products of halves */
    const uint32_t low = (uint32_t)a & 0xffffu, b_low = (uint32_t)b & 0xffffu;
    const int32_t high = a >> 16, b_high = b >> 16;
    const int32_t first = high * (int32_t)b_low + (int32_t)(low * b_low >> 16);
    const int32_t second = (int32_t)low * b_high;
    return high * b_high + (first >> 16) + (second >> 16) + (((first & 0xffff) + (second & 0xffff) + 0x8000) >> 16);
#else
    const int64_t product = (int64_t)a * b;
    return (int32_t)(product >> 32) + (int32_t)((uint32_t)product >> 31);
#endif
}

/* The stored value of a sum of products, to which the channel's bias is added; see folded_channel. */
static inline int8_t requantize_folded(int32_t sum, const folded_channel *c, int32_t min, int32_t max)
{
    const int32_t high = high_word_of(2 * sum + c->bias, c->multiplier);
    return (int8_t)clamp_s32((high + (high >> 31) + c->offset) >> c->shift, min, max);
}

/* Four values side by side. */
typedef struct {
    int32_t a, b, c, d;
} four_s32;

BARECC_ALWAYS_INLINE four_s32 load_four(const int8_t *from, ptrdiff_t step)
{
    const four_s32 values = {from[0], from[step], from[2 * step], from[3 * step]};
    return values;
}

BARECC_ALWAYS_INLINE four_s32 repeat_four(int32_t value)
{
    const four_s32 values = {value, value, value, value};
    return values;
}

/* sums + x * factors */
BARECC_ALWAYS_INLINE void multiply_four(four_s32 *sums, int32_t x, const four_s32 *factors)
{
    sums->a += x * factors->a;
    sums->b += x * factors->b;
    sums->c += x * factors->c;
    sums->d += x * factors->d;
}
