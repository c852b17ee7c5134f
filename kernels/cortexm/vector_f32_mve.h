/* The f32 vector of Armv8.1-M (Helium): 4 lanes, 8 registers. */
#pragma once

#include <arm_mve.h>

#include "mve_bytes.h"

#define VEC_UNROLL _Pragma("GCC unroll 32")

typedef float32x4_t vec;
typedef mve_pred16_t vec_mask;

#define VEC 4
#define GEMM_ROWS 3                    /* 6 sums, 2 of weights; elements of x come from core registers */
#define GEMM_VECTORS 2
#define GEMM_STEPS 1
#define DEPTHWISE_COLUMNS 4            /* 4 sums, 3 taps, 1 of input */

BARECC_ALWAYS_INLINE vec vec_load(const float *p) { return vldrwq_f32(p); }
BARECC_ALWAYS_INLINE void vec_store(float *p, vec v) { vstrwq_f32(p, v); }
BARECC_ALWAYS_INLINE vec vec_add(vec a, vec b) { return vaddq_f32(a, b); }
BARECC_ALWAYS_INLINE vec vec_fma(vec a, vec b, vec c) { return vfmaq_f32(c, a, b); }
BARECC_ALWAYS_INLINE vec vec_fma_n(vec a, float b, vec c) { return vfmaq_n_f32(c, a, b); }

/* Kept from clang, which turns comparisons with a broadcast number round, into "less than". */
BARECC_ALWAYS_INLINE vec vec_set1(float v)
{
    vec all = vdupq_n_f32(v);
    __asm__("" : "+w"(all));
    return all;
}
BARECC_ALWAYS_INLINE vec vec_set1_late(float v) { return vec_set1(v); }

/* There is no division. */
BARECC_ALWAYS_INLINE vec vec_div(vec a, vec b)
{
    for (int i = 0; i < VEC; ++i)
        a[i] /= b[i];
    return a;
}

/* VMAXNM would take the number where v is a NaN, and "less than" holds for a NaN. */
BARECC_ALWAYS_INLINE vec vec_max(vec low, vec v) { return vpselq_f32(low, v, vcmpgtq_f32(low, v)); }
BARECC_ALWAYS_INLINE vec vec_min(vec high, vec v) { return vpselq_f32(high, v, vcmpgtq_f32(v, high)); }
BARECC_ALWAYS_INLINE vec vec_max_number(vec v, vec max) { return vmaxnmq_f32(v, max); }

BARECC_ALWAYS_INLINE vec_mask vec_first(int n) { return vctp32q((uint32_t)n); }
BARECC_ALWAYS_INLINE vec vec_load_mask(const float *p, vec_mask mask) { return vldrwq_z_f32(p, mask); }
BARECC_ALWAYS_INLINE void vec_store_mask(float *p, vec v, vec_mask mask) { vstrwq_p_f32(p, v, mask); }

#define COPY_FLOATS(to, from, count) copy_bytes((int8_t *)(to), (const int8_t *)(from), 4 * (count))
#define ZERO_FLOATS(to, count) fill_bytes((int8_t *)(to), 0, 4 * (count))
