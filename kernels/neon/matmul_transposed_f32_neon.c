/* matmul_transposed_f32 by panels of eight rows of rhs, each gathered before its product with all rows of lhs:
 *
 *     output[b][r][j] = clamp(sum over i of lhs[b][r][i] * rhs[b][j][i])
 *
 * lhs        [batch][m][k], lda elements from row to row, over the batch too
 * rhs        [batch][n][k], ldb elements from row to row, stride_b from matrix to matrix (0: one for all)
 * output     [batch][m][n], ldc elements from row to row, over the batch too; must not overlap lhs or rhs
 * workspace  8 * k floats
 *
 * Rows are computed in tiles, in no order to rely on. All layers share one body. */
#include "kernels/matmul_transposed_f32_neon.h"
#include "vector_f32_neon.h"
#include "../vector/matmul_f32_shared.h"

BARECC_KERNEL void matmul_transposed_f32_neon(const matmul_f32_params *params, const float *lhs, const float *rhs,
                                              float *output, void *workspace, int32_t row_begin, int32_t row_end)
{
    matmul_f32_shared(params, 1, lhs, rhs, output, (float *)workspace, row_begin, row_end);
}
