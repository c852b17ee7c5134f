/* Half precision and bfloat16, kept in memory as their bits. C99 has no type for them: arithmetic is done in float and
 * rounded to nearest even, which gives the same result as arithmetic in the short type. */
#pragma once

#include "bits.h"

#ifndef HAS_HALF /* instructions for it */
static inline float half_to_float(uint16_t half)
{
    const uint32_t sign = (uint32_t)(half & 0x8000u) << 16;
    const uint32_t magnitude = (uint32_t)(half & 0x7fffu) << 13;
    const uint32_t exponent = magnitude & 0x0f800000u;
    if (exponent == 0x0f800000u) /* infinity or NaN */
        return float_from_bits(sign | (magnitude + 0x70000000u));
    if (exponent == 0) { /* zero or subnormal: let the FPU normalise it */
        const float value = float_from_bits(magnitude + 0x38800000u) - float_from_bits(0x38800000u);
        return float_from_bits(sign | bits_of_float(value));
    }
    return float_from_bits(sign | (magnitude + 0x38000000u));
}

static inline uint16_t float_to_half(float value)
{
    const uint32_t bits = bits_of_float(value);
    const uint32_t sign = (bits >> 16) & 0x8000u;
    const uint32_t magnitude = bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u)
        return (uint16_t)(sign | 0x7e00u);
    if (magnitude >= 0x477ff000u) /* rounds to beyond the largest half */
        return (uint16_t)(sign | 0x7c00u);
    if (magnitude < 0x38800000u) { /* subnormal: the addition rounds at the right bit */
        const float shifted = float_from_bits(magnitude) + 0.5f;
        return (uint16_t)(sign | (bits_of_float(shifted) - 0x3f000000u));
    }
    const uint32_t odd = (magnitude >> 13) & 1u;
    return (uint16_t)(sign | ((magnitude - 0x38000000u + 0xfffu + odd) >> 13));
}
#endif

static inline float bfloat16_to_float(uint16_t value)
{
    return float_from_bits((uint32_t)value << 16);
}

static inline uint16_t float_to_bfloat16(float value)
{
    const uint32_t bits = bits_of_float(value);
    if ((bits & 0x7fffffffu) > 0x7f800000u)
        return (uint16_t)((bits >> 16) | 0x40u);
    return (uint16_t)((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}
