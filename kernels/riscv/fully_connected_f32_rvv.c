/* Fully connected layer with bias, residual and clamp, by RISC-V's vectors of any length; fully_connected_f32's
 * contract holds but for
 *
 * w           [k][n]
 *
 * Products are added by fused multiply-adds. Up to seven rows of x at a time are multiplied with the weights. */
#include "matmul.h"
#include "rows_f32_rvv.h"

BARECC_KERNEL void fully_connected_f32_rvv(const matmul_f32_size *p, const float *x, const float *w, const float *bias,
                                           const float *residual, float *y, int32_t row_begin, int32_t row_end)
{
    const matmul *s = &p->size;
    const row_factors_f32 factors = {w, bias, 1, s->k, s->n, s->n, p->min, p->max};
    const ptrdiff_t begin = row_begin;
    multiply_matrix_f32(&factors, x + begin * s->x_row, s->x_row, residual ? residual + begin * s->residual_row : NULL,
                        s->residual_row, y + begin * s->y_row, s->y_row, row_end - row_begin);
}
