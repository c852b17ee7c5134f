/* fully_connected_f32 with packed weights, one body for all layers, after one of the vector_f32 headers. */
#pragma once

#include "kernels/params/matmul_f32_params.h"
#include "gemm_f32.h"

BARECC_NOCLONE void fully_connected_f32_shared(const matmul_f32_params *params, const float *input,
                                               const float *weights, const float *bias, const float *residual,
                                               float *output, int32_t row_begin, int32_t row_end)
{
    const gemm_params *s = &params->gemm;
    const gemm_f32 g = {
        .n = s->n,
        .k = s->k,
        .lda = s->lda,
        .ldc = s->ldc,
        .ld_residual = s->ld_residual,
        .min = params->min,
        .max = params->max,
        .is_single = s->batch * s->m == 1,
    };
    const int32_t band = GEMM_ROWS * gemm_band_f32_tiles(GEMM_ROWS, s->k, s->n);
    for (int32_t row = row_begin; row < row_end; row += band)
        gemm_f32_rows(&g, row_end - row < band ? row_end - row : band, input + row * g.lda, weights, bias,
                      residual ? residual + row * g.ld_residual : NULL, output + row * g.ldc);
}
