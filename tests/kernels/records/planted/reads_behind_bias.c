/* fully_connected_f32, with a look at the word behind the bias, where that is no further than the bias is aligned. */
#include "kernels/fully_connected_f32.h"

BARECC_KERNEL void reads_behind_bias(const matmul_f32_params *params, const float *input, const float *weights,
                                     const float *bias, const float *residual, float *output, int32_t row_begin,
                                     int32_t row_end)
{
    if (bias && params->gemm.n % 4 != 0)
        (void)*(const volatile float *)(bias + params->gemm.n);
    fully_connected_f32(params, input, weights, bias, residual, output, row_begin, row_end);
}
