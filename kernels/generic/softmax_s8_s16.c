/* Softmax of int8 over the last axis with 16-bit results, to the bit as TensorFlow Lite's reference kernel:
 *
 *     output[r][i] = clamp(65536 * exp(scale * (input[r][i] - max))
 *                          / sum over j of exp(scale * (input[r][j] - max)) - 32768)
 *
 * input, output  [rows][depth], dense. The output scale is 1/65536, its zero point -32768.
 *
 * Method: that of softmax_s8.c, with 8 more bits of the quotient. */
#include "kernels/softmax_s8_s16.h"
#include "fixed_point.h"

BARECC_KERNEL void softmax_s8_s16(const softmax_s8_params *params, const int8_t *input, int16_t *output,
                                  int32_t row_begin, int32_t row_end)
{
    for (int32_t row = row_begin; row < row_end; row++) {
        const int8_t *in = input + (ptrdiff_t)row * params->depth;
        int16_t *out = output + (ptrdiff_t)row * params->depth;
        const int32_t max = max_of_row(in, params->depth);
        const int32_t sum = exp_sum_of_row(in, params->depth, max, params->multiplier, params->shift, params->diff_min);
        const int zeros = leading_zeros(sum);
        const int32_t inverse = reciprocal_of_one_plus((int32_t)(((uint32_t)sum << zeros) - ((uint32_t)1 << 31)));
        const int right = 12 - zeros + 31 - 16;
        for (int32_t i = 0; i < params->depth; i++) {
            const int32_t difference = in[i] - max;
            int32_t probability = 0;
            if (difference >= params->diff_min) {
                const int32_t power = exp_of_negative(rescale(difference, params->multiplier, params->shift));
                probability = rounding_shift_right(doubling_high_mul(inverse, power), right);
            }
            out[i] = (int16_t)clamp_s32(probability - 32768, -32768, 32767);
        }
    }
}
