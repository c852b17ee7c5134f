/* Matrix product of two activations, the second one transposed, then clamp, by RISC-V's vectors of any length;
 * matmul_transposed_f32's contract holds, but that rows are computed in tiles, in no order to rely on.
 *
 * workspace   matmul_transposed_f32_rvv_workspace elements
 *
 * Products are added by fused multiply-adds. Columns of the result are computed a panel at a time, for which the rows
 * of w are gathered side by side. */
#include "matmul.h"
#include "rows_f32_rvv.h"

/* `columns` rows of w as [k][columns]. */
static inline void gather_panel(const float *w, int32_t w_row, int32_t columns, int32_t k, float *panel)
{
    const ptrdiff_t apart = (ptrdiff_t)w_row * (ptrdiff_t)sizeof *w;
    for (int32_t c = 0; c < columns;) {
        const size_t vl = __riscv_vsetvl_e32m8((size_t)(columns - c));
        const float *from = w + (ptrdiff_t)c * w_row;
        for (int32_t i = 0; i < k; i++)
            __riscv_vse32_v_f32m8(panel + (ptrdiff_t)i * columns + c, __riscv_vlse32_v_f32m8(from + i, apart, vl), vl);
        c += (int32_t)vl;
    }
}

BARECC_KERNEL void matmul_transposed_f32_rvv(const matmul_f32_size *p, const float *x, const float *w, float *y,
                                             void *workspace, int32_t row_begin, int32_t row_end)
{
    const matmul *s = &p->size;
    float *const panel = (float *)workspace;
    for (int32_t row = row_begin; row < row_end;) {
        const int32_t image = row / s->m, image_end = (image + 1) * s->m;
        const int32_t end = image_end < row_end ? image_end : row_end;
        const float *matrix = w + (ptrdiff_t)image * s->w_batch;
        for (int32_t n = 0; n < s->n; n += MATMUL_PANEL) {
            const int32_t columns = s->n - n < MATMUL_PANEL ? s->n - n : MATMUL_PANEL;
            const row_factors_f32 factors = {panel, NULL, 1, s->k, columns, columns, p->min, p->max};
            gather_panel(matrix + (ptrdiff_t)n * s->w_row, s->w_row, columns, s->k, panel);
            multiply_matrix_f32(&factors, x + (ptrdiff_t)row * s->x_row, s->x_row, NULL, 0,
                                y + (ptrdiff_t)row * s->y_row + n, s->y_row, end - row);
        }
        row = end;
    }
}
