/* A function of quantize.h by an instruction of Armv7E-M that compilers do not find. */
#pragma once

#include "kernel.h"

#define HAS_DOUBLING_HIGH_MUL_NARROW

/* doubling_high_mul for a in [-2^30, 2^30). */
static inline int32_t doubling_high_mul_narrow(int32_t a, int32_t b)
{
    int32_t high;
    __asm__("smmulr %0, %1, %2" : "=r"(high) : "r"(2 * a), "r"(b));
    return high;
}
