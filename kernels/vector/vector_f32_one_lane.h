/* The primitives of an f32 "vector" of one lane, for a processor with 32 registers for floats and no vectors. */
#pragma once

#include "kernel.h"

#define VEC_UNROLL _Pragma("GCC unroll 32")

typedef float vec;
typedef int vec_mask; /* always 1 */

#define VEC 1
#define GEMM_VECTORS 4
#define GEMM_STEPS 1

BARECC_ALWAYS_INLINE vec vec_load(const float *p) { return *p; }
BARECC_ALWAYS_INLINE void vec_store(float *p, vec v) { *p = v; }
BARECC_ALWAYS_INLINE vec vec_set1(float v) { return v; }
BARECC_ALWAYS_INLINE vec vec_set1_late(float v) { return v; }
BARECC_ALWAYS_INLINE vec vec_add(vec a, vec b) { return a + b; }
BARECC_ALWAYS_INLINE vec vec_div(vec a, vec b) { return a / b; }
BARECC_ALWAYS_INLINE vec vec_fma(vec a, vec b, vec c) { return __builtin_fmaf(a, b, c); }
BARECC_ALWAYS_INLINE vec vec_fma_n(vec a, float b, vec c) { return vec_fma(a, b, c); }

BARECC_ALWAYS_INLINE vec vec_max(vec low, vec v) { return v < low ? low : v; }
BARECC_ALWAYS_INLINE vec vec_min(vec high, vec v) { return v > high ? high : v; }
BARECC_ALWAYS_INLINE vec vec_max_number(vec v, vec max) { return v > max ? v : max; }

BARECC_ALWAYS_INLINE vec_mask vec_first(int n) { return n; }
BARECC_ALWAYS_INLINE vec vec_load_mask(const float *p, vec_mask one)
{
    (void)one;
    return *p;
}
BARECC_ALWAYS_INLINE void vec_store_mask(float *p, vec v, vec_mask one)
{
    (void)one;
    *p = v;
}
