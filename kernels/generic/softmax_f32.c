/* Softmax over the last axis: y[r][i] = exp(beta * (x[r][i] - max)) / sum over j of exp(beta * (x[r][j] - max)).
 *
 * x, y   [rows][depth], dense; y may be x
 *
 * Rows are computed first to last; row r reads row r of x. Subtracting the row's maximum keeps exp in range. */
#include "kernels/softmax_f32.h"

BARECC_KERNEL void softmax_f32(const softmax_f32_params *p, const float *x, float *y, int32_t row_begin,
                               int32_t row_end)
{
    for (int32_t row = row_begin; row < row_end; row++) {
        const float *in = x + (ptrdiff_t)row * p->depth;
        float *out = y + (ptrdiff_t)row * p->depth;
        float max = in[0];
        for (int32_t i = 1; i < p->depth; i++)
            max = in[i] > max ? in[i] : max;
        float sum = 0.0f;
        for (int32_t i = 0; i < p->depth; i++)
            sum += out[i] = expf((in[i] - max) * p->beta);
        for (int32_t i = 0; i < p->depth; i++)
            out[i] /= sum;
    }
}
