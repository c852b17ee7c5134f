/* The f32 vector of NEON: 4 lanes; 32 registers on 64-bit Arm, 16 on 32-bit Arm. */
#pragma once

#include "kernel.h"
#include <arm_neon.h>

#define VEC_UNROLL _Pragma("GCC unroll 32")

typedef float32x4_t vec;
typedef int vec_mask;                  /* how many lanes count */

#define VEC 4
#define GEMM_VECTORS 2
#define GEMM_STEPS 4
#ifdef __aarch64__
#define GEMM_ROWS 8                    /* 16 sums, 8 of input, 2 to 8 of weights */
#else
#define GEMM_ROWS 4                    /* 8 sums, 4 of input, 2 to 4 of weights */
#endif
#define DEPTHWISE_COLUMNS 4

BARECC_ALWAYS_INLINE vec vec_load(const float *p) { return vld1q_f32(p); }
BARECC_ALWAYS_INLINE void vec_store(float *p, vec v) { vst1q_f32(p, v); }
BARECC_ALWAYS_INLINE vec vec_set1(float v) { return vdupq_n_f32(v); }
BARECC_ALWAYS_INLINE vec vec_set1_late(float v) { return vec_set1(v); }
BARECC_ALWAYS_INLINE vec vec_add(vec a, vec b) { return vaddq_f32(a, b); }

BARECC_ALWAYS_INLINE vec vec_max(vec low, vec v) { return vmaxq_f32(low, v); }
BARECC_ALWAYS_INLINE vec vec_min(vec high, vec v) { return vminq_f32(high, v); }

typedef vec vec_x;
BARECC_ALWAYS_INLINE vec_x vec_load_x(const float *p) { return vld1q_f32(p); }

#ifdef __aarch64__
BARECC_ALWAYS_INLINE vec vec_div(vec a, vec b) { return vdivq_f32(a, b); }
BARECC_ALWAYS_INLINE vec vec_fma(vec a, vec b, vec c) { return vfmaq_f32(c, a, b); }
BARECC_ALWAYS_INLINE vec vec_fma_n(vec a, float b, vec c) { return vfmaq_n_f32(c, a, b); }
BARECC_ALWAYS_INLINE vec vec_max_number(vec v, vec max) { return vmaxnmq_f32(v, max); }

BARECC_ALWAYS_INLINE vec vec_fma_x(vec w, vec_x x, const int step, vec sum)
{
    switch (step) {
    case 0: return vfmaq_laneq_f32(sum, w, x, 0);
    case 1: return vfmaq_laneq_f32(sum, w, x, 1);
    case 2: return vfmaq_laneq_f32(sum, w, x, 2);
    default: return vfmaq_laneq_f32(sum, w, x, 3);
    }
}
#else
/* There is no division, and no fused multiply-add with one lane of a vector: VMLA rounds the product. */
BARECC_ALWAYS_INLINE vec vec_div(vec a, vec b)
{
    float quotient[VEC], divisor[VEC];
    vst1q_f32(quotient, a);
    vst1q_f32(divisor, b);
    for (int i = 0; i < VEC; ++i)
        quotient[i] /= divisor[i];
    return vld1q_f32(quotient);
}
BARECC_ALWAYS_INLINE vec vec_fma(vec a, vec b, vec c) { return vmlaq_f32(c, a, b); }
BARECC_ALWAYS_INLINE vec vec_fma_n(vec a, float b, vec c) { return vmlaq_n_f32(c, a, b); }
/* In assembly, since gcc compares one lane after the other, lest VCGT take subnormal numbers as zeros; as all of these
 * do. */
BARECC_ALWAYS_INLINE vec vec_max_number(vec v, vec max)
{
    uint32x4_t is_above;
    __asm__("vcgt.f32 %q0, %q1, %q2" : "=w"(is_above) : "w"(v), "w"(max));
    return vbslq_f32(is_above, v, max);
}

BARECC_ALWAYS_INLINE vec vec_fma_x(vec w, vec_x x, const int step, vec sum)
{
    switch (step) {
    case 0: return vmlaq_lane_f32(sum, w, vget_low_f32(x), 0);
    case 1: return vmlaq_lane_f32(sum, w, vget_low_f32(x), 1);
    case 2: return vmlaq_lane_f32(sum, w, vget_high_f32(x), 0);
    default: return vmlaq_lane_f32(sum, w, vget_high_f32(x), 1);
    }
}
#endif

BARECC_ALWAYS_INLINE vec_mask vec_first(int n) { return n; }

BARECC_ALWAYS_INLINE vec vec_load_mask(const float *p, vec_mask lanes)
{
    vec v = vec_set1(0.0F);
    v = vld1q_lane_f32(p, v, 0);
    if (lanes > 1)
        v = vld1q_lane_f32(p + 1, v, 1);
    if (lanes > 2)
        v = vld1q_lane_f32(p + 2, v, 2);
    return lanes > 3 ? vld1q_f32(p) : v;
}

BARECC_ALWAYS_INLINE void vec_store_mask(float *p, vec v, vec_mask lanes)
{
    vst1q_lane_f32(p, v, 0);
    if (lanes > 1)
        vst1q_lane_f32(p + 1, v, 1);
    if (lanes > 2)
        vst1q_lane_f32(p + 2, v, 2);
    if (lanes > 3)
        vst1q_lane_f32(p + 3, v, 3);
}

#ifndef __aarch64__
/* Weights in w0 and w1 times one element of each row of x: lane `lane` of the low or high halves x0 to x3. */
#define GEMM_STEP(w0, w1, x0, x1, x2, x3, lane)                                                                        \
    "vmla.f32 %q[s00], " w0 ", " x0 lane "\n\tvmla.f32 %q[s01], " w1 ", " x0 lane "\n\t"                            \
    "vmla.f32 %q[s10], " w0 ", " x1 lane "\n\tvmla.f32 %q[s11], " w1 ", " x1 lane "\n\t"                            \
    "vmla.f32 %q[s20], " w0 ", " x2 lane "\n\tvmla.f32 %q[s21], " w1 ", " x2 lane "\n\t"                            \
    "vmla.f32 %q[s30], " w0 ", " x3 lane "\n\tvmla.f32 %q[s31], " w1 ", " x3 lane "\n\t"

/* The loop of a whole tile in assembly, since one in three of compilers' instructions computes an address or spills:
 * GEMM_STEPS elements of each row a round, rounds > 0. Returns where the weights go on. */
#define GEMM_ROUNDS gemm_f32_rounds_neon
BARECC_ALWAYS_INLINE const float *gemm_f32_rounds_neon(vec sum[GEMM_ROWS][GEMM_VECTORS], const float *x[GEMM_ROWS],
                                                       const float *w, int32_t rounds)
{
    __asm__ volatile("1:\n\t"
                     "vld1.32 {d0-d1}, [%[x0]]!\n\t"
                     "vld1.32 {d8-d11}, [%[w]]!\n\t"
                     "vld1.32 {d2-d3}, [%[x1]]!\n\t"
                     "vld1.32 {d4-d5}, [%[x2]]!\n\t"
                     "vld1.32 {d6-d7}, [%[x3]]!\n\t"
                     "vld1.32 {d12-d15}, [%[w]]!\n\t"
                     "subs %[rounds], %[rounds], #1\n\t"
                     GEMM_STEP("q4", "q5", "d0", "d2", "d4", "d6", "[0]")
                     "vld1.32 {d8-d11}, [%[w]]!\n\t"
                     GEMM_STEP("q6", "q7", "d0", "d2", "d4", "d6", "[1]")
                     "vld1.32 {d12-d15}, [%[w]]!\n\t"
                     GEMM_STEP("q4", "q5", "d1", "d3", "d5", "d7", "[0]")
                     GEMM_STEP("q6", "q7", "d1", "d3", "d5", "d7", "[1]")
                     "bne 1b"
                     : [s00] "+w"(sum[0][0]), [s01] "+w"(sum[0][1]), [s10] "+w"(sum[1][0]), [s11] "+w"(sum[1][1]),
                       [s20] "+w"(sum[2][0]), [s21] "+w"(sum[2][1]), [s30] "+w"(sum[3][0]), [s31] "+w"(sum[3][1]),
                       [x0] "+r"(x[0]), [x1] "+r"(x[1]), [x2] "+r"(x[2]), [x3] "+r"(x[3]), [w] "+r"(w),
                       [rounds] "+r"(rounds)
                     :
                     : "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "cc", "memory");
    return w;
}
#undef GEMM_STEP
#endif
