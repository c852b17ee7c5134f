/* Fully connected layer of half floats with bias and clamp. Sums are kept in float, and rounded once at the end:
 *
 *     y[r][j] = clamp(bias[j] + sum over i of x[r][i] * w[j][i])
 *
 * x     [batch * m][k], x_row elements from row to row
 * w     [n][k], w_row elements from row to row
 * bias  n, or NULL
 * y     [batch * m][n], y_row elements from row to row; must not overlap x
 *
 * Rows are computed first to last; row r reads row r of x. */
#include "matmul.h"
#include "half.h"

BARECC_KERNEL void fully_connected_f16(const matmul_f32_size *p, const uint16_t *x, const uint16_t *w,
                                       const uint16_t *bias, uint16_t *y, int32_t row_begin, int32_t row_end)
{
    const matmul *s = &p->size;
    for (int32_t row = row_begin; row < row_end; row++) {
        const uint16_t *in = x + (ptrdiff_t)row * s->x_row;
        for (int32_t j = 0; j < s->n; j++) {
            const uint16_t *weights = w + (ptrdiff_t)j * s->w_row;
            float sum = bias ? half_to_float(bias[j]) : 0.0f;
            for (int32_t i = 0; i < s->k; i++)
                sum += half_to_float(in[i]) * half_to_float(weights[i]);
            y[(ptrdiff_t)row * s->y_row + j] = float_to_half(clamp_f32(sum, p->min, p->max));
        }
    }
}
