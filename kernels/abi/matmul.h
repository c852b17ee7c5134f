/* Geometry of y[batch][m][n] = x[batch][m][k] * w, and of the fully connected layer, where w has no batch. */
#pragma once

#include "kernel.h"

typedef struct {
    int32_t batch;                     /* 1 for fully connected: its leading dimensions are counted in m */
    int32_t m, n, k;
    int32_t x_row, w_row, y_row;       /* elements from one row to the next */
    int32_t residual_row;              /* the same for the tensor added before the clamp, 0 if there is none */
    int32_t w_batch;                   /* elements from one w to the next; 0: all batches share one */
} matmul;

/* Rows are counted over the whole batch: row = image * m + line. A kernel computes rows [row_begin, row_end). */

typedef struct {
    matmul size;
    float min, max;                    /* clamp of the result; -INFINITY, INFINITY for none */
} matmul_f32_size;

typedef struct {
    matmul size;
    int32_t x_zero, w_zero, y_zero;    /* zero points */
    int32_t min, max;                  /* clamp of the result, in output units */
    int32_t channel_step;              /* 1: one multiplier and shift a column; 0: one for all */
} matmul_s8_size;

typedef struct {
    matmul size;                       /* int16 activations: zero points are 0 */
    int32_t min, max;                  /* clamp of the result, in output units */
    int32_t channel_step;              /* 1: one multiplier and shift a column; 0: one for all */
} matmul_s16_size;

/* Columns that matmul_transposed_f32_rvv computes at a time, and its elements of workspace. */
#define MATMUL_PANEL 64
static inline int32_t matmul_transposed_f32_rvv_workspace(const matmul *s)
{
    return (s->n < MATMUL_PANEL ? s->n : MATMUL_PANEL) * s->k;
}
