/* Where sums of f32 begin and how they end, in vectors of four and eight registers of any length. */
#pragma once

#include <riscv_vector.h>

#include "kernel.h"

/* bias + residual from element c on; each may be NULL. */
BARECC_ALWAYS_INLINE vfloat32m4_t start_m4(const float *bias, const float *residual, int32_t c, size_t vl)
{
    const vfloat32m4_t sums = bias ? __riscv_vle32_v_f32m4(bias + c, vl) : __riscv_vfmv_v_f_f32m4(0.0f, vl);
    return residual ? __riscv_vfadd_vv_f32m4(sums, __riscv_vle32_v_f32m4(residual + c, vl), vl) : sums;
}

BARECC_ALWAYS_INLINE vfloat32m8_t start_m8(const float *bias, const float *residual, int32_t c, size_t vl)
{
    const vfloat32m8_t sums = bias ? __riscv_vle32_v_f32m8(bias + c, vl) : __riscv_vfmv_v_f_f32m8(0.0f, vl);
    return residual ? __riscv_vfadd_vv_f32m8(sums, __riscv_vle32_v_f32m8(residual + c, vl), vl) : sums;
}

/* As clamp_f32: a NaN stays one, which it would not with vfmin and vfmax. */
BARECC_ALWAYS_INLINE vfloat32m4_t clamp_m4(vfloat32m4_t x, float min, float max, size_t vl)
{
    if (min > -INFINITY)
        x = __riscv_vfmerge_vfm_f32m4(x, min, __riscv_vmflt_vf_f32m4_b8(x, min, vl), vl);
    if (max < INFINITY)
        x = __riscv_vfmerge_vfm_f32m4(x, max, __riscv_vmfgt_vf_f32m4_b8(x, max, vl), vl);
    return x;
}

BARECC_ALWAYS_INLINE vfloat32m8_t clamp_m8(vfloat32m8_t x, float min, float max, size_t vl)
{
    if (min > -INFINITY)
        x = __riscv_vfmerge_vfm_f32m8(x, min, __riscv_vmflt_vf_f32m8_b4(x, min, vl), vl);
    if (max < INFINITY)
        x = __riscv_vfmerge_vfm_f32m8(x, max, __riscv_vmfgt_vf_f32m8_b4(x, max, vl), vl);
    return x;
}
