/* fully_connected_f32 with packed weights, one body for all layers, after one of the vector_f32 headers. */
#pragma once

#include "matmul.h"
#include "gemm_f32.h"

BARECC_NOCLONE void fully_connected_f32_shared(const matmul_f32_size *p, const float *x, const float *w,
                                               const float *bias, const float *residual, float *y, int32_t row_begin,
                                               int32_t row_end)
{
    const matmul *s = &p->size;
    const gemm_f32 g = {
        .n = s->n, .k = s->k,
        .x_row = s->x_row, .y_row = s->y_row, .residual_row = s->residual_row,
        .min = p->min, .max = p->max,
        .is_single = s->batch * s->m == 1,
    };
    const int32_t band = GEMM_ROWS * gemm_band_f32_tiles(GEMM_ROWS, s->k, s->n);
    for (int32_t row = row_begin; row < row_end; row += band)
        gemm_f32_rows(&g, row_end - row < band ? row_end - row : band, x + row * g.x_row, w, bias,
                      residual ? residual + row * g.residual_row : NULL, y + row * g.y_row);
}
