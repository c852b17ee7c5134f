/* fully_connected_f32 with packed weights, one body for all layers, after one of the vector_f32 headers. */
#pragma once

#include "kernels/params/matmul_f32_params.h"
#include "gemm_f32.h"

BARECC_NOCLONE void fully_connected_f32_shared(const matmul_f32_params *p, const float *x, const float *w,
                                               const float *bias, const float *residual, float *y, int32_t row_begin,
                                               int32_t row_end)
{
    const gemm_params *s = &p->gemm;
    const gemm_f32 g = {
        .n = s->n,
        .k = s->k,
        .lda = s->lda,
        .ldc = s->ldc,
        .ld_residual = s->ld_residual,
        .min = p->min,
        .max = p->max,
        .is_single = s->batch * s->m == 1,
    };
    const int32_t band = GEMM_ROWS * gemm_band_f32_tiles(GEMM_ROWS, s->k, s->n);
    for (int32_t row = row_begin; row < row_end; row += band)
        gemm_f32_rows(&g, row_end - row < band ? row_end - row : band, x + row * g.lda, w, bias,
                      residual ? residual + row * g.ld_residual : NULL, y + row * g.ldc);
}
