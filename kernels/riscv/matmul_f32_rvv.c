/* Matrix product of two activations, then clamp, by RISC-V's vectors of any length; matmul_f32's contract holds, but
 * that rows are computed in tiles, in no order to rely on.
 *
 * Products are added by fused multiply-adds. Up to seven rows of lhs at a time are multiplied with rhs. */
#include "kernels/matmul_f32_rvv.h"
#include "rows_f32_rvv.h"

BARECC_KERNEL void matmul_f32_rvv(const matmul_f32_params *params, const float *lhs, const float *rhs, float *output,
                                  int32_t row_begin, int32_t row_end)
{
    const gemm_params *s = &params->gemm;
    for (int32_t row = row_begin; row < row_end;) {
        const int32_t image = row / s->m, image_end = (image + 1) * s->m;
        const int32_t end = image_end < row_end ? image_end : row_end;
        const row_factors_f32 factors = {
            rhs + (ptrdiff_t)image * s->stride_b, NULL, 1, s->k, s->n, s->ldb, params->min, params->max};
        multiply_matrix_f32(&factors, lhs + (ptrdiff_t)row * s->lda, s->lda, NULL, 0, output + (ptrdiff_t)row * s->ldc,
                            s->ldc, end - row);
        row = end;
    }
}
