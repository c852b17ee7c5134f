/* Mean of int8 over the taps of a window that lie inside the image, by WebAssembly's 128-bit vectors: eight channels at
 * a time; the same integers as avg_pool2d_s8, whose contract holds but for
 *
 * window  of at most MOST_TAPS taps */
#include "kernels/avg_pool2d_s8_simd128.h"
#include "pool2d_s8.h"
#include "simd128_s8.h"

BARECC_ALWAYS_INLINE void mean_of_eight(const pool2d_s8_params *p, const pool_taps *taps, int32_t reciprocal,
                                        int8_t *out)
{
    const int8_t *line = taps->first;
    const v128_t factor = wasm_i32x4_splat(reciprocal), zero = wasm_i32x4_splat(p->zero_point);
    v128_t low = wasm_i32x4_splat(-taps->lines * taps->columns * p->zero_point), high = low;
    for (int32_t ky = 0; ky < taps->lines; ky++, line += taps->line) {
        const int8_t *in = line;
        for (int32_t kx = 0; kx < taps->columns; kx++, in += taps->column) {
            const v128_t values = wasm_i16x8_load8x8(in);
            low = wasm_i32x4_add(low, wasm_i32x4_extend_low_i16x8(values));
            high = wasm_i32x4_add(high, wasm_i32x4_extend_high_i16x8(values));
        }
    }
    low = wasm_i32x4_add(rounded_high_words(wasm_i32x4_shl(low, 2), factor), zero);
    high = wasm_i32x4_add(rounded_high_words(wasm_i32x4_shl(high, 2), factor), zero);
    const v128_t min = wasm_i16x8_splat((int16_t)p->min), max = wasm_i16x8_splat((int16_t)p->max);
    wasm_v128_store64_lane(out, narrow_eight(low, high, min, max), 0);
}

BARECC_ALWAYS_INLINE void mean_of_one(const pool2d_s8_params *p, const pool_taps *taps, int32_t reciprocal, int8_t *out)
{
    const int32_t count = taps->lines * taps->columns;
    (void)reciprocal;
    const int32_t mean = rounded_mean(sum_of_one(taps) - count * p->zero_point, count) + p->zero_point;
    *out = (int8_t)clamp_s32(mean, p->min, p->max);
}

BARECC_KERNEL void avg_pool2d_s8_simd128(const pool2d_s8_params *params, const int8_t *input, int8_t *output,
                                         int32_t row_begin, int32_t row_end)
{
    pool2d_s8(params, 8, mean_of_eight, mean_of_one, input, output, row_begin, row_end);
}
