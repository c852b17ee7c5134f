/* Fully connected layer with bias, residual and clamp, by RISC-V's vectors of any length; fully_connected_f32's
 * contract holds but for
 *
 * weights  [k][n]
 *
 * Products are added by fused multiply-adds. Up to seven rows of input at a time are multiplied with the weights. */
#include "kernels/fully_connected_f32_rvv.h"
#include "rows_f32_rvv.h"

BARECC_KERNEL void fully_connected_f32_rvv(const matmul_f32_params *params, const float *input, const float *weights,
                                           const float *bias, const float *residual, float *output, int32_t row_begin,
                                           int32_t row_end)
{
    const gemm_params *s = &params->gemm;
    const row_factors_f32 factors = {weights, bias, 1, s->k, s->n, s->n, params->min, params->max};
    const ptrdiff_t begin = row_begin;
    multiply_matrix_f32(&factors, input + begin * s->lda, s->lda, residual ? residual + begin * s->ld_residual : NULL,
                        s->ld_residual, output + begin * s->ldc, s->ldc, row_end - row_begin);
}
