/* matmul_transposed_f32 by panels of eight rows of w, each gathered before its product with all rows of x:
 *
 *     y[b][r][j] = clamp(sum over i of x[b][r][i] * w[b][j][i])
 *
 * x          [batch][m][k], lda elements from row to row, over the batch too
 * w          [batch][n][k], ldb elements from row to row, stride_b from matrix to matrix (0: one for all)
 * y          [batch][m][n], ldc elements from row to row, over the batch too; must not overlap x or w
 * workspace  8 * k floats
 *
 * Rows are computed in tiles, in no order to rely on. All layers share one body. */
#include "kernels/matmul_transposed_f32_simd128.h"
#include "vector_f32_simd128.h"
#include "../vector/matmul_f32_shared.h"

BARECC_KERNEL void matmul_transposed_f32_simd128(const matmul_f32_params *p, const float *x, const float *w, float *y,
                                                 void *workspace, int32_t row_begin, int32_t row_end)
{
    matmul_f32_shared(p, 1, x, w, y, (float *)workspace, row_begin, row_end);
}
