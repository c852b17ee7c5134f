/* Fully connected layer of int16 activations by int8 weights, with bias and clamp, exact as
 * TensorFlow Lite's reference kernel:
 *
 *     sum = bias[j] + sum over i of x[r][i] * w[j][i]
 *     y[r][j] = clamp(sum * multiplier[j] * 2^(shift[j] - 31)), rounded as quantize.h says
 *
 * x           [batch * m][k], x_row elements from row to row
 * w           [n][k], w_row elements from row to row
 * bias        n, or NULL
 * multiplier  n (channel_step 1) or one (channel_step 0), and so shift
 * y           [batch * m][n], y_row elements from row to row; must not overlap x
 *
 * Rows are computed first to last; row r reads row r of x. */
#include "matmul.h"
#include "quantize.h"

BARECC_KERNEL void fully_connected_s16(const matmul_s16_size *p, const int16_t *x, const int8_t *w, const int64_t *bias,
                                       const int32_t *multiplier, const int8_t *shift, int16_t *y, int32_t row_begin,
                                       int32_t row_end)
{
    const matmul *s = &p->size;
    for (int32_t row = row_begin; row < row_end; row++) {
        const int16_t *in = x + (ptrdiff_t)row * s->x_row;
        for (int32_t j = 0; j < s->n; j++) {
            const int8_t *weights = w + (ptrdiff_t)j * s->w_row;
            int64_t sum = bias ? bias[j] : 0;
            for (int32_t i = 0; i < s->k; i++)
                sum += (int32_t)in[i] * weights[i];
            const int32_t scale = j * p->channel_step;
            y[(ptrdiff_t)row * s->y_row + j] =
                (int16_t)requantize_s64(sum, multiplier[scale], shift[scale], p->min, p->max);
        }
    }
}
