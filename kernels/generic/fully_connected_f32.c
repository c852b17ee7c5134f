/* Fully connected layer with bias, residual and clamp:
 *
 *     y[r][j] = clamp(bias[j] + residual[r][j] + sum over i of x[r][i] * w[j][i])
 *
 * x         [batch * m][k], x_row elements from row to row
 * w         [n][k], w_row elements from row to row
 * bias      n, or NULL
 * residual  [batch * m][n], residual_row elements from row to row, or NULL; may be y itself
 * y         [batch * m][n], y_row elements from row to row; must not overlap x
 *
 * Rows are computed first to last; row r reads row r of x. */
#include "matmul.h"

BARECC_KERNEL void fully_connected_f32(const matmul_f32_size *p, const float *x, const float *w, const float *bias,
                                       const float *residual, float *y, int32_t row_begin, int32_t row_end)
{
    const matmul *s = &p->size;
    for (int32_t row = row_begin; row < row_end; row++) {
        const float *in = x + (ptrdiff_t)row * s->x_row;
        for (int32_t j = 0; j < s->n; j++) {
            const float *weights = w + (ptrdiff_t)j * s->w_row;
            float sum = bias ? bias[j] : 0.0f;
            if (residual)
                sum += residual[(ptrdiff_t)row * s->residual_row + j];
            for (int32_t i = 0; i < s->k; i++)
                sum += in[i] * weights[i];
            y[(ptrdiff_t)row * s->y_row + j] = clamp_f32(sum, p->min, p->max);
        }
    }
}
