/* Fully connected layer of half floats with bias and clamp. Sums are kept in float, and rounded once at the end:
 *
 *     output[r][j] = clamp(bias[j] + sum over i of input[r][i] * weights[j][i])
 *
 * input    [batch * m][k], lda elements from row to row
 * weights  [n][k], ldb elements from row to row
 * bias     n, or NULL
 * output   [batch * m][n], ldc elements from row to row; must not overlap input
 *
 * Rows are computed first to last; row r reads row r of input. */
#include "kernels/fully_connected_f16.h"
#include "half.h"

BARECC_KERNEL void fully_connected_f16(const matmul_f32_params *params, const uint16_t *input, const uint16_t *weights,
                                       const uint16_t *bias, uint16_t *output, int32_t row_begin, int32_t row_end)
{
    const gemm_params *s = &params->gemm;
    for (int32_t row = row_begin; row < row_end; row++) {
        const uint16_t *in = input + (ptrdiff_t)row * s->lda;
        for (int32_t j = 0; j < s->n; j++) {
            const uint16_t *row_weights = weights + (ptrdiff_t)j * s->ldb;
            float sum = bias ? half_to_float(bias[j]) : 0.0f;
            for (int32_t i = 0; i < s->k; i++)
                sum += half_to_float(in[i]) * half_to_float(row_weights[i]);
            output[(ptrdiff_t)row * s->ldc + j] = float_to_half(clamp_f32(sum, params->min, params->max));
        }
    }
}
