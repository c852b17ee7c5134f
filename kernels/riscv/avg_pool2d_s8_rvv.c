/* Mean of int8 over the taps of a window that lie inside the image, by RISC-V's vectors of any length: channels lie
 * side by side in a vector; the same integers as avg_pool2d_s8, whose contract holds. */
#include <riscv_vector.h>

#include "kernels/avg_pool2d_s8_rvv.h"
#include "window2d.h"

/* rounded_mean of quantize.h. */
BARECC_ALWAYS_INLINE vint32m8_t rounded_mean_m8(vint32m8_t sum, int32_t count, size_t vl)
{
    const vint32m8_t sign = __riscv_vsra_vx_i32m8(sum, 31, vl); /* 0 or -1 */
    const vint32m8_t half = __riscv_vsub_vv_i32m8(__riscv_vxor_vx_i32m8(sign, count / 2, vl), sign, vl);
    return __riscv_vdiv_vx_i32m8(__riscv_vadd_vv_i32m8(sum, half, vl), count ? count : 1, vl);
}

BARECC_KERNEL void avg_pool2d_s8_rvv(const pool2d_s8_params *params, const int8_t *input, int8_t *output,
                                     int32_t row_begin, int32_t row_end)
{
    const window2d_params *s = &params->window;
    for (int32_t row = row_begin; row < row_end; row++) {
        const window_taps v = taps_of_row(s, row);
        for (int32_t column = 0; column < s->out_w; column++) {
            const window_taps h = taps_of_column(s, column);
            const int32_t count = (v.end - v.begin) * (h.end - h.begin);
            int8_t *out = output + ((ptrdiff_t)row * s->out_w + column) * s->output_pixel_stride;
            for (int32_t c = 0; c < s->out_c;) {
                const size_t vl = __riscv_vsetvl_e32m8((size_t)(s->out_c - c));
                vint32m8_t sum = __riscv_vmv_v_x_i32m8(-count * params->zero_point, vl);
                for (int32_t ky = v.begin; ky < v.end; ky++) {
                    const int8_t *in = input + tap_offset(s, v, h, ky, h.begin) + c;
                    for (int32_t kx = h.begin; kx < h.end; kx++, in += s->dilation_w * s->input_pixel_stride) {
                        const vint8m2_t tap = __riscv_vle8_v_i8m2(in, vl);
                        sum = __riscv_vadd_vv_i32m8(sum, __riscv_vsext_vf4_i32m8(tap, vl), vl);
                    }
                }
                const vint32m8_t mean = __riscv_vadd_vx_i32m8(rounded_mean_m8(sum, count, vl), params->zero_point, vl);
                const vint32m8_t value =
                    __riscv_vmax_vx_i32m8(__riscv_vmin_vx_i32m8(mean, params->max, vl), params->min, vl);
                __riscv_vse8_v_i8m2(out + c, __riscv_vncvt_x_x_w_i8m2(__riscv_vncvt_x_x_w_i16m4(value, vl), vl), vl);
                c += (int32_t)vl;
            }
        }
    }
}
