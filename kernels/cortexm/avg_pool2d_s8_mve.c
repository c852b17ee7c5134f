/* Mean of int8 over the taps of a window that lie inside the image, by the integer vectors of Armv8.1-M: four channels
 * at a time; the same integers as avg_pool2d_s8, whose contract holds but for
 *
 * window  of at most MOST_TAPS taps */
#include <arm_mve.h>

#include "kernels/avg_pool2d_s8_mve.h"
#include "pool2d_s8.h"

BARECC_KERNEL void avg_pool2d_s8_mve(const pool2d_s8_params *params, const int8_t *input, int8_t *output,
                                     int32_t row_begin, int32_t row_end)
{
    const window2d_params *s = &params->window;
    for (int32_t row = row_begin; row < row_end; row++) {
        const window_taps v = taps_of_row(s, row);
        for (int32_t column = 0; column < s->out_w; column++) {
            const window_taps h = taps_of_column(s, column);
            const int32_t count = (v.end - v.begin) * (h.end - h.begin), reciprocal = reciprocal_of_count(count);
            int8_t *out = output + ((ptrdiff_t)row * s->out_w + column) * s->output_pixel_stride;
            for (int32_t c = 0; c < s->out_c; c += 4) {
                const mve_pred16_t used = vctp32q((uint32_t)(s->out_c - c));
                int32x4_t sum = vdupq_n_s32(-count * params->zero_point);
                for (int32_t ky = v.begin; ky < v.end; ky++) {
                    const int8_t *in = input + tap_offset(s, v, h, ky, h.begin) + c;
                    for (int32_t kx = h.begin; kx < h.end; kx++, in += s->dilation_w * s->input_pixel_stride)
                        sum = vaddq_s32(sum, vldrbq_z_s32(in, used));
                }
                const int32x4_t mean =
                    vaddq_n_s32(vqrdmulhq_n_s32(vshlq_n_s32(sum, 1), reciprocal), params->zero_point);
                vstrbq_p_s32(out + c, vmaxq_s32(vminq_s32(mean, vdupq_n_s32(params->max)), vdupq_n_s32(params->min)),
                             used);
            }
        }
    }
}
