/* Fully connected layer of int16 activations by int8 weights, with bias and clamp, exact as
 * TensorFlow Lite's reference kernel:
 *
 *     sum = bias[j] + sum over i of input[r][i] * weights[j][i]
 *     output[r][j] = clamp(sum * multiplier[j] * 2^(shift[j] - 31)), rounded as quantize.h says
 *
 * input       [batch * m][k], lda elements from row to row
 * weights     [n][k], ldb elements from row to row
 * bias        n, or NULL
 * multiplier  n (per_channel 1) or one (per_channel 0), and so shift
 * output      [batch * m][n], ldc elements from row to row; must not overlap input
 *
 * Rows are computed first to last; row r reads row r of input. */
#include "kernels/fully_connected_s16.h"
#include "quantize.h"

BARECC_KERNEL void fully_connected_s16(const matmul_s16_params *params, const int16_t *input, const int8_t *weights,
                                       const int64_t *bias, const int32_t *multiplier, const int8_t *shift,
                                       int16_t *output, int32_t row_begin, int32_t row_end)
{
    const gemm_params *s = &params->gemm;
    for (int32_t row = row_begin; row < row_end; row++) {
        const int16_t *in = input + (ptrdiff_t)row * s->lda;
        for (int32_t j = 0; j < s->n; j++) {
            const int8_t *row_weights = weights + (ptrdiff_t)j * s->ldb;
            int64_t sum = bias ? bias[j] : 0;
            for (int32_t i = 0; i < s->k; i++)
                sum += (int32_t)in[i] * row_weights[i];
            const int32_t scale = j * params->per_channel;
            output[(ptrdiff_t)row * s->ldc + j] =
                (int16_t)requantize_s64(sum, multiplier[scale], shift[scale], params->min, params->max);
        }
    }
}
