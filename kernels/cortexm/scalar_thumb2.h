/* A function of scalar.h by an instruction of Armv7-M that compilers do not find. */
#pragma once

#include "kernel.h"

#define HAS_SATURATE_S8

/* x, or the limit of int8_t that it is beyond. */
static inline int8_t saturate_s8(int32_t x)
{
    int32_t byte;
    __asm__("ssat %0, #8, %1" : "=r"(byte) : "r"(x));
    return (int8_t)byte;
}
