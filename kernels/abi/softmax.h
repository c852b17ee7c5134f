/* Softmax over the last axis of x[rows][depth]. */
#pragma once

#include "kernel.h"

typedef struct {
    int32_t rows, depth;
    float beta;                        /* the exponent is beta * (x - max) */
} softmax_f32_size;

typedef struct {
    int32_t rows, depth;
    int32_t multiplier, shift;         /* multiplier * 2^(shift - 31) = input scale * beta * 2^26: to Q5.26 */
    int32_t diff_min;                  /* smaller differences to the maximum count as zero probability;
                                          -floor(31 * 2^26 / 2^shift), which keeps Q5.26 from overflowing */
} softmax_s8_size;

typedef struct {
    softmax_s8_size softmax;
    int32_t reverse_multiplier, reverse_shift; /* back from Q5.26 to input steps, as rescale() takes them */
} log_softmax_s8_size;

typedef struct {
    int32_t rows, depth;
    int32_t multiplier, shift;         /* input scale * beta * 65535 / 10, as rescale() takes them */
} softmax_s16_size;
