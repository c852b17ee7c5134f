/* Fully connected layer of int8 with bias and clamp, by the integer vectors of Armv8.1-M; the same integers as
 * fully_connected_s8, whose contract holds but for
 *
 * w           packed in blocks of four rows: [n / 4][k / 16][4 rows][16], padded with zeros in n and k
 * channels    n folded channels in fours; see mve_s8.h
 *
 * weights_zero_point is 0. Three rows of x at a time are multiplied with four rows of weights. */
#include "kernels/fully_connected_s8_mve.h"
#include "mve_s8.h"

BARECC_KERNEL void fully_connected_s8_mve(const matmul_s8_params *p, const int8_t *x, const int8_t *w,
                                          const int32_t *channels, int8_t *y, int32_t row_begin, int32_t row_end)
{
    const gemm_params *s = &p->gemm;
    int32_t row = row_begin;
    const int8_t *in = x + (ptrdiff_t)row * s->lda;
    int8_t *out = y + (ptrdiff_t)row * s->ldc;
    for (; row + 3 <= row_end; row += 3, in += 3 * s->lda, out += 3 * s->ldc) {
        const int8_t *const rows[3] = {in, in + s->lda, in + 2 * s->lda};
        multiply_3_rows(w, rows, s->k, channels, s->n, p->min, p->max, out, s->ldc);
    }
    for (; row < row_end; row++, in += s->lda, out += s->ldc)
        multiply_row(w, in, s->k, channels, s->n, p->min, p->max, out);
}
