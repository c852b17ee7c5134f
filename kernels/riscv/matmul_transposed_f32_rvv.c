/* Matrix product of two activations, the second one transposed, then clamp, by RISC-V's vectors of any length;
 * matmul_transposed_f32's contract holds, but that rows are computed in tiles, in no order to rely on.
 *
 * workspace  k times MATMUL_PANEL columns, at most n, as float
 *
 * Products are added by fused multiply-adds. Columns of the result are computed a panel at a time, for which the rows
 * of rhs are gathered side by side. */
#include "kernels/matmul_transposed_f32_rvv.h"
#include "rows_f32_rvv.h"

/* Columns that are computed at a time. */
#define MATMUL_PANEL 64

/* `columns` rows of w as [k][columns]. */
static inline void gather_panel(const float *w, int32_t ldb, int32_t columns, int32_t k, float *panel)
{
    const ptrdiff_t apart = (ptrdiff_t)ldb * (ptrdiff_t)sizeof *w;
    for (int32_t c = 0; c < columns;) {
        const size_t vl = __riscv_vsetvl_e32m8((size_t)(columns - c));
        const float *from = w + (ptrdiff_t)c * ldb;
        for (int32_t i = 0; i < k; i++)
            __riscv_vse32_v_f32m8(panel + (ptrdiff_t)i * columns + c, __riscv_vlse32_v_f32m8(from + i, apart, vl), vl);
        c += (int32_t)vl;
    }
}

BARECC_KERNEL void matmul_transposed_f32_rvv(const matmul_f32_params *params, const float *lhs, const float *rhs,
                                             float *output, void *workspace, int32_t row_begin, int32_t row_end)
{
    const gemm_params *s = &params->gemm;
    float *const panel = (float *)workspace;
    for (int32_t row = row_begin; row < row_end;) {
        const int32_t image = row / s->m, image_end = (image + 1) * s->m;
        const int32_t end = image_end < row_end ? image_end : row_end;
        const float *matrix = rhs + (ptrdiff_t)image * s->stride_b;
        for (int32_t n = 0; n < s->n; n += MATMUL_PANEL) {
            const int32_t columns = s->n - n < MATMUL_PANEL ? s->n - n : MATMUL_PANEL;
            const row_factors_f32 factors = {panel, NULL, 1, s->k, columns, columns, params->min, params->max};
            gather_panel(matrix + (ptrdiff_t)n * s->ldb, s->ldb, columns, s->k, panel);
            multiply_matrix_f32(&factors, lhs + (ptrdiff_t)row * s->lda, s->lda, NULL, 0,
                                output + (ptrdiff_t)row * s->ldc + n, s->ldc, end - row);
        }
        row = end;
    }
}
