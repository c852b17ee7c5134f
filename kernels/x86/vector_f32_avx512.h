/* The f32 vector of AVX-512F: 16 lanes, 32 registers. */
#pragma once

#include "kernel.h"
#include <immintrin.h>

#define VEC_UNROLL _Pragma("GCC unroll 32")

typedef __m512 vec;
typedef __mmask16 vec_mask;

#define VEC 16
/* 14 x 2 accumulators, 2 of weights and 1 or 2 of input fill the registers */
#define TILE_PIXELS 14

BARECC_ALWAYS_INLINE vec vec_load(const float *p) { return _mm512_loadu_ps(p); }
BARECC_ALWAYS_INLINE void vec_store(float *p, vec v) { _mm512_storeu_ps(p, v); }
BARECC_ALWAYS_INLINE vec vec_set1(float v) { return _mm512_set1_ps(v); }
BARECC_ALWAYS_INLINE vec vec_add(vec a, vec b) { return _mm512_add_ps(a, b); }
BARECC_ALWAYS_INLINE vec vec_div(vec a, vec b) { return _mm512_div_ps(a, b); }
BARECC_ALWAYS_INLINE vec vec_fma(vec a, vec b, vec c) { return _mm512_fmadd_ps(a, b, c); }

/* v broadcast here and now. Compilers would otherwise do it before the loop around, where a register tile leaves no
 * register to keep it in, and spill a sum instead. */
BARECC_ALWAYS_INLINE vec vec_set1_late(float v)
{
    __asm__ volatile("" : "+x"(v));
    return vec_set1(v);
}

/* The larger and the smaller of two. A NaN in v comes through: the instructions give their second operand then. */
BARECC_ALWAYS_INLINE vec vec_max(vec low, vec v) { return _mm512_max_ps(low, v); }
BARECC_ALWAYS_INLINE vec vec_min(vec high, vec v) { return _mm512_min_ps(high, v); }
/* The larger of two, `max` where v is a NaN. */
BARECC_ALWAYS_INLINE vec vec_max_number(vec v, vec max) { return _mm512_max_ps(v, max); }

/* The first n lanes, 1 <= n <= VEC. Lanes left out are loaded as zero and not touched in memory. */
BARECC_ALWAYS_INLINE vec_mask vec_first(int n) { return (vec_mask)(0xffffU >> (VEC - n)); }
BARECC_ALWAYS_INLINE vec vec_load_mask(const float *p, vec_mask mask) { return _mm512_maskz_loadu_ps(mask, p); }
BARECC_ALWAYS_INLINE void vec_store_mask(float *p, vec v, vec_mask mask) { _mm512_mask_storeu_ps(p, mask, v); }
