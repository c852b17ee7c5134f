/* Numbers that look random, for tests that run on another processor than this one. */
#pragma once

#include "quantize.h"

#include <stdio.h>
#include <stdlib.h>

static inline uint32_t random_word(void)
{
    static uint32_t state = 2463534242u; /* Marsaglia's xorshift */
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

/* Within [low, high]. */
static inline int32_t random_int(int32_t low, int32_t high)
{
    const uint32_t range = (uint32_t)high - (uint32_t)low + 1;
    return (int32_t)((uint32_t)low + (range == 0 ? random_word() : random_word() % range));
}

/* Within [low, high], and one of both in a third of the cases. */
static inline int32_t random_extreme(int32_t low, int32_t high)
{
    const int32_t kind = random_int(0, 5);
    return kind == 0 ? low : kind == 1 ? high : random_int(low, high);
}
