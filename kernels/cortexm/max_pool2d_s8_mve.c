/* Maximum of int8 over a window, by the integer vectors of Armv8.1-M: sixteen channels at a time; the same integers as
 * max_pool2d_s8, whose contract holds. */
#include <arm_mve.h>

#include "kernels/max_pool2d_s8_mve.h"
#include "window2d.h"

BARECC_KERNEL void max_pool2d_s8_mve(const pool2d_s8_params *params, const int8_t *input, int8_t *output,
                                     int32_t row_begin, int32_t row_end)
{
    const window2d_params *s = &params->window;
    for (int32_t row = row_begin; row < row_end; row++) {
        const window_taps v = taps_of_row(s, row);
        for (int32_t column = 0; column < s->out_w; column++) {
            const window_taps h = taps_of_column(s, column);
            int8_t *out = output + ((ptrdiff_t)row * s->out_w + column) * s->output_pixel_stride;
            for (int32_t c = 0; c < s->out_c; c += 16) {
                const mve_pred16_t used = vctp8q((uint32_t)(s->out_c - c));
                int8x16_t max = vdupq_n_s8(INT8_MIN);
                for (int32_t ky = v.begin; ky < v.end; ky++) {
                    const int8_t *in = input + tap_offset(s, v, h, ky, h.begin) + c;
                    for (int32_t kx = h.begin; kx < h.end; kx++, in += s->dilation_w * s->input_pixel_stride)
                        max = vmaxq_s8(max, vldrbq_z_s8(in, used));
                }
                const int8x16_t low = vdupq_n_s8((int8_t)params->min), high = vdupq_n_s8((int8_t)params->max);
                vstrbq_p_s8(out + c, vmaxq_s8(vminq_s8(max, high), low), used);
            }
        }
    }
}
