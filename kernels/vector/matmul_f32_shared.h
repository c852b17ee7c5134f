/* matmul_f32 and matmul_transposed_f32, one body for all layers, after one of the vector_f32 headers: a panel of rhs is
 * gathered, and multiplied with all rows of lhs. */
#pragma once

#include "kernels/params/matmul_f32_params.h"
#include "gemm_f32.h"

/* The first `columns` columns from `w` on, filled up with zeros to a panel. Elements of w lie `along` apart in the
 * direction of the reduction, and `across` from column to column. */
static inline void matmul_f32_gather(int32_t k, int32_t columns, ptrdiff_t along, ptrdiff_t across, const float *w,
                                     float *panel)
{
    for (; k > 0; --k, w += along, panel += GEMM_WIDTH) {
        if (columns == GEMM_WIDTH && across == 1) {
            VEC_UNROLL
            for (int j = 0; j < GEMM_VECTORS; ++j)
                vec_store(panel + j * VEC, vec_load(w + j * VEC));
            continue;
        }
        for (int32_t j = 0; j < GEMM_WIDTH; ++j)
            panel[j] = j < columns ? w[j * across] : 0.0F;
    }
}

/* `panel` has room for GEMM_WIDTH * k floats. */
BARECC_NOCLONE void matmul_f32_shared(const matmul_f32_params *params, int is_transposed, const float *lhs,
                                      const float *rhs, float *output, float *panel, int32_t row_begin, int32_t row_end)
{
    const gemm_params *s = &params->gemm;
    const ptrdiff_t along = is_transposed ? 1 : s->ldb, across = is_transposed ? s->ldb : 1;
    const gemm_f32 g = {
        .n = s->n,
        .k = s->k,
        .lda = s->lda,
        .ldc = s->ldc,
        .min = params->min,
        .max = params->max,
    };
    for (int32_t row = row_begin, count; row < row_end; row += count) {
        const int32_t matrix = row / s->m, left = (matrix + 1) * s->m - row;
        count = row_end - row < left ? row_end - row : left;
        const float *from = rhs + (ptrdiff_t)matrix * s->stride_b, *in = lhs + row * g.lda;
        for (int32_t c = 0; c < s->n; c += GEMM_WIDTH) {
            const int32_t columns = s->n - c < GEMM_WIDTH ? s->n - c : GEMM_WIDTH;
            matmul_f32_gather(s->k, columns, along, across, from + c * across, panel);
            if (columns == GEMM_WIDTH)
                gemm_f32_panel(&g, count, in, panel, NULL, NULL, output + row * g.ldc + c);
            else
                gemm_f32_partial_panel(&g, count, columns, in, panel, NULL, NULL, output + row * g.ldc + c);
        }
    }
}
