/* The f32 vector of SSE2, which every x86-64 has: 4 lanes, 16 registers. */
#pragma once

#include "kernel.h"
#include <immintrin.h>

#define VEC_UNROLL _Pragma("GCC unroll 32")

typedef __m128 vec;
typedef int vec_mask; /* the number of lanes */

#define VEC 4
/* 6 x 2 accumulators, 2 of weights, 1 of input and 1 product fill the registers */
#define TILE_PIXELS 6

BARECC_ALWAYS_INLINE vec vec_load(const float *p) { return _mm_loadu_ps(p); }
BARECC_ALWAYS_INLINE void vec_store(float *p, vec v) { _mm_storeu_ps(p, v); }
BARECC_ALWAYS_INLINE vec vec_set1(float v) { return _mm_set1_ps(v); }
BARECC_ALWAYS_INLINE vec vec_add(vec a, vec b) { return _mm_add_ps(a, b); }
BARECC_ALWAYS_INLINE vec vec_div(vec a, vec b) { return _mm_div_ps(a, b); }
BARECC_ALWAYS_INLINE vec vec_fma(vec a, vec b, vec c) { return _mm_add_ps(_mm_mul_ps(a, b), c); }

BARECC_ALWAYS_INLINE vec vec_set1_late(float v)
{
    __asm__ volatile("" : "+x"(v));
    return vec_set1(v);
}

BARECC_ALWAYS_INLINE vec vec_max(vec low, vec v) { return _mm_max_ps(low, v); }
BARECC_ALWAYS_INLINE vec vec_min(vec high, vec v) { return _mm_min_ps(high, v); }
BARECC_ALWAYS_INLINE vec vec_max_number(vec v, vec max) { return _mm_max_ps(v, max); }

BARECC_ALWAYS_INLINE vec_mask vec_first(int n) { return n; }
BARECC_ALWAYS_INLINE vec vec_load_mask(const float *p, vec_mask mask)
{
    return _mm_setr_ps(p[0], mask > 1 ? p[1] : 0.0F, mask > 2 ? p[2] : 0.0F, mask > 3 ? p[3] : 0.0F);
}
BARECC_ALWAYS_INLINE void vec_store_mask(float *p, vec v, vec_mask mask)
{
    float lanes[VEC];
    vec_store(lanes, v);
    VEC_UNROLL
    for (int i = 0; i < VEC; ++i)
        if (i < mask)
            p[i] = lanes[i];
}
