/* int8 arithmetic with RISC-V's vectors of any length: output channels lie side by side in a vector.
 *
 * Channels are four arrays of n words,
 *
 *     bias[n], multiplier[n], offset[n], shift[n]
 *
 * folded_channels (quantize.h) but for the bias, which is not doubled: vsmul itself doubles. */
#pragma once

#include <riscv_vector.h>

#include "quantize.h"

/* int8 as int16, which is what products are made of. */
BARECC_ALWAYS_INLINE vint16m4_t load_m4(const int8_t *from, size_t vl)
{
    return __riscv_vsext_vf2_i16m4(__riscv_vle8_v_i8m2(from, vl), vl);
}

/* What the sums of the channels from `channels` on become. */
BARECC_ALWAYS_INLINE vint8m2_t requantize_m8(vint32m8_t sums, const int32_t *channels, int32_t n, int32_t min,
                                             int32_t max, size_t vl)
{
    const vint32m8_t multiplier = __riscv_vle32_v_i32m8(channels + n, vl);
    const vint32m8_t offset = __riscv_vle32_v_i32m8(channels + 2 * n, vl);
    const vuint32m8_t shift = __riscv_vreinterpret_v_i32m8_u32m8(__riscv_vle32_v_i32m8(channels + 3 * n, vl));
    const vint32m8_t high = __riscv_vsmul_vv_i32m8(sums, multiplier, __RISCV_VXRM_RNU, vl);
    const vint32m8_t nudged = __riscv_vadd_vv_i32m8(high, __riscv_vsra_vx_i32m8(high, 31, vl), vl);
    const vint32m8_t value = __riscv_vsra_vv_i32m8(__riscv_vadd_vv_i32m8(nudged, offset, vl), shift, vl);
    const vint16m4_t half = __riscv_vnclip_wx_i16m4(value, 0, __RISCV_VXRM_RNU, vl);
    const vint8m2_t stored = __riscv_vnclip_wx_i8m2(half, 0, __RISCV_VXRM_RNU, vl);
    return __riscv_vmin_vx_i8m2(__riscv_vmax_vx_i8m2(stored, (int8_t)min, vl), (int8_t)max, vl);
}
