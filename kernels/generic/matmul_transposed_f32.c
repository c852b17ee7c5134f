/* Matrix product of two activations, the second one transposed, then clamp:
 *
 *     output[b][r][j] = clamp(sum over i of lhs[b][r][i] * rhs[b][j][i])
 *
 * lhs     [batch][m][k], lda elements from row to row, over the batch too
 * rhs     [batch][n][k], ldb elements from row to row, stride_b from matrix to matrix (0: one for all)
 * output  [batch][m][n], ldc elements from row to row, over the batch too; must not overlap lhs or rhs
 *
 * Rows are computed first to last; row r reads row r of lhs and its whole rhs. */
#include "kernels/matmul_transposed_f32.h"

BARECC_KERNEL void matmul_transposed_f32(const matmul_f32_params *params, const float *lhs, const float *rhs,
                                         float *output, int32_t row_begin, int32_t row_end)
{
    const gemm_params *s = &params->gemm;
    for (int32_t row = row_begin; row < row_end; row++) {
        const float *in = lhs + (ptrdiff_t)row * s->lda;
        const float *line = rhs + (ptrdiff_t)(row / s->m) * s->stride_b;
        for (int32_t j = 0; j < s->n; j++, line += s->ldb) {
            float sum = 0.0f;
            for (int32_t i = 0; i < s->k; i++)
                sum += in[i] * line[i];
            output[(ptrdiff_t)row * s->ldc + j] = clamp_f32(sum, params->min, params->max);
        }
    }
}
