/* Maximum over a window, by RISC-V's vectors of any length: channels lie side by side in a vector; max_pool2d_f32's
 * contract holds. */
#include "kernels/max_pool2d_f32_rvv.h"
#include "rvv_f32.h"
#include "window2d.h"

BARECC_KERNEL void max_pool2d_f32_rvv(const pool2d_f32_params *params, const float *input, float *output,
                                      int32_t row_begin, int32_t row_end)
{
    const window2d_params *s = &params->window;
    for (int32_t row = row_begin; row < row_end; row++) {
        const window_taps v = taps_of_row(s, row);
        for (int32_t column = 0; column < s->out_w; column++) {
            const window_taps h = taps_of_column(s, column);
            float *out = output + ((ptrdiff_t)row * s->out_w + column) * s->output_pixel_stride;
            for (int32_t c = 0; c < s->out_c;) {
                const size_t vl = __riscv_vsetvl_e32m8((size_t)(s->out_c - c));
                vfloat32m8_t max = __riscv_vfmv_v_f_f32m8(-INFINITY, vl);
                for (int32_t ky = v.begin; ky < v.end; ky++) {
                    const float *in = input + tap_offset(s, v, h, ky, h.begin) + c;
                    for (int32_t kx = h.begin; kx < h.end; kx++, in += s->dilation_w * s->input_pixel_stride)
                        max = __riscv_vfmax_vv_f32m8(max, __riscv_vle32_v_f32m8(in, vl), vl);
                }
                __riscv_vse32_v_f32m8(out + c, clamp_m8(max, params->min, params->max, vl), vl);
                c += (int32_t)vl;
            }
        }
    }
}
