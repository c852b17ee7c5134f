/* Mean of int8 over the taps of a window that lie inside the image, by the vectors of Armv7-A and Armv8-A: eight
 * channels at a time; the same integers as avg_pool2d_s8, whose contract holds. The window has at most 256 taps, whose
 * sum fits 16 bits. */
#include <arm_neon.h>

#include "kernels/avg_pool2d_s8_neon.h"
#include "pool2d_s8.h"

/* Four stored means, not yet clamped, of values whose sums, less their zero points, are halves of `two_sums`. */
BARECC_ALWAYS_INLINE int16x4_t stored_means(const pool2d_s8_params *p, int32x4_t two_sums, int32_t reciprocal)
{
    return vqmovn_s32(vaddq_s32(vqrdmulhq_n_s32(two_sums, reciprocal), vdupq_n_s32(p->zero_point)));
}

BARECC_ALWAYS_INLINE void mean_of_eight(const pool2d_s8_params *p, const pool_taps *taps, int32_t reciprocal,
                                        int8_t *out)
{
    const int8_t *line = taps->first;
    const int32x4_t zeros = vdupq_n_s32(-2 * p->zero_point * taps->lines * taps->columns);
    int16x8_t sums = vdupq_n_s16(0);
    for (int32_t ky = 0; ky < taps->lines; ky++, line += taps->line) {
        const int8_t *in = line;
        for (int32_t kx = 0; kx < taps->columns; kx++, in += taps->column)
            sums = vaddw_s8(sums, vld1_s8(in));
    }
    const int32x4_t low = vaddq_s32(zeros, vshll_n_s16(vget_low_s16(sums), 1));
    const int32x4_t high = vaddq_s32(zeros, vshll_n_s16(vget_high_s16(sums), 1));
    const int8x8_t means =
        vqmovn_s16(vcombine_s16(stored_means(p, low, reciprocal), stored_means(p, high, reciprocal)));
    vst1_s8(out, vmax_s8(vmin_s8(means, vdup_n_s8((int8_t)p->max)), vdup_n_s8((int8_t)p->min)));
}

BARECC_ALWAYS_INLINE void mean_of_one(const pool2d_s8_params *p, const pool_taps *taps, int32_t reciprocal, int8_t *out)
{
    (void)reciprocal;
    const int32_t count = taps->lines * taps->columns;
    const int32_t mean = rounded_mean(sum_of_one(taps) - p->zero_point * count, count) + p->zero_point;
    *out = (int8_t)clamp_s32(mean, p->min, p->max);
}

BARECC_KERNEL void avg_pool2d_s8_neon(const pool2d_s8_params *params, const int8_t *input, int8_t *output,
                                      int32_t row_begin, int32_t row_end)
{
    pool2d_s8(params, 8, mean_of_eight, mean_of_one, input, output, row_begin, row_end);
}
