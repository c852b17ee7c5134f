/* Fully connected layer of int8 with bias and clamp, by RISC-V's vectors of any length; the same integers as
 * fully_connected_s8, whose contract holds but for
 *
 * weights  [k][n]
 * requant  four arrays of n words; see rvv_s8.h
 *
 * weights_zero_point is 0. Up to seven rows of input at a time are multiplied with the weights. */
#include "kernels/fully_connected_s8_rvv.h"
#include "rows_s8_rvv.h"

BARECC_KERNEL void fully_connected_s8_rvv(const matmul_s8_params *params, const int8_t *input, const int8_t *weights,
                                          const int32_t *requant, int8_t *output, int32_t row_begin, int32_t row_end)
{
    const gemm_params *s = &params->gemm;
    const row_factors_s8 factors = {weights, requant, 1, s->k, s->n, params->min, params->max};
    const int32_t most = rows_at_once(s->n);
    for (int32_t row = row_begin; row < row_end; row += most) {
        const int32_t count = row_end - row < most ? row_end - row : most;
        row_tile tile;
        int8_t *to[ROWS_OF_TILE];
        for (int32_t i = 0; i < count; i++) {
            tile.x[i] = input + (ptrdiff_t)(row + i) * s->lda;
            tile.gap[i] = 0;
            to[i] = output + (ptrdiff_t)(row + i) * s->ldc;
        }
        multiply_rows_s8(&factors, &tile, to, count);
    }
}
