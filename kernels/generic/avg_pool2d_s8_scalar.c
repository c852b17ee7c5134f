/* Mean of int8 over the taps of a window that lie inside the image, for processors without vector instructions:
 * SCALAR_CHANNELS at a time; the same integers as avg_pool2d_s8, whose contract holds but for
 *
 * window  of at most MOST_TAPS taps */
#include "kernels/avg_pool2d_s8_scalar.h"
#include "pool2d_s8.h"
#include "scalar_s8.h"

/* The stored mean of values, from their sum less their zero points. */
static inline int8_t stored_mean(const pool2d_s8_params *p, int32_t sum, int32_t reciprocal)
{
    return (int8_t)clamp_s32(high_word_of(4 * sum, reciprocal) + p->zero_point, p->min, p->max);
}

BARECC_ALWAYS_INLINE void mean_of_four(const pool2d_s8_params *p, const pool_taps *taps, int32_t reciprocal,
                                       int8_t *out)
{
    const int8_t *line = taps->first;
    four_s32 sums = repeat_four(-p->zero_point * taps->lines * taps->columns);
    for (int32_t ky = 0; ky < taps->lines; ky++, line += taps->line) {
        const int8_t *in = line;
        for (int32_t kx = 0; kx < taps->columns; kx++, in += taps->column) {
            const four_s32 values = load_four(in, 1);
            sums.a += values.a;
            sums.b += values.b;
            sums.c += values.c;
            sums.d += values.d;
        }
    }
    out[0] = stored_mean(p, sums.a, reciprocal);
    out[1] = stored_mean(p, sums.b, reciprocal);
    out[2] = stored_mean(p, sums.c, reciprocal);
    out[3] = stored_mean(p, sums.d, reciprocal);
}

BARECC_ALWAYS_INLINE void mean_of_one(const pool2d_s8_params *p, const pool_taps *taps, int32_t reciprocal, int8_t *out)
{
    *out = stored_mean(p, sum_of_one(taps) - p->zero_point * taps->lines * taps->columns, reciprocal);
}

BARECC_KERNEL void avg_pool2d_s8_scalar(const pool2d_s8_params *params, const int8_t *input, int8_t *output,
                                        int32_t row_begin, int32_t row_end)
{
    pool_channels *const of_block = SCALAR_CHANNELS == 4 ? mean_of_four : mean_of_one;
    pool2d_s8(params, SCALAR_CHANNELS, of_block, mean_of_one, input, output, row_begin, row_end);
}
