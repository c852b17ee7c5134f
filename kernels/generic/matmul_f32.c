/* Matrix product of two activations, then clamp:
 *
 *     y[b][r][j] = clamp(sum over i of x[b][r][i] * w[b][i][j])
 *
 * x   [batch][m][k], lda elements from row to row, over the batch too
 * w   [batch][k][n], ldb elements from row to row, stride_b from matrix to matrix (0: one for all)
 * y   [batch][m][n], ldc elements from row to row, over the batch too; must not overlap x or w
 *
 * Rows are computed first to last; row r reads row r of x and its whole w. Method: y's row gathers the rows of w,
 * so that memory is read in order and the C compiler can vectorise without reordering sums. */
#include "kernels/matmul_f32.h"

BARECC_KERNEL void matmul_f32(const matmul_f32_params *p, const float *x, const float *w, float *y, int32_t row_begin,
                              int32_t row_end)
{
    const gemm_params *s = &p->gemm;
    for (int32_t row = row_begin; row < row_end; row++) {
        const float *in = x + (ptrdiff_t)row * s->lda;
        const float *line = w + (ptrdiff_t)(row / s->m) * s->stride_b;
        float *out = y + (ptrdiff_t)row * s->ldc;
        for (int32_t j = 0; j < s->n; j++)
            out[j] = 0.0f;
        for (int32_t i = 0; i < s->k; i++, line += s->ldb)
            for (int32_t j = 0; j < s->n; j++)
                out[j] += in[i] * line[j];
        for (int32_t j = 0; j < s->n; j++)
            out[j] = clamp_f32(out[j], p->min, p->max);
    }
}
