/* What a tile of a matrix product is told of it, see gemm_f32.h. */
#pragma once

#include "kernel.h"

typedef struct {
    int32_t n, k;                               /* outputs, length of the reduction */
    ptrdiff_t lda, ldc, ld_residual;            /* elements from one row to the next */
    float min, max;
    int is_single;                              /* one row is all there is */
} gemm_f32;
