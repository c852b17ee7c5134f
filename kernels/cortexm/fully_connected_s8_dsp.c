/* Fully connected layer of int8 with bias and clamp, by the DSP instructions of Armv7E-M; the same integers as
 * fully_connected_s8, whose contract holds but for
 *
 * weights  packed in quads, four rows side by side: [n / 4][quad][4 rows][4], padded with zeros in n and k
 * requant  n folded_channels
 *
 * weights_zero_point is 0. Four rows of weights at a time are multiplied with a row of input. */
#include "kernels/fully_connected_s8_dsp.h"
#include "dsp_s8.h"

/* Inner products of four rows of weights with a row of x, added to `sums`. */
#ifdef __OPTIMIZE__ /* gcc has too few registers for all operands otherwise */
BARECC_NOINLINE void multiply_rows(const int8_t *weights, const int8_t *x, int32_t quads, int32_t sums[4])
{
    int32_t s0 = sums[0], s1 = sums[1], s2 = sums[2], s3 = sums[3];
    __asm__ volatile("1:\n\t"
                     "ldr r9, [%[x]], #4\n\t"
                     "ldmia %[w]!, {r4, r5}\n\t"
                     "sxtb16 r8, r9\n\t"
                     "sxtb16 r9, r9, ror #8\n\t"
                     "sxtb16 r10, r4\n\t"
                     "smlad %[s0], r10, r8, %[s0]\n\t"
                     "sxtb16 r4, r4, ror #8\n\t"
                     "smlad %[s0], r4, r9, %[s0]\n\t"
                     "sxtb16 r10, r5\n\t"
                     "smlad %[s1], r10, r8, %[s1]\n\t"
                     "sxtb16 r5, r5, ror #8\n\t"
                     "smlad %[s1], r5, r9, %[s1]\n\t"
                     "ldmia %[w]!, {r4, r5}\n\t"
                     "subs %[n], #1\n\t"
                     "sxtb16 r10, r4\n\t"
                     "smlad %[s2], r10, r8, %[s2]\n\t"
                     "sxtb16 r4, r4, ror #8\n\t"
                     "smlad %[s2], r4, r9, %[s2]\n\t"
                     "sxtb16 r10, r5\n\t"
                     "smlad %[s3], r10, r8, %[s3]\n\t"
                     "sxtb16 r5, r5, ror #8\n\t"
                     "smlad %[s3], r5, r9, %[s3]\n\t"
                     "bne 1b\n\t"
                     : [w] "+r"(weights), [x] "+r"(x), [n] "+r"(quads), [s0] "+r"(s0), [s1] "+r"(s1), [s2] "+r"(s2),
                       [s3] "+r"(s3)
                     :
                     : "r4", "r5", "r8", "r9", "r10", "cc", "memory");
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
}
#else
static void multiply_rows(const int8_t *weights, const int8_t *x, int32_t quads, int32_t sums[4])
{
    for (int32_t i = 0; i < quads; i++, x += 4) {
        const uint32_t quad = load_quad(x), even = even_pair(quad), odd = odd_pair(quad);
        for (int32_t row = 0; row < 4; row++, weights += 4) {
            const uint32_t w = load_quad(weights);
            sums[row] = multiply_pairs(odd_pair(w), odd, multiply_pairs(even_pair(w), even, sums[row]));
        }
    }
}
#endif

BARECC_KERNEL void fully_connected_s8_dsp(const matmul_s8_params *params, const int8_t *input, const int8_t *weights,
                                          const int32_t *requant, int8_t *output, int32_t row_begin, int32_t row_end)
{
    const gemm_params *s = &params->gemm;
    const int32_t whole = s->k / 4, quads = (s->k + 3) / 4;
    for (int32_t row = row_begin; row < row_end; row++) {
        const int8_t *in = input + (ptrdiff_t)row * s->lda;
        int8_t *out = output + (ptrdiff_t)row * s->ldc;
        int8_t last[4] = {0, 0, 0, 0}; /* the quad that ends inside the row */
        for (int32_t i = 4 * whole; i < s->k; i++)
            last[i - 4 * whole] = in[i];
        const int8_t *panel = weights;
        for (int32_t j = 0; j < s->n; j += 4, panel += 16 * quads) {
            const int32_t used = s->n - j < 4 ? s->n - j : 4;
            int32_t sums[4] = {0, 0, 0, 0};
            if (whole > 0)
                multiply_rows(panel, in, whole, sums);
            if (quads > whole)
                multiply_rows(panel + 16 * whole, last, 1, sums);
            for (int32_t i = 0; i < used; i++) {
                const folded_channel c = folded_channel_at(requant, j + i);
                out[j + i] =
                    requantize_twice(2 * sums[i] + c.bias, c.multiplier, c.offset, c.shift, params->min, params->max);
            }
        }
    }
}
