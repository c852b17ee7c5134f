/* half.h's conversions by the instructions of 64-bit Arm, which its compilers use for __fp16. */
#pragma once

#include "kernel.h"

#define HAS_HALF

static inline float half_to_float(uint16_t half)
{
    __fp16 value;
    memcpy(&value, &half, sizeof value);
    return (float)value;
}

static inline uint16_t float_to_half(float value)
{
    const __fp16 rounded = (__fp16)value;
    uint16_t half;
    memcpy(&half, &rounded, sizeof half);
    return half;
}
