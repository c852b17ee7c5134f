/* fully_connected_f32 with packed weights; a row may be a pixel, which makes it the 1x1 convolution of stride 1:
 *
 *     output[r][j] = clamp(bias[j] + residual[r][j] + sum over i of input[r][i] * weights[j][i])
 *
 * input     [batch * m][k], lda elements from row to row
 * weights   [n][k] in panels of 32, those of AVX-512, see gemm_tile_f32.h; at an address that is a multiple of the
 *           vector for full speed
 * bias      n, or NULL
 * residual  [batch * m][n], ld_residual elements from row to row, or NULL; may be output itself
 * output    [batch * m][n], ldc elements from row to row; must not overlap input
 *
 * At full speed where the number of rows is a constant. Rows are computed in tiles, in no order to rely on. */
#include "kernels/fully_connected_f32_sse2.h"
#include "vector_f32_sse2.h"
#include "panel_32.h"
#include "fully_connected_f32_vec.h"

BARECC_KERNEL void fully_connected_f32_sse2(const matmul_f32_params *params, const float *input, const float *weights,
                                            const float *bias, const float *residual, float *output, int32_t row_begin,
                                            int32_t row_end)
{
    fully_connected_f32_vec(params, input, weights, bias, residual, output, row_begin, row_end);
}
