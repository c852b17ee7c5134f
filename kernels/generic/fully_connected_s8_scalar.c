/* Fully connected layer of int8 with bias and clamp for processors without vector instructions; the same integers as
 * fully_connected_s8, whose contract holds but for
 *
 * weights  eight rows side by side: [n / 8][k][8], padded with zeros in n
 * requant  n folded_channels
 *
 * weights_zero_point is 0. Eight rows of weights at a time are multiplied with a row of input. */
#include "kernels/fully_connected_s8_scalar.h"
#include "scalar_s8.h"

/* Adds the products of `x` with the weights of eight rows. */
BARECC_ALWAYS_INLINE void multiply_eight(four_s32 *first, four_s32 *second, int32_t x, const int8_t *weights)
{
    first->a += x * weights[0];
    first->b += x * weights[1];
    first->c += x * weights[2];
    first->d += x * weights[3];
    second->a += x * weights[4];
    second->b += x * weights[5];
    second->c += x * weights[6];
    second->d += x * weights[7];
}

static inline void store_row(const matmul_s8_params *p, const int32_t *channels, int32_t j, int32_t sum, int8_t *out)
{
    if (j >= p->gemm.n)
        return;
    const folded_channel c = folded_channel_at(channels, j);
    out[j] = requantize_folded(sum, &c, p->min, p->max);
}

BARECC_KERNEL void fully_connected_s8_scalar(const matmul_s8_params *params, const int8_t *input, const int8_t *weights,
                                             const int32_t *requant, int8_t *output, int32_t row_begin, int32_t row_end)
{
    const gemm_params *s = &params->gemm;
    for (int32_t row = row_begin; row < row_end; row++) {
        int8_t *out = output + (ptrdiff_t)row * s->ldc;
        const int8_t *panel = weights;
        for (int32_t j = 0; j < s->n; j += 8) {
            const int8_t *in = input + (ptrdiff_t)row * s->lda, *const end = in + s->k,
                         *const quads = in + s->k / 4 * 4;
            four_s32 first = repeat_four(0), second = first;
            for (; in < quads; in += 4, panel += 32) {
                multiply_eight(&first, &second, in[0], panel);
                multiply_eight(&first, &second, in[1], panel + 8);
                multiply_eight(&first, &second, in[2], panel + 16);
                multiply_eight(&first, &second, in[3], panel + 24);
            }
            for (; in < end; in++, panel += 8)
                multiply_eight(&first, &second, *in, panel);
            store_row(params, requant, j, first.a, out);
            store_row(params, requant, j + 1, first.b, out);
            store_row(params, requant, j + 2, first.c, out);
            store_row(params, requant, j + 3, first.d, out);
            store_row(params, requant, j + 4, second.a, out);
            store_row(params, requant, j + 5, second.b, out);
            store_row(params, requant, j + 6, second.c, out);
            store_row(params, requant, j + 7, second.d, out);
        }
    }
}
