/* fully_connected_f32 with packed weights; a row may be a pixel, which makes it the 1x1 convolution of stride 1:
 *
 *     y[r][j] = clamp(bias[j] + residual[r][j] + sum over i of x[r][i] * w[j][i])
 *
 * x         [batch * m][k], lda elements from row to row
 * w         [n][k] in panels of eight outputs, see gemm_f32.h
 * bias      n, or NULL
 * residual  [batch * m][n], ld_residual elements from row to row, or NULL; may be y itself
 * y         [batch * m][n], ldc elements from row to row; must not overlap x
 *
 * Rows are computed in tiles, in no order to rely on. All layers share one body. */
#include "kernels/fully_connected_f32_neon.h"
#include "vector_f32_neon.h"
#include "../vector/fully_connected_f32_shared.h"

BARECC_KERNEL void fully_connected_f32_neon(const matmul_f32_params *p, const float *x, const float *w,
                                            const float *bias, const float *residual, float *y, int32_t row_begin,
                                            int32_t row_end)
{
    fully_connected_f32_shared(p, x, w, bias, residual, y, row_begin, row_end);
}
