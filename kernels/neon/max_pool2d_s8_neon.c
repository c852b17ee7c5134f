/* Maximum of int8 over a window, by the vectors of Armv7-A and Armv8-A: eight channels at a time; the same integers as
 * max_pool2d_s8, whose contract holds. */
#include <arm_neon.h>

#include "kernels/max_pool2d_s8_neon.h"
#include "pool2d_s8.h"

BARECC_ALWAYS_INLINE void max_of_eight(const pool2d_s8_params *p, const pool_taps *taps, int32_t reciprocal,
                                       int8_t *out)
{
    const int8_t *line = taps->first;
    int8x8_t max = vdup_n_s8(INT8_MIN);
    (void)reciprocal;
    for (int32_t ky = 0; ky < taps->lines; ky++, line += taps->line) {
        const int8_t *in = line;
        for (int32_t kx = 0; kx < taps->columns; kx++, in += taps->column)
            max = vmax_s8(max, vld1_s8(in));
    }
    vst1_s8(out, vmax_s8(vmin_s8(max, vdup_n_s8((int8_t)p->max)), vdup_n_s8((int8_t)p->min)));
}

BARECC_KERNEL void max_pool2d_s8_neon(const pool2d_s8_params *params, const int8_t *input, int8_t *output,
                                      int32_t row_begin, int32_t row_end)
{
    pool2d_s8(params, 8, max_of_eight, max_of_one, input, output, row_begin, row_end);
}
