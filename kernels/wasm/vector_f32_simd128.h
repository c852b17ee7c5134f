/* The f32 vector of WebAssembly: 4 lanes. It names no number of registers; engines have 16 or 32 for it. */
#pragma once

#include <wasm_simd128.h>

#include "kernel.h"

#define VEC_UNROLL _Pragma("clang loop unroll(full)")

typedef v128_t vec;
typedef int vec_mask; /* how many lanes count */

#define VEC 4
#define GEMM_VECTORS 2
#define GEMM_STEPS 4
#define GEMM_ROWS 4 /* 8 sums, 2 of weights, 1 of input, 1 product */
#define DEPTHWISE_COLUMNS 4

BARECC_ALWAYS_INLINE vec vec_load(const float *p) { return wasm_v128_load(p); }
BARECC_ALWAYS_INLINE void vec_store(float *p, vec v) { wasm_v128_store(p, v); }
BARECC_ALWAYS_INLINE vec vec_set1(float v) { return wasm_f32x4_splat(v); }
BARECC_ALWAYS_INLINE vec vec_set1_late(float v) { return vec_set1(v); }
BARECC_ALWAYS_INLINE vec vec_add(vec a, vec b) { return wasm_f32x4_add(a, b); }
BARECC_ALWAYS_INLINE vec vec_div(vec a, vec b) { return wasm_f32x4_div(a, b); }

/* There is no fused multiply-add: the product is rounded. */
BARECC_ALWAYS_INLINE vec vec_fma(vec a, vec b, vec c) { return wasm_f32x4_add(wasm_f32x4_mul(a, b), c); }
BARECC_ALWAYS_INLINE vec vec_fma_n(vec a, float b, vec c) { return vec_fma(a, vec_set1(b), c); }

/* pmax(a, b) is a < b ? b : a, and pmin(a, b) is b < a ? b : a. */
BARECC_ALWAYS_INLINE vec vec_max(vec low, vec v) { return wasm_f32x4_pmax(v, low); }
BARECC_ALWAYS_INLINE vec vec_min(vec high, vec v) { return wasm_f32x4_pmin(v, high); }
BARECC_ALWAYS_INLINE vec vec_max_number(vec v, vec max) { return wasm_f32x4_pmax(max, v); }

/* Elements of x are loaded where they are used, each to all lanes at once. */
typedef const float *vec_x;
BARECC_ALWAYS_INLINE vec_x vec_load_x(const float *p) { return p; }
BARECC_ALWAYS_INLINE vec vec_fma_x(vec w, vec_x x, const int step, vec sum)
{
    return vec_fma(w, wasm_v128_load32_splat(x + step), sum);
}

BARECC_ALWAYS_INLINE vec_mask vec_first(int n) { return n; }

BARECC_ALWAYS_INLINE vec vec_load_mask(const float *p, vec_mask lanes)
{
    switch (lanes) {
    case 1: return wasm_v128_load32_zero(p);
    case 2: return wasm_v128_load64_zero(p);
    case 3: return wasm_v128_load32_lane(p + 2, wasm_v128_load64_zero(p), 2);
    default: return wasm_v128_load(p);
    }
}

BARECC_ALWAYS_INLINE void vec_store_mask(float *p, vec v, vec_mask lanes)
{
    wasm_v128_store32_lane(p, v, 0);
    if (lanes > 1)
        wasm_v128_store32_lane(p + 1, v, 1);
    if (lanes > 2)
        wasm_v128_store32_lane(p + 2, v, 2);
    if (lanes > 3)
        wasm_v128_store32_lane(p + 3, v, 3);
}
