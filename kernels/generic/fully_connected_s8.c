/* Fully connected layer of int8 with bias and clamp, exact as TensorFlow Lite's reference kernel:
 *
 *     sum = bias[j] + sum over i of (input[r][i] - input_zero_point) * (weights[j][i] - weights_zero_point)
 *     output[r][j] = clamp(sum * multiplier[j] * 2^(shift[j] - 31) + output_zero_point), rounded as quantize.h says
 *
 * input       [batch * m][k], lda elements from row to row
 * weights     [n][k], ldb elements from row to row
 * bias        n, or NULL
 * multiplier  n (per_channel 1) or one (per_channel 0), and so shift
 * output      [batch * m][n], ldc elements from row to row; must not overlap input
 *
 * Rows are computed first to last; row r reads row r of input.
 * Sums wrap around in 32 bits, as TensorFlow Lite's do. */
#include "kernels/fully_connected_s8.h"
#include "quantize.h"

BARECC_KERNEL void fully_connected_s8(const matmul_s8_params *params, const int8_t *input, const int8_t *weights,
                                      const int32_t *bias, const int32_t *multiplier, const int8_t *shift,
                                      int8_t *output, int32_t row_begin, int32_t row_end)
{
    const gemm_params *s = &params->gemm;
    for (int32_t row = row_begin; row < row_end; row++) {
        const int8_t *in = input + (ptrdiff_t)row * s->lda;
        for (int32_t j = 0; j < s->n; j++) {
            const int8_t *row_weights = weights + (ptrdiff_t)j * s->ldb;
            uint32_t sum = bias ? (uint32_t)bias[j] : 0;
            for (int32_t i = 0; i < s->k; i++)
                sum += (uint32_t)((in[i] - params->input_zero_point) * (row_weights[i] - params->weights_zero_point));
            const int32_t scale = j * params->per_channel;
            output[(ptrdiff_t)row * s->ldc + j] = (int8_t)requantize(
                (int32_t)sum, multiplier[scale], shift[scale], params->output_zero_point, params->min, params->max);
        }
    }
}
