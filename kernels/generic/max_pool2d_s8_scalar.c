/* Maximum of int8 over a window for processors without vector instructions: SCALAR_CHANNELS at a time; the same
 * integers as max_pool2d_s8, whose contract holds. */
#include "kernels/max_pool2d_s8_scalar.h"
#include "pool2d_s8.h"
#include "scalar_s8.h"

BARECC_ALWAYS_INLINE void max_of_four(const pool2d_s8_params *p, const pool_taps *taps, int32_t reciprocal, int8_t *out)
{
    const int8_t *line = taps->first;
    four_s32 max = repeat_four(INT8_MIN);
    (void)reciprocal;
    for (int32_t ky = 0; ky < taps->lines; ky++, line += taps->line) {
        const int8_t *in = line;
        for (int32_t kx = 0; kx < taps->columns; kx++, in += taps->column) {
            const four_s32 values = load_four(in, 1);
            max.a = values.a > max.a ? values.a : max.a;
            max.b = values.b > max.b ? values.b : max.b;
            max.c = values.c > max.c ? values.c : max.c;
            max.d = values.d > max.d ? values.d : max.d;
        }
    }
    out[0] = (int8_t)clamp_s32(max.a, p->min, p->max);
    out[1] = (int8_t)clamp_s32(max.b, p->min, p->max);
    out[2] = (int8_t)clamp_s32(max.c, p->min, p->max);
    out[3] = (int8_t)clamp_s32(max.d, p->min, p->max);
}

BARECC_KERNEL void max_pool2d_s8_scalar(const pool2d_s8_params *params, const int8_t *input, int8_t *output,
                                        int32_t row_begin, int32_t row_end)
{
    pool_channels *const of_block = SCALAR_CHANNELS == 4 ? max_of_four : max_of_one;
    pool2d_s8(params, SCALAR_CHANNELS, of_block, max_of_one, input, output, row_begin, row_end);
}
