/* Softmax over the last axis:
 *
 *     output[r][i] = exp(beta * (input[r][i] - max)) / sum over j of exp(beta * (input[r][j] - max)).
 *
 * input, output  [rows][depth], dense; output may be input
 *
 * Rows are computed first to last; row r reads row r of input. Subtracting the row's maximum keeps exp in range. */
#include "kernels/softmax_f32.h"

BARECC_KERNEL void softmax_f32(const softmax_f32_params *params, const float *input, float *output, int32_t row_begin,
                               int32_t row_end)
{
    for (int32_t row = row_begin; row < row_end; row++) {
        const float *in = input + (ptrdiff_t)row * params->depth;
        float *out = output + (ptrdiff_t)row * params->depth;
        float max = in[0];
        for (int32_t i = 1; i < params->depth; i++)
            max = in[i] > max ? in[i] : max;
        float sum = 0.0f;
        for (int32_t i = 0; i < params->depth; i++)
            sum += out[i] = expf((in[i] - max) * params->beta);
        for (int32_t i = 0; i < params->depth; i++)
            out[i] /= sum;
    }
}
