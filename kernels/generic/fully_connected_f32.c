/* Fully connected layer with bias, residual and clamp:
 *
 *     output[r][j] = clamp(bias[j] + residual[r][j] + sum over i of input[r][i] * weights[j][i])
 *
 * input     [batch * m][k], lda elements from row to row
 * weights   [n][k], ldb elements from row to row
 * bias      n, or NULL
 * residual  [batch * m][n], ld_residual elements from row to row, or NULL; may be output itself
 * output    [batch * m][n], ldc elements from row to row; must not overlap input
 *
 * Rows are computed first to last; row r reads row r of input. */
#include "kernels/fully_connected_f32.h"

BARECC_KERNEL void fully_connected_f32(const matmul_f32_params *params, const float *input, const float *weights,
                                       const float *bias, const float *residual, float *output, int32_t row_begin,
                                       int32_t row_end)
{
    const gemm_params *s = &params->gemm;
    for (int32_t row = row_begin; row < row_end; row++) {
        const float *in = input + (ptrdiff_t)row * s->lda;
        for (int32_t j = 0; j < s->n; j++) {
            const float *row_weights = weights + (ptrdiff_t)j * s->ldb;
            float sum = bias ? bias[j] : 0.0f;
            if (residual)
                sum += residual[(ptrdiff_t)row * s->ld_residual + j];
            for (int32_t i = 0; i < s->k; i++)
                sum += in[i] * row_weights[i];
            output[(ptrdiff_t)row * s->ldc + j] = clamp_f32(sum, params->min, params->max);
        }
    }
}
