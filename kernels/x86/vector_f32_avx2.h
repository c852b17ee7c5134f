/* The f32 vector of AVX2 and FMA: 8 lanes, 16 registers. */
#pragma once

#include "kernel.h"
#include <immintrin.h>

#define VEC_UNROLL _Pragma("GCC unroll 32")

typedef __m256 vec;
typedef __m256i vec_mask;

#define VEC 8
/* 6 x 2 accumulators, 2 of weights and 1 or 2 of input fill the registers */
#define TILE_PIXELS 6

BARECC_ALWAYS_INLINE vec vec_load(const float *p) { return _mm256_loadu_ps(p); }
BARECC_ALWAYS_INLINE void vec_store(float *p, vec v) { _mm256_storeu_ps(p, v); }
BARECC_ALWAYS_INLINE vec vec_set1(float v) { return _mm256_set1_ps(v); }
BARECC_ALWAYS_INLINE vec vec_add(vec a, vec b) { return _mm256_add_ps(a, b); }
BARECC_ALWAYS_INLINE vec vec_div(vec a, vec b) { return _mm256_div_ps(a, b); }
BARECC_ALWAYS_INLINE vec vec_fma(vec a, vec b, vec c) { return _mm256_fmadd_ps(a, b, c); }

BARECC_ALWAYS_INLINE vec vec_set1_late(float v)
{
    __asm__ volatile("" : "+x"(v));
    return vec_set1(v);
}

BARECC_ALWAYS_INLINE vec vec_max(vec low, vec v) { return _mm256_max_ps(low, v); }
BARECC_ALWAYS_INLINE vec vec_min(vec high, vec v) { return _mm256_min_ps(high, v); }
BARECC_ALWAYS_INLINE vec vec_max_number(vec v, vec max) { return _mm256_max_ps(v, max); }

BARECC_ALWAYS_INLINE vec_mask vec_first(int n)
{
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
BARECC_ALWAYS_INLINE vec vec_load_mask(const float *p, vec_mask mask) { return _mm256_maskload_ps(p, mask); }
BARECC_ALWAYS_INLINE void vec_store_mask(float *p, vec v, vec_mask mask) { _mm256_maskstore_ps(p, mask, v); }
