/* Fully connected layer of int8 with bias and clamp, by the integer vectors of Armv8.1-M; the same integers as
 * fully_connected_s8, whose contract holds but for
 *
 * weights  packed in blocks of four rows: [n / 4][k / 16][4 rows][16], padded with zeros in n and k
 * requant  n folded channels in fours; see mve_s8.h
 *
 * weights_zero_point is 0. Three rows of input at a time are multiplied with four rows of weights. */
#include "kernels/fully_connected_s8_mve.h"
#include "mve_s8.h"

BARECC_KERNEL void fully_connected_s8_mve(const matmul_s8_params *params, const int8_t *input, const int8_t *weights,
                                          const int32_t *requant, int8_t *output, int32_t row_begin, int32_t row_end)
{
    const gemm_params *s = &params->gemm;
    int32_t row = row_begin;
    const int8_t *in = input + (ptrdiff_t)row * s->lda;
    int8_t *out = output + (ptrdiff_t)row * s->ldc;
    for (; row + 3 <= row_end; row += 3, in += 3 * s->lda, out += 3 * s->ldc) {
        const int8_t *const rows[3] = {in, in + s->lda, in + 2 * s->lda};
        multiply_3_rows(weights, rows, s->k, requant, s->n, params->min, params->max, out, s->ldc);
    }
    for (; row < row_end; row++, in += s->lda, out += s->ldc)
        multiply_row(weights, in, s->k, requant, s->n, params->min, params->max, out);
}
