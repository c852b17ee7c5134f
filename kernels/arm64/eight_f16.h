/* Eight half floats in memory as eight floats in registers. */
#pragma once

#include "half.h"

#include <arm_neon.h>

#define WIDTH_F16 8
#define UNROLL_F16 _Pragma("GCC unroll 8")

typedef struct {
    float32x4_t low, high;
} eight_f32;

BARECC_ALWAYS_INLINE eight_f32 widen_eight_f16(uint16x8_t bits)
{
    const float16x8_t halves = vreinterpretq_f16_u16(bits);
    const eight_f32 floats = {vcvt_f32_f16(vget_low_f16(halves)), vcvt_high_f32_f16(halves)};
    return floats;
}

BARECC_ALWAYS_INLINE eight_f32 load_eight_f16(const uint16_t *from) { return widen_eight_f16(vld1q_u16(from)); }

BARECC_ALWAYS_INLINE void store_eight_f16(uint16_t *to, eight_f32 floats)
{
    vst1q_u16(to, vreinterpretq_u16_f16(vcvt_high_f16_f32(vcvt_f16_f32(floats.low), floats.high)));
}

/* The first `width`, which is at least 1; others are 0. */
BARECC_ALWAYS_INLINE eight_f32 load_some_f16(const uint16_t *from, int32_t width)
{
    uint16_t eight[WIDTH_F16] = {0};
    if (width == WIDTH_F16)
        return load_eight_f16(from);
    memcpy(eight, from, (size_t)width * sizeof *from);
    return load_eight_f16(eight);
}

/* The first `width` within [min, max]; a NaN stays one. */
BARECC_ALWAYS_INLINE void store_clamped_f16(uint16_t *to, int32_t width, eight_f32 floats, float min, float max)
{
    const float32x4_t low = vdupq_n_f32(min), high = vdupq_n_f32(max);
    const eight_f32 clamped = {vminq_f32(high, vmaxq_f32(low, floats.low)),
                               vminq_f32(high, vmaxq_f32(low, floats.high))};
    uint16_t eight[WIDTH_F16];
    if (width == WIDTH_F16) {
        store_eight_f16(to, clamped);
    } else {
        store_eight_f16(eight, clamped);
        memcpy(to, eight, (size_t)width * sizeof *to);
    }
}
