/* Matrix product of two activations, the second one transposed, then clamp:
 *
 *     y[b][r][j] = clamp(sum over i of x[b][r][i] * w[b][j][i])
 *
 * x   [batch][m][k], x_row elements from row to row, over the batch too
 * w   [batch][n][k], w_row elements from row to row, w_batch from matrix to matrix (0: one for all)
 * y   [batch][m][n], y_row elements from row to row, over the batch too; must not overlap x or w
 *
 * Rows are computed first to last; row r reads row r of x and its whole w. */
#include "matmul.h"

BARECC_KERNEL void matmul_transposed_f32(const matmul_f32_size *p, const float *x, const float *w, float *y,
                                         int32_t row_begin, int32_t row_end)
{
    const matmul *s = &p->size;
    for (int32_t row = row_begin; row < row_end; row++) {
        const float *in = x + (ptrdiff_t)row * s->x_row;
        const float *line = w + (ptrdiff_t)(row / s->m) * s->w_batch;
        for (int32_t j = 0; j < s->n; j++, line += s->w_row) {
            float sum = 0.0f;
            for (int32_t i = 0; i < s->k; i++)
                sum += in[i] * line[i];
            y[(ptrdiff_t)row * s->y_row + j] = clamp_f32(sum, p->min, p->max);
        }
    }
}
