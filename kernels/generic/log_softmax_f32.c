/* Logarithm of the softmax over the last axis, with d = beta * (input[r][i] - max):
 *
 *     output[r][i] = d - log(sum over j of exp(beta * (input[r][j] - max)))
 *
 * input, output  [rows][depth], dense; output may be input
 *
 * Rows are computed first to last; row r reads row r of input. */
#include "kernels/log_softmax_f32.h"

BARECC_KERNEL void log_softmax_f32(const softmax_f32_params *params, const float *input, float *output,
                                   int32_t row_begin, int32_t row_end)
{
    for (int32_t row = row_begin; row < row_end; row++) {
        const float *in = input + (ptrdiff_t)row * params->depth;
        float *out = output + (ptrdiff_t)row * params->depth;
        float max = in[0];
        for (int32_t i = 1; i < params->depth; i++)
            max = in[i] > max ? in[i] : max;
        float sum = 0.0f;
        for (int32_t i = 0; i < params->depth; i++)
            sum += expf((in[i] - max) * params->beta);
        const float log_sum = logf(sum);
        for (int32_t i = 0; i < params->depth; i++)
            out[i] = (in[i] - max) * params->beta - log_sum;
    }
}
