/* Logarithm of the softmax of int8 over the last axis, to the bit as TensorFlow Lite's reference kernel. With
 * d = scale * (input[r][i] - max):
 *
 *     output[r][i] = clamp(16 * (d - log(sum over j of exp(scale * (input[r][j] - max)))) + 127)
 *
 * input, output  [rows][depth], dense; output may be input. The output scale is 1/16, its zero point 127.
 *
 * Rows are computed first to last; row r reads row r of input. Method: gemmlowp's fixed point, see fixed_point.h.
 * Differences so large that Q5.26 could not hold d less the logarithm give the least output. */
#include "kernels/log_softmax_s8.h"
#include "fixed_point.h"

BARECC_KERNEL void log_softmax_s8(const log_softmax_s8_params *params, const int8_t *input, int8_t *output,
                                  int32_t row_begin, int32_t row_end)
{
    const softmax_s8_params *s = &params->softmax;
    for (int32_t row = row_begin; row < row_end; row++) {
        const int8_t *in = input + (ptrdiff_t)row * s->depth;
        int8_t *out = output + (ptrdiff_t)row * s->depth;
        const int32_t max = max_of_row(in, s->depth);
        const int32_t log_sum =
            log_of_at_least_one(exp_sum_of_row(in, s->depth, max, s->multiplier, s->shift, s->diff_min));
        const int32_t limit = rescale(INT32_MIN + log_sum, params->reverse_multiplier, params->reverse_shift);
        for (int32_t i = 0; i < s->depth; i++) {
            const int32_t difference = in[i] - max;
            int32_t value = -128;
            if (difference >= s->diff_min && difference > limit)
                value = rounding_shift_right(rescale(difference, s->multiplier, s->shift) - log_sum, 22) + 127;
            out[i] = (int8_t)clamp_s32(value, -128, 127);
        }
    }
}
