/* fully_connected_f16 with packed weights; a row may be a pixel, which makes it the 1x1 convolution of stride 1:
 *
 *     y[r][j] = clamp(bias[j] + sum over i of x[r][i] * w[j][i])
 *
 * x          [batch * m][k], x_row elements from row to row
 * w          [n][k] in panels of eight outputs, see rows_f16.h
 * bias       n, or NULL
 * y          [batch * m][n], y_row elements from row to row; must not overlap x
 * workspace  gemm_band_f32_tiles(8, k, n) times eight rows, at most all, as float
 *
 * Sums are kept in float, and rounded once at the end. Rows are computed in tiles, in no order to rely on. All layers
 * share one body. */
#include "matmul.h"
#include "rows_f16.h"

BARECC_KERNEL void fully_connected_f16_neon(const matmul_f32_size *p, const uint16_t *x, const uint16_t *w,
                                            const uint16_t *bias, uint16_t *y, float *workspace, int32_t row_begin,
                                            int32_t row_end)
{
    const matmul *s = &p->size;
    const rows_f16 g = {s->n, s->k, s->k, s->y_row, p->min, p->max};
    const int32_t band = ROWS_F16 * gemm_band_f32_tiles(ROWS_F16, s->k, s->n);
    for (int32_t row = row_begin; row < row_end; row += band) {
        const int32_t count = row_end - row < band ? row_end - row : band;
        for (int32_t i = 0; i < count; i++)
            widen_f16(x + (ptrdiff_t)(row + i) * s->x_row, s->k, workspace + (ptrdiff_t)i * s->k);
        multiply_rows_f16(&g, count, workspace, w, bias, y + row * g.y_row);
    }
}
