/* Softmax of int8 over the last axis, to the bit as TensorFlow Lite's reference kernel:
 *
 *     output[r][i] = clamp(256 * exp(scale * (input[r][i] - max))
 *                          / sum over j of exp(scale * (input[r][j] - max)) - 128)
 *
 * input, output  [rows][depth], dense; output may be input. The output scale is 1/256, its zero point -128.
 *
 * Rows are computed first to last; row r reads row r of input. Method: gemmlowp's fixed point, see fixed_point.h. Of
 * more than 512 nearly equal values each is less than half a step; TensorFlow Lite leaves that case undefined. */
#include "kernels/softmax_s8.h"
#include "fixed_point.h"

BARECC_KERNEL void softmax_s8(const softmax_s8_params *params, const int8_t *input, int8_t *output, int32_t row_begin,
                              int32_t row_end)
{
    for (int32_t row = row_begin; row < row_end; row++) {
        const int8_t *in = input + (ptrdiff_t)row * params->depth;
        int8_t *out = output + (ptrdiff_t)row * params->depth;
        const int32_t max = max_of_row(in, params->depth);
        const int32_t sum = exp_sum_of_row(in, params->depth, max, params->multiplier, params->shift, params->diff_min);
        const int zeros = leading_zeros(sum);
        const int32_t inverse = reciprocal_of_one_plus((int32_t)(((uint32_t)sum << zeros) - ((uint32_t)1 << 31)));
        const int right = 12 - zeros + 31 - 8;
        for (int32_t i = 0; i < params->depth; i++) {
            const int32_t difference = in[i] - max;
            int32_t probability = 0;
            if (difference >= params->diff_min && right <= 31) {
                const int32_t power = exp_of_negative(rescale(difference, params->multiplier, params->shift));
                probability = rounding_shift_right(doubling_high_mul(inverse, power), right);
            }
            out[i] = (int8_t)clamp_s32(probability - 128, -128, 127);
        }
    }
}
