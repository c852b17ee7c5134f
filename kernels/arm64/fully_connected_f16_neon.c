/* fully_connected_f16 with packed weights; a row may be a pixel, which makes it the 1x1 convolution of stride 1:
 *
 *     output[r][j] = clamp(bias[j] + sum over i of input[r][i] * weights[j][i])
 *
 * input      [batch * m][k], lda elements from row to row
 * weights    [n][k] in panels of eight outputs, see rows_f16.h
 * bias       n, or NULL
 * output     [batch * m][n], ldc elements from row to row; must not overlap input
 * workspace  gemm_band_f32_tiles(8, k, n) times eight rows, at most all, as float
 *
 * Sums are kept in float, and rounded once at the end. Rows are computed in tiles, in no order to rely on. All layers
 * share one body. */
#include "kernels/fully_connected_f16_neon.h"
#include "rows_f16.h"

BARECC_KERNEL void fully_connected_f16_neon(const matmul_f32_params *params, const uint16_t *input,
                                            const uint16_t *weights, const uint16_t *bias, uint16_t *output,
                                            void *workspace, int32_t row_begin, int32_t row_end)
{
    const gemm_params *s = &params->gemm;
    const rows_f16 g = {s->n, s->k, s->k, s->ldc, params->min, params->max};
    const int32_t band = ROWS_F16 * gemm_band_f32_tiles(ROWS_F16, s->k, s->n);
    float *const rows = (float *)workspace;
    for (int32_t row = row_begin; row < row_end; row += band) {
        const int32_t count = row_end - row < band ? row_end - row : band;
        for (int32_t i = 0; i < count; i++)
            widen_f16(input + (ptrdiff_t)(row + i) * s->lda, s->k, rows + (ptrdiff_t)i * s->k);
        multiply_rows_f16(&g, count, rows, weights, bias, output + row * g.ldc);
    }
}
