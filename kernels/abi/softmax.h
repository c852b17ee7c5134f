/* Softmax over the last axis of x[rows][depth]. */
#pragma once

#include "kernel.h"

typedef struct {
    int32_t rows, depth;
    float beta;                        /* the exponent is beta * (x - max) */
} softmax_f32_size;

typedef struct {
    int32_t rows, depth;
    int32_t multiplier, shift;         /* input scale * beta in Q5.26, see softmax_s8.c */
    int32_t diff_min;                  /* smaller differences to the maximum count as zero probability */
} softmax_s8_size;
