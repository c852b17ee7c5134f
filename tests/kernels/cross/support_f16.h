/* What tests of f16 kernels share that run on another processor than this one. Operands are small multiples of 1/8, so
 * that every product and sum is exact in float and the kernels' results have to be the same bits, in whatever order
 * they add; or, with `is_inexact`, halves of any mantissa, where results may be one half float apart. */
#pragma once

#include "half.h"
#include "support.h"
#include "random_window.h"

#define HALVES 131072     /* of each tensor, with what lies round it */
#define HALF_MARGIN 16    /* halves before and behind a tensor that must stay as they are */

typedef struct {
    uint16_t values[HALVES];
} halves;

static int is_inexact;

/* The first `count` elements of a tensor and its margins get random values. */
static inline void fill_halves(halves *h, int32_t count)
{
    if (count < 0 || count > HALVES - 2 * HALF_MARGIN) {
        printf("the test's memory is too small for %ld elements\n", (long)count);
        exit(2);
    }
    for (int32_t i = 0; i < count + 2 * HALF_MARGIN; i++)
        h->values[i] = float_to_half(is_inexact ? (float)random_int(-2047, 2047) / 2048.0f
                                                : (float)random_int(-8, 8) * 0.125f);
}

static inline uint16_t *half_elements(halves *h) { return h->values + HALF_MARGIN; }

/* Whether y is no half float next to x, nor x itself. For sums that cancel a step is that of 1/64, since the order of
 * additions moves them by the rounding of the largest term. */
static inline int are_apart(uint16_t x, uint16_t y)
{
    const float a = half_to_float(x), b = half_to_float(y);
    const float larger = fabsf(a) > fabsf(b) ? fabsf(a) : fabsf(b);
    int exponent;
    frexpf(larger < 0.015625f ? 0.015625f : larger, &exponent);
    return !(fabsf(a - b) <= ldexpf(1.0f, exponent - 11));
}

/* Compares a tensor of `count` elements and its margins; prints the first difference. */
static inline int halves_differ(const char *what, halves *expected, halves *actual, int32_t count)
{
    for (int32_t i = -HALF_MARGIN; i < count + HALF_MARGIN; i++) {
        const uint16_t x = half_elements(expected)[i], y = half_elements(actual)[i];
        if (is_inexact ? are_apart(x, y) : x != y) {
            printf("%s: element %ld is %g, expected %g\n", what, (long)i, (double)half_to_float(y),
                   (double)half_to_float(x));
            return 1;
        }
    }
    return 0;
}

/* A workspace of floats, and whether what lies round its first `count` is still as it was. */
typedef struct {
    float values[HALVES];
} floats;

static inline float *fill_workspace(floats *f, int32_t count)
{
    if (count < 0 || count > HALVES - 2 * HALF_MARGIN) {
        printf("the test's memory is too small for %ld floats\n", (long)count);
        exit(2);
    }
    for (int32_t i = 0; i < HALVES; i++)
        f->values[i] = i < HALF_MARGIN || i >= HALF_MARGIN + count ? -77.0f : NAN;
    return f->values + HALF_MARGIN;
}

static inline int is_overrun(const floats *f, int32_t count)
{
    for (int32_t i = 0; i < HALVES; i++)
        if ((i < HALF_MARGIN || i >= HALF_MARGIN + count) && f->values[i] != -77.0f) {
            printf("float %ld of a workspace of %ld was written\n", (long)(i - HALF_MARGIN), (long)count);
            return 1;
        }
    return 0;
}

/* Bounds of a clamp, none in half of the cases. */
static inline void random_clamp(float *min, float *max)
{
    *min = random_int(0, 1) ? -INFINITY : (float)random_int(-4, 0) * 0.25f;
    *max = random_int(0, 1) ? INFINITY : (float)random_int(0, 8) * 0.25f;
}

/* Weights [outputs][depth] in BlockedLayout{8, 1} of compiler/kernel/WeightLayout.h. */
static inline void pack_halves_side_by_side8(const uint16_t *weights, int32_t outputs, int32_t depth, uint16_t *packed)
{
    memset(packed, 0, (size_t)((outputs + 7) / 8 * 8 * depth) * sizeof *packed);
    for (int32_t o = 0; o < outputs; o++)
        for (int32_t i = 0; i < depth; i++)
            packed[(o / 8 * depth + i) * 8 + o % 8] = weights[o * depth + i];
}
