/* What tests of f32 kernels share that run on another processor than this one. Operands are small multiples of 1/8, so
 * that every product and sum is exact and the kernels' results have to be the same bits, in whatever order they add. */
#pragma once

#include "support.h"
#include "random_window.h"

#define FLOATS 131072      /* of each tensor, with what lies round it */
#define FLOAT_MARGIN 16    /* floats before and behind a tensor that must stay as they are */

typedef struct {
    float values[FLOATS];
} floats;

/* The first `count` elements of a tensor and its margins get random values. */
static inline void fill_floats(floats *f, int32_t count)
{
    if (count < 0 || count > FLOATS - 2 * FLOAT_MARGIN) {
        printf("the test's memory is too small for %ld elements\n", (long)count);
        exit(2);
    }
    for (int32_t i = 0; i < count + 2 * FLOAT_MARGIN; i++)
        f->values[i] = (float)random_int(-8, 8) * 0.125f;
}

static inline float *elements(floats *f) { return f->values + FLOAT_MARGIN; }

/* Compares a tensor of `count` elements and its margins; prints the first difference. */
static inline int differ(const char *what, floats *expected, floats *actual, int32_t count)
{
    const size_t bytes = (size_t)(count + 2 * FLOAT_MARGIN) * sizeof(float);
    if (memcmp(expected, actual, bytes) == 0)
        return 0;
    for (int32_t i = -FLOAT_MARGIN; i < count + FLOAT_MARGIN; i++)
        if (memcmp(elements(expected) + i, elements(actual) + i, sizeof(float)) != 0) {
            printf("%s: element %ld is %g, expected %g\n", what, (long)i, (double)elements(actual)[i],
                   (double)elements(expected)[i]);
            break;
        }
    return 1;
}

/* Bounds of a clamp, none in half of the cases. */
static inline void random_clamp(float *min, float *max)
{
    *min = random_int(0, 1) ? -INFINITY : (float)random_int(-4, 0) * 0.25f;
    *max = random_int(0, 1) ? INFINITY : (float)random_int(0, 8) * 0.25f;
}

/* Weights [outputs][depth] in BlockedLayout{4, 1} and {8, 1} of compiler/kernel/WeightLayout.h. */
static inline void pack_floats_side_by_side(const float *weights, int32_t outputs, int32_t depth, int32_t width,
                                            float *packed)
{
    memset(packed, 0, (size_t)((outputs + width - 1) / width * width * depth) * sizeof *packed);
    for (int32_t o = 0; o < outputs; o++)
        for (int32_t i = 0; i < depth; i++)
            packed[(o / width * depth + i) * width + o % width] = weights[o * depth + i];
}
