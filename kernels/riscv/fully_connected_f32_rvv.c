/* Fully connected layer with bias, residual and clamp, by RISC-V's vectors of any length; fully_connected_f32's
 * contract holds but for
 *
 * w           [k][n]
 *
 * Products are added by fused multiply-adds. Up to seven rows of x at a time are multiplied with the weights. */
#include "kernels/fully_connected_f32_rvv.h"
#include "rows_f32_rvv.h"

BARECC_KERNEL void fully_connected_f32_rvv(const matmul_f32_params *p, const float *x, const float *w,
                                           const float *bias, const float *residual, float *y, int32_t row_begin,
                                           int32_t row_end)
{
    const gemm_params *s = &p->gemm;
    const row_factors_f32 factors = {w, bias, 1, s->k, s->n, s->n, p->min, p->max};
    const ptrdiff_t begin = row_begin;
    multiply_matrix_f32(&factors, x + begin * s->lda, s->lda, residual ? residual + begin * s->ld_residual : NULL,
                        s->ld_residual, y + begin * s->ldc, s->ldc, row_end - row_begin);
}
