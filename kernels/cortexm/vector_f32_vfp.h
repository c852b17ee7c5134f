/* The f32 "vector" of the single-precision unit of Armv7E-M and Armv8-M. */
#pragma once

#include "../vector/gemm_size_f32.h"
#include "../vector/vector_f32_one_lane.h"

#define GEMM_ROWS 4                    /* 16 sums, 8 of input, 8 of weights */

/* Sums of one row, or four outputs, += x times four weights. */
#define FOUR_PRODUCTS(s0, s1, s2, s3, x, w0, w1, w2, w3)                                                               \
    "vfma.f32 " s0 ", " x ", " w0 "\n\t"                                                                               \
    "vfma.f32 " s1 ", " x ", " w1 "\n\t"                                                                               \
    "vfma.f32 " s2 ", " x ", " w2 "\n\t"                                                                               \
    "vfma.f32 " s3 ", " x ", " w3 "\n\t"
#define SIXTEEN_PRODUCTS(x0, x1, x2, x3, w0, w1, w2, w3)                                                               \
    FOUR_PRODUCTS("s0", "s1", "s2", "s3", x0, w0, w1, w2, w3)                                                          \
    FOUR_PRODUCTS("s4", "s5", "s6", "s7", x1, w0, w1, w2, w3)                                                          \
    FOUR_PRODUCTS("s8", "s9", "s10", "s11", x2, w0, w1, w2, w3)                                                        \
    FOUR_PRODUCTS("s12", "s13", "s14", "s15", x3, w0, w1, w2, w3)
#define FLOAT_REGISTERS                                                                                                \
    "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "s12", "s13", "s14", "s15", "s16",       \
        "s17", "s18", "s19", "s20", "s21", "s22", "s23", "s24", "s25", "s26", "s27", "s28", "s29", "s30", "s31"

/* Copies `count` floats; C libraries for microcontrollers do it byte by byte. */
#define COPY_FLOATS vfp_copy
BARECC_NOINLINE void vfp_copy(float *to, const float *from, int32_t count)
{
    __asm__ volatile("b 2f\n"
                     "1:\n\t"
                     "vldmia %[from]!, {s0-s7}\n\t"
                     "vstmia %[to]!, {s0-s7}\n"
                     "2:\n\t"
                     "subs %[count], #8\n\t"
                     "bge 1b\n\t"
                     "adds %[count], #8\n\t"
                     "b 4f\n"
                     "3:\n\t"
                     "vldmia %[from]!, {s0}\n\t"
                     "vstmia %[to]!, {s0}\n\t"
                     "subs %[count], #1\n"
                     "4:\n\t"
                     "bne 3b"
                     : [to] "+r"(to), [from] "+r"(from), [count] "+r"(count)
                     :
                     : "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "cc", "memory");
}

#define ZERO_FLOATS vfp_zero
BARECC_NOINLINE void vfp_zero(float *to, int32_t count)
{
    for (int32_t i = 0; i < count; i++) {
        to[i] = 0.0f;
        __asm__ volatile("" : : : "memory"); /* or it becomes a call of memset */
    }
}

/* sums[4 rows][4 outputs] += k elements of four rows, lda apart, times as many of a panel; k > 0. */
BARECC_NOINLINE void gemm_vfp_four_rows(float *sums, const float *x, int32_t lda, const float *w, int32_t k)
{
    const float *x0 = x, *x1 = x0 + lda, *x2 = x1 + lda, *x3 = x2 + lda;
    __asm__ volatile("vldmia %[sums], {s0-s15}\n\t"
                     "subs %[k], #2\n\t"
                     "blt 2f\n"
                     "1:\n\t"
                     "vldmia %[w]!, {s24-s31}\n\t"
                     "vldmia %[x0]!, {s16-s17}\n\t"
                     "vldmia %[x1]!, {s18-s19}\n\t"
                     "vldmia %[x2]!, {s20-s21}\n\t"
                     "vldmia %[x3]!, {s22-s23}\n\t"
                     SIXTEEN_PRODUCTS("s16", "s18", "s20", "s22", "s24", "s25", "s26", "s27")
                     SIXTEEN_PRODUCTS("s17", "s19", "s21", "s23", "s28", "s29", "s30", "s31")
                     "subs %[k], #2\n\t"
                     "bge 1b\n"
                     "2:\n\t"
                     "adds %[k], #1\n\t"
                     "bne 3f\n\t"
                     "vldmia %[w]!, {s24-s27}\n\t"
                     "vldr s16, [%[x0]]\n\t"
                     "vldr s18, [%[x1]]\n\t"
                     "vldr s20, [%[x2]]\n\t"
                     "vldr s22, [%[x3]]\n\t"
                     SIXTEEN_PRODUCTS("s16", "s18", "s20", "s22", "s24", "s25", "s26", "s27")
                     "3:\n\t"
                     "vstmia %[sums], {s0-s15}"
                     : [w] "+r"(w), [x0] "+r"(x0), [x1] "+r"(x1), [x2] "+r"(x2), [x3] "+r"(x3), [k] "+r"(k)
                     : [sums] "r"(sums)
                     : FLOAT_REGISTERS, "cc", "memory");
}

/* The same of one row. */
BARECC_NOINLINE void gemm_vfp_row(float *sums, const float *x, const float *w, int32_t k)
{
    __asm__ volatile("vldmia %[sums], {s0-s3}\n\t"
                     "subs %[k], #4\n\t"
                     "blt 2f\n"
                     "1:\n\t"
                     "vldmia %[x]!, {s4-s7}\n\t"
                     "vldmia %[w]!, {s8-s23}\n\t"
                     FOUR_PRODUCTS("s0", "s1", "s2", "s3", "s4", "s8", "s9", "s10", "s11")
                     FOUR_PRODUCTS("s0", "s1", "s2", "s3", "s5", "s12", "s13", "s14", "s15")
                     FOUR_PRODUCTS("s0", "s1", "s2", "s3", "s6", "s16", "s17", "s18", "s19")
                     FOUR_PRODUCTS("s0", "s1", "s2", "s3", "s7", "s20", "s21", "s22", "s23")
                     "subs %[k], #4\n\t"
                     "bge 1b\n"
                     "2:\n\t"
                     "adds %[k], #4\n\t"
                     "beq 4f\n"
                     "3:\n\t"
                     "vldmia %[x]!, {s4}\n\t"
                     "vldmia %[w]!, {s8-s11}\n\t"
                     FOUR_PRODUCTS("s0", "s1", "s2", "s3", "s4", "s8", "s9", "s10", "s11")
                     "subs %[k], #1\n\t"
                     "bne 3b\n"
                     "4:\n\t"
                     "vstmia %[sums], {s0-s3}"
                     : [w] "+r"(w), [x] "+r"(x), [k] "+r"(k)
                     : [sums] "r"(sums)
                     : FLOAT_REGISTERS, "cc", "memory");
}

/* Keeps a number in a register of its own: clang's vectors for Armv8.1-M take a NaN as less than any bound. */
BARECC_ALWAYS_INLINE float vfp_alone(float v)
{
    __asm__("" : "+t"(v));
    return v;
}

/* Stores four sums, with what is to be added and clamped. */
BARECC_NOINLINE void vfp_store_four(const float *sums, const float *residual, float min, float max, float *y)
{
    float v[4];
    VEC_UNROLL
    for (int i = 0; i < 4; ++i)
        v[i] = vfp_alone(sums[i]);
    if (residual)
        VEC_UNROLL
        for (int i = 0; i < 4; ++i)
            v[i] = vfp_alone(v[i] + residual[i]);
    if (min > -INFINITY)
        VEC_UNROLL
        for (int i = 0; i < 4; ++i)
            v[i] = vfp_alone(vec_max(min, v[i]));
    if (max < INFINITY)
        VEC_UNROLL
        for (int i = 0; i < 4; ++i)
            v[i] = vfp_alone(vec_min(max, v[i]));
    VEC_UNROLL
    for (int i = 0; i < 4; ++i)
        y[i] = v[i];
}

/* Four sums for each of `count` pixels, from the bias. */
static inline void vfp_begin(float *sums, int32_t count, const float *bias)
{
    static const float none[4] = {0.0f, 0.0f, 0.0f, 0.0f};
    const float *from = bias ? bias : none;
    for (int32_t i = 0; i < count; i++)
        memcpy(sums + 4 * i, from, sizeof none);
}

#define GEMM_OWN_TILE
BARECC_NOINLINE void gemm_f32_tile(const gemm_f32 *g, int32_t rows, int apart, const float *x, const float *w,
                                   const float *bias, const float *residual, float *y)
{
    float sums[GEMM_ROWS * GEMM_VECTORS];
    (void)apart;
    vfp_begin(sums, rows, bias);
    if (rows == GEMM_ROWS)
        gemm_vfp_four_rows(sums, x, (int32_t)g->lda, w, g->k);
    else
        for (int32_t i = 0; i < rows; i++)
            gemm_vfp_row(sums + 4 * i, x + i * g->lda, w, g->k);
    for (int32_t i = 0; i < rows; i++)
        vfp_store_four(sums + 4 * i, residual ? residual + i * g->ld_residual : NULL, g->min, g->max, y + i * g->ldc);
}
