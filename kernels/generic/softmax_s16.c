/* Softmax of int16 over the last axis, to the bit as TensorFlow Lite's reference kernel:
 *
 *     output[r][i] = clamp(32768 * exp(scale * (input[r][i] - max)) / sum over j of exp(scale * (input[r][j] - max)))
 *
 * input, output     [rows][depth], dense; output may be input. The output scale is 1/32768, its zero point 0.
 * exp_table         513 samples of exp over [-10, 0]: input = -32768 to 32767 in steps of 128, values in Q0.15
 * reciprocal_table  513 samples of 1 / (1 + t) over [0, 1], likewise
 *
 * Rows are computed first to last; row r reads row r of input. Method: both functions by linear interpolation in
 * tables, which the compiler fills as TensorFlow Lite does. */
#include "kernels/softmax_s16.h"
#include "fixed_point.h"

BARECC_KERNEL void softmax_s16(const softmax_s16_params *params, const int16_t *input, const int16_t *exp_table,
                               const int16_t *reciprocal_table, int16_t *output, int32_t row_begin, int32_t row_end)
{
    for (int32_t row = row_begin; row < row_end; row++) {
        const int16_t *in = input + (ptrdiff_t)row * params->depth;
        int16_t *out = output + (ptrdiff_t)row * params->depth;
        int32_t max = in[0];
        for (int32_t i = 1; i < params->depth; i++)
            max = in[i] > max ? in[i] : max;
        int32_t sum = 0; /* Q16.15 */
        for (int32_t i = 0; i < params->depth; i++) {
            const int32_t scaled = rescale(in[i] - max, params->multiplier, params->shift);
            out[i] = interpolate_s16(exp_table, clamp_s32(scaled + 32767, INT16_MIN, INT16_MAX));
            sum += out[i];
        }
        /* sum = 2^right * (1 + t), t in [0, 1) */
        const int right = 31 - leading_zeros(sum);
        const int32_t one_plus_t = (int32_t)((((int64_t)sum << (30 - right)) + (1 << 13)) >> 14); /* 16 bits of t */
        const int32_t t = clamp_s32(one_plus_t - 65536 - 32768, INT16_MIN, INT16_MAX);
        const int32_t inverse = interpolate_s16(reciprocal_table, t);
        for (int32_t i = 0; i < params->depth; i++)
            out[i] = (int16_t)clamp_s32((out[i] * inverse + ((int32_t)1 << (right - 1))) >> right, 0, INT16_MAX);
    }
}
