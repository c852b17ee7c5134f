/* Matrix product of two activations, then clamp, by RISC-V's vectors of any length; matmul_f32's contract holds, but
 * that rows are computed in tiles, in no order to rely on.
 *
 * Products are added by fused multiply-adds. Up to seven rows of x at a time are multiplied with w. */
#include "matmul.h"
#include "rows_f32_rvv.h"

BARECC_KERNEL void matmul_f32_rvv(const matmul_f32_size *p, const float *x, const float *w, float *y, int32_t row_begin,
                                  int32_t row_end)
{
    const matmul *s = &p->size;
    for (int32_t row = row_begin; row < row_end;) {
        const int32_t image = row / s->m, image_end = (image + 1) * s->m;
        const int32_t end = image_end < row_end ? image_end : row_end;
        const row_factors_f32 factors = {
            w + (ptrdiff_t)image * s->w_batch, NULL, 1, s->k, s->n, s->w_row, p->min, p->max};
        multiply_matrix_f32(&factors, x + (ptrdiff_t)row * s->x_row, s->x_row, NULL, 0, y + (ptrdiff_t)row * s->y_row,
                            s->y_row, end - row);
        row = end;
    }
}
