/* Maximum of int8 over a window, by RISC-V's vectors of any length: channels lie side by side in a vector; the same
 * integers as max_pool2d_s8, whose contract holds. */
#include <riscv_vector.h>

#include "kernels/max_pool2d_s8_rvv.h"
#include "window2d.h"

BARECC_KERNEL void max_pool2d_s8_rvv(const pool2d_s8_params *params, const int8_t *input, int8_t *output,
                                     int32_t row_begin, int32_t row_end)
{
    const window2d_params *s = &params->window;
    for (int32_t row = row_begin; row < row_end; row++) {
        const window_taps v = taps_of_row(s, row);
        for (int32_t column = 0; column < s->out_w; column++) {
            const window_taps h = taps_of_column(s, column);
            int8_t *out = output + ((ptrdiff_t)row * s->out_w + column) * s->output_pixel_stride;
            for (int32_t c = 0; c < s->out_c;) {
                const size_t vl = __riscv_vsetvl_e8m8((size_t)(s->out_c - c));
                vint8m8_t max = __riscv_vmv_v_x_i8m8(INT8_MIN, vl);
                for (int32_t ky = v.begin; ky < v.end; ky++) {
                    const int8_t *in = input + tap_offset(s, v, h, ky, h.begin) + c;
                    for (int32_t kx = h.begin; kx < h.end; kx++, in += s->dilation_w * s->input_pixel_stride)
                        max = __riscv_vmax_vv_i8m8(max, __riscv_vle8_v_i8m8(in, vl), vl);
                }
                max = __riscv_vmax_vx_i8m8(__riscv_vmin_vx_i8m8(max, (int8_t)params->max, vl), (int8_t)params->min, vl);
                __riscv_vse8_v_i8m8(out + c, max, vl);
                c += (int32_t)vl;
            }
        }
    }
}
