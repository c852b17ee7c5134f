/* Fully connected layer with bias, residual and clamp, by RISC-V's vectors of any length; fully_connected_f32's
 * contract holds but for
 *
 * w           [k][n]
 *
 * Products are added by fused multiply-adds. Up to seven rows of x at a time are multiplied with the weights. */
#include "matmul.h"
#include "rows_f32_rvv.h"

KERNEL void fully_connected_f32_rvv(const matmul_f32_size *p, const float *x, const float *w, const float *bias,
                                    const float *residual, float *y, int32_t row_begin, int32_t row_end)
{
    const matmul *s = &p->size;
    const row_factors_f32 factors = {w, bias, 1, s->k, s->n, p->min, p->max};
    const int32_t most = rows_at_once(s->n);
    for (int32_t row = row_begin; row < row_end; row += most) {
        const int32_t count = row_end - row < most ? row_end - row : most;
        row_tile tile;
        row_results_f32 to;
        for (int32_t i = 0; i < count; i++) {
            const ptrdiff_t at = row + i;
            tile.x[i] = x + at * s->x_row;
            tile.gap[i] = 0;
            to.residual[i] = residual ? residual + at * s->residual_row : NULL;
            to.y[i] = y + at * s->y_row;
        }
        multiply_rows_f32(&factors, &tile, &to, count);
    }
}
