/* Matrix product of two activations, the second one transposed, then clamp:
 *
 *     y[b][r][j] = clamp(sum over i of x[b][r][i] * w[b][j][i])
 *
 * x   [batch][m][k], lda elements from row to row, over the batch too
 * w   [batch][n][k], ldb elements from row to row, stride_b from matrix to matrix (0: one for all)
 * y   [batch][m][n], ldc elements from row to row, over the batch too; must not overlap x or w
 *
 * Rows are computed first to last; row r reads row r of x and its whole w. */
#include "kernels/matmul_transposed_f32.h"

BARECC_KERNEL void matmul_transposed_f32(const matmul_f32_params *p, const float *x, const float *w, float *y,
                                         int32_t row_begin, int32_t row_end)
{
    const gemm_params *s = &p->gemm;
    for (int32_t row = row_begin; row < row_end; row++) {
        const float *in = x + (ptrdiff_t)row * s->lda;
        const float *line = w + (ptrdiff_t)(row / s->m) * s->stride_b;
        for (int32_t j = 0; j < s->n; j++, line += s->ldb) {
            float sum = 0.0f;
            for (int32_t i = 0; i < s->k; i++)
                sum += in[i] * line[i];
            y[(ptrdiff_t)row * s->ldc + j] = clamp_f32(sum, p->min, p->max);
        }
    }
}
