/* int8 arithmetic with the integer vectors of Armv8.1-M (Helium): sixteen products in one instruction.
 *
 * Channels come in fours, the last four padded with zeros, in arrays of sixteen words for each four:
 *
 *     bias[4], multiplier[4], offset[4], -shift[4]
 *
 * These are folded_channels (quantize.h), but for the bias, which is not doubled: vqrdmulh itself doubles. */
#pragma once

#include <arm_mve.h>

#include "mve_bytes.h"
#include "quantize.h"

/* What four channels' sums become, not yet clamped; see folded_channel. */
typedef struct {
    int32x4_t multiplier, offset, shift;
} scale_of_4;

static inline scale_of_4 scale_at(const int32_t *channels)
{
    const scale_of_4 scale = {vldrwq_s32(channels + 4), vldrwq_s32(channels + 8), vldrwq_s32(channels + 12)};
    return scale;
}

static inline int32x4_t requantize_4(int32x4_t sums, const scale_of_4 *scale)
{
    const int32x4_t high = vqrdmulhq_s32(sums, scale->multiplier);
    const int32x4_t value = vaddq_s32(vaddq_s32(high, vshrq_n_s32(high, 31)), scale->offset);
    return vshlq_s32(value, scale->shift);
}

static inline int32x4_t clamp_4(int32x4_t value, int32_t min, int32_t max)
{
    return vmaxq_s32(vminq_s32(value, vdupq_n_s32(max)), vdupq_n_s32(min));
}

/* Stores the first `used` of four values. */
static inline void store_4(int32x4_t values, int32_t used, int8_t *y)
{
    if (used >= 4)
        vstrbq_s32(y, values);
    else
        vstrbq_p_s32(y, values, vctp32q((uint32_t)used));
}

/* The inner products of `depth` values x with four rows of weights, which lie in blocks of [4 rows][16], each added to
 * its own bias. */
static inline int32x4_t multiply_4_by_1(const int8_t *w, const int8_t *x, int32_t depth, const int32_t *bias)
{
    int32_t a = bias[0], b = bias[1], c = bias[2], d = bias[3];
    int8x16_t in, w0, w1;
    int32x4_t sums;
    __asm__ volatile("dlstp.8 lr, %[n]\n"
                     "1:\n\t"
                     "vldrb.8 %q[in], [%[x]], #16\n\t"
                     "vldrb.8 %q[w0], [%[w], #16]\n\t"
                     "vmladava.s8 %[b], %q[in], %q[w0]\n\t"
                     "vldrb.8 %q[w1], [%[w], #32]\n\t"
                     "vmladava.s8 %[c], %q[in], %q[w1]\n\t"
                     "vldrb.8 %q[w0], [%[w], #48]\n\t"
                     "vmladava.s8 %[d], %q[in], %q[w0]\n\t"
                     "vldrb.8 %q[w1], [%[w]], #64\n\t"
                     "vmladava.s8 %[a], %q[in], %q[w1]\n\t"
                     "letp lr, 1b\n\t"
                     "vmov %q[sums][2], %q[sums][0], %[a], %[c]\n\t"
                     "vmov %q[sums][3], %q[sums][1], %[b], %[d]"
                     : [w] "+r"(w), [x] "+r"(x), [a] "+Te"(a), [b] "+Te"(b), [c] "+Te"(c), [d] "+Te"(d), [in] "=&w"(in),
                       [w0] "=&w"(w0), [w1] "=&w"(w1), [sums] "=&w"(sums)
                     : [n] "r"(depth)
                     : "lr", "cc", "memory");
    return sums;
}

#ifdef __OPTIMIZE__ /* gcc has too few registers for all operands otherwise */
/* The loop of two rows of weights with three vectors x0, x1, x2, whose sums go into lanes of y0, y1, y2: a macro, since
 * lanes are part of the instruction. */
#define MULTIPLY_2_BY_3(lane_b, lane_a)                                                                                \
    "dlstp.8 lr, %[n]\n"                                                                                               \
    "1:\n\t"                                                                                                           \
    "vldrb.8 q3, [%[w], #32]\n\t"                                                                                      \
    "vldrb.8 q0, [%[x0]], #16\n\t"                                                                                     \
    "vmladava.s8 %[b0], q0, q3\n\t"                                                                                    \
    "vldrb.8 q2, [%[w]], #64\n\t"                                                                                      \
    "vmladava.s8 %[a0], q0, q2\n\t"                                                                                    \
    "vldrb.8 q1, [%[x1]], #16\n\t"                                                                                     \
    "vmladava.s8 %[a1], q1, q2\n\t"                                                                                    \
    "vldrb.8 q0, [%[x2]], #16\n\t"                                                                                     \
    "vmladava.s8 %[b1], q1, q3\n\t"                                                                                    \
    "vmladava.s8 %[a2], q0, q2\n\t"                                                                                    \
    "vmladava.s8 %[b2], q0, q3\n\t"                                                                                    \
    "letp lr, 1b\n\t"                                                                                                  \
    "vmov %q[y0][" lane_b "], %q[y0][" lane_a "], %[a0], %[b0]\n\t"                                                    \
    "vmov %q[y1][" lane_b "], %q[y1][" lane_a "], %[a1], %[b1]\n\t"                                                    \
    "vmov %q[y2][" lane_b "], %q[y2][" lane_a "], %[a2], %[b2]"
#define MULTIPLY_2_BY_3_REGISTERS                                                                                      \
    [w] "+r"(row), [x0] "+r"(x0), [x1] "+r"(x1), [x2] "+r"(x2), [a0] "+Te"(a0), [a1] "+Te"(a1), [a2] "+Te"(a2),        \
        [b0] "+Te"(b0), [b1] "+Te"(b1), [b2] "+Te"(b2)

/* The same with three vectors, all at once: two rows at a time, since there are no more than seven registers that can
 * add up products beside the loop's counter. */
static inline void multiply_4_by_3(const int8_t *w, const int8_t *const x[3], int32_t depth, const int32_t *bias,
                                   int32x4_t sums[3])
{
    {
        const int8_t *row = w, *x0 = x[0], *x1 = x[1], *x2 = x[2];
        int32_t a0 = bias[0], a1 = a0, a2 = a0, b0 = bias[2], b1 = b0, b2 = b0;
        __asm__ volatile(MULTIPLY_2_BY_3("2", "0")
                         : MULTIPLY_2_BY_3_REGISTERS, [y0] "=&w"(sums[0]), [y1] "=&w"(sums[1]), [y2] "=&w"(sums[2])
                         : [n] "r"(depth)
                         : "lr", "cc", "q0", "q1", "q2", "q3", "memory");
    }
    {
        const int8_t *row = w + 16, *x0 = x[0], *x1 = x[1], *x2 = x[2];
        int32_t a0 = bias[1], a1 = a0, a2 = a0, b0 = bias[3], b1 = b0, b2 = b0;
        __asm__ volatile(MULTIPLY_2_BY_3("3", "1")
                         : MULTIPLY_2_BY_3_REGISTERS, [y0] "+w"(sums[0]), [y1] "+w"(sums[1]), [y2] "+w"(sums[2])
                         : [n] "r"(depth)
                         : "lr", "cc", "q0", "q1", "q2", "q3", "memory");
    }
}
#else
/* The same with three vectors. */
static inline void multiply_4_by_3(const int8_t *w, const int8_t *const x[3], int32_t depth, const int32_t *bias,
                                   int32x4_t sums[3])
{
    for (int32_t i = 0; i < 3; i++)
        sums[i] = multiply_4_by_1(w, x[i], depth, bias);
}
#endif

/* y[0..n): the stored values of all n rows of weights with a vector x. */
static inline void multiply_row(const int8_t *w, const int8_t *x, int32_t depth, const int32_t *channels, int32_t n,
                                int32_t min, int32_t max, int8_t *y)
{
    const int32_t block = (depth + 15) / 16 * 64;
    for (int32_t o = 0; o < n; o += 4, w += block, channels += 16) {
        const int32x4_t sums = multiply_4_by_1(w, x, depth, channels);
        const scale_of_4 scale = scale_at(channels);
        store_4(clamp_4(requantize_4(sums, &scale), min, max), n % 4 == 0 ? 4 : n - o, y + o);
    }
}

/* The same of three vectors, ldc bytes apart in y. */
static inline void multiply_3_rows(const int8_t *w, const int8_t *const x[3], int32_t depth, const int32_t *channels,
                                   int32_t n, int32_t min, int32_t max, int8_t *y, int32_t ldc)
{
    const int32_t block = (depth + 15) / 16 * 64;
    for (int32_t o = 0; o < n; o += 4, w += block, channels += 16) {
        int32x4_t values[3];
        multiply_4_by_3(w, x, depth, channels, values);
        const scale_of_4 scale = scale_at(channels);
        for (int32_t i = 0; i < 3; i++)
            values[i] = clamp_4(requantize_4(values[i], &scale), min, max);
        for (int32_t i = 0; i < 3; i++)
            store_4(values[i], n % 4 == 0 ? 4 : n - o, y + i * ldc + o);
    }
}
