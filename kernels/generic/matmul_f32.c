/* Matrix product of two activations, then clamp:
 *
 *     output[b][r][j] = clamp(sum over i of lhs[b][r][i] * rhs[b][i][j])
 *
 * lhs     [batch][m][k], lda elements from row to row, over the batch too
 * rhs     [batch][k][n], ldb elements from row to row, stride_b from matrix to matrix (0: one for all)
 * output  [batch][m][n], ldc elements from row to row, over the batch too; must not overlap lhs or rhs
 *
 * Rows are computed first to last; row r reads row r of lhs and its whole rhs. Method: the output's row gathers the
 * rows of rhs, so that memory is read in order and the C compiler can vectorise without reordering sums. */
#include "kernels/matmul_f32.h"

BARECC_KERNEL void matmul_f32(const matmul_f32_params *params, const float *lhs, const float *rhs, float *output,
                              int32_t row_begin, int32_t row_end)
{
    const gemm_params *s = &params->gemm;
    for (int32_t row = row_begin; row < row_end; row++) {
        const float *in = lhs + (ptrdiff_t)row * s->lda;
        const float *line = rhs + (ptrdiff_t)(row / s->m) * s->stride_b;
        float *out = output + (ptrdiff_t)row * s->ldc;
        for (int32_t j = 0; j < s->n; j++)
            out[j] = 0.0f;
        for (int32_t i = 0; i < s->k; i++, line += s->ldb)
            for (int32_t j = 0; j < s->n; j++)
                out[j] += in[i] * line[j];
        for (int32_t j = 0; j < s->n; j++)
            out[j] = clamp_f32(out[j], params->min, params->max);
    }
}
