/* int8 arithmetic with RISC-V's vectors of any length: output channels lie side by side in a vector, and each weight
 * is multiplied with the scalar of several patches.
 *
 * Weights lie [depth][n]. Channels are four arrays of n words,
 *
 *     bias[n], multiplier[n], offset[n], shift[n]
 *
 * folded_channels (quantize.h) but for the bias, which is not doubled: vsmul itself doubles. */
#pragma once

#include <riscv_vector.h>

#include "quantize.h"

/* Stores what the sums of the channels from `channels` on become. */
INLINED void store_m8(vint32m8_t sums, const int32_t *channels, int32_t n, int32_t min, int32_t max, int8_t *y,
                      size_t vl)
{
    const vint32m8_t high =
        __riscv_vsmul_vv_i32m8(sums, __riscv_vle32_v_i32m8(channels + n, vl), __RISCV_VXRM_RNU, vl);
    const vint32m8_t nudged = __riscv_vadd_vv_i32m8(high, __riscv_vsra_vx_i32m8(high, 31, vl), vl);
    const vint32m8_t moved = __riscv_vadd_vv_i32m8(nudged, __riscv_vle32_v_i32m8(channels + 2 * n, vl), vl);
    const vuint32m8_t shift = __riscv_vreinterpret_v_i32m8_u32m8(__riscv_vle32_v_i32m8(channels + 3 * n, vl));
    const vint32m8_t value = __riscv_vsra_vv_i32m8(moved, shift, vl);
    const vint8m2_t stored =
        __riscv_vnclip_wx_i8m2(__riscv_vnclip_wx_i16m4(value, 0, __RISCV_VXRM_RNU, vl), 0, __RISCV_VXRM_RNU, vl);
    const vint8m2_t least = __riscv_vmax_vx_i8m2(stored, (int8_t)min, vl);
    __riscv_vse8_v_i8m2(y, __riscv_vmin_vx_i8m2(least, (int8_t)max, vl), vl);
}

/* The same for half as many. */
INLINED void store_m4(vint32m4_t sums, const int32_t *channels, int32_t n, int32_t min, int32_t max, int8_t *y,
                      size_t vl)
{
    const vint32m4_t high =
        __riscv_vsmul_vv_i32m4(sums, __riscv_vle32_v_i32m4(channels + n, vl), __RISCV_VXRM_RNU, vl);
    const vint32m4_t nudged = __riscv_vadd_vv_i32m4(high, __riscv_vsra_vx_i32m4(high, 31, vl), vl);
    const vint32m4_t moved = __riscv_vadd_vv_i32m4(nudged, __riscv_vle32_v_i32m4(channels + 2 * n, vl), vl);
    const vuint32m4_t shift = __riscv_vreinterpret_v_i32m4_u32m4(__riscv_vle32_v_i32m4(channels + 3 * n, vl));
    const vint32m4_t value = __riscv_vsra_vv_i32m4(moved, shift, vl);
    const vint8m1_t stored =
        __riscv_vnclip_wx_i8m1(__riscv_vnclip_wx_i16m2(value, 0, __RISCV_VXRM_RNU, vl), 0, __RISCV_VXRM_RNU, vl);
    const vint8m1_t least = __riscv_vmax_vx_i8m1(stored, (int8_t)min, vl);
    __riscv_vse8_v_i8m1(y, __riscv_vmin_vx_i8m1(least, (int8_t)max, vl), vl);
}
