/* int8 arithmetic with WebAssembly's 128-bit vectors: what becomes of eight channels' sums. Channels come in eights,
 * the last eight padded with zeros, as 32 words each:
 *
 *     bias[8], multiplier[8], offset[8], power[8]
 *
 * These are folded_channels (quantize.h), but for the bias, which is not doubled, and for the shift: lanes of a vector
 * shift by one count, so that a shift to the right is a product with power = 2^(32 - shift), whose high word is taken.
 * Up to 2^31 that is unsigned, so 2^31 is added to the offset. */
#pragma once

#include <wasm_simd128.h>

#include "quantize.h"

/* Values of eight channels. */
typedef struct {
    v128_t low, high;
} eight_s32;

BARECC_ALWAYS_INLINE eight_s32 load_eight(const int32_t *from)
{
    const eight_s32 values = {wasm_v128_load(from), wasm_v128_load(from + 4)};
    return values;
}

/* What eight channels' sums become; see folded_channel. */
typedef struct {
    eight_s32 multiplier, offset, power;
    v128_t min, max; /* of int16 */
} scale_of_8;

BARECC_ALWAYS_INLINE scale_of_8 scale_at(const int32_t *channels, int32_t min, int32_t max)
{
    const scale_of_8 scale = {load_eight(channels + 8), load_eight(channels + 16), load_eight(channels + 24),
                              wasm_i16x8_splat((int16_t)min), wasm_i16x8_splat((int16_t)max)};
    return scale;
}

/* The high words of four products, which come as two and two. */
BARECC_ALWAYS_INLINE v128_t high_words(v128_t low, v128_t high) { return wasm_i32x4_shuffle(low, high, 1, 3, 5, 7); }

/* The high words of the products a * b, rounded to nearest, ties upward. */
BARECC_ALWAYS_INLINE v128_t rounded_high_words(v128_t a, v128_t b)
{
    const v128_t half = wasm_i64x2_const_splat((int64_t)1 << 31);
    return high_words(wasm_i64x2_add(wasm_i64x2_extmul_low_i32x4(a, b), half),
                      wasm_i64x2_add(wasm_i64x2_extmul_high_i32x4(a, b), half));
}

BARECC_ALWAYS_INLINE v128_t requantize_4(v128_t sums, v128_t multiplier, v128_t offset, v128_t power)
{
    const v128_t high = rounded_high_words(wasm_i32x4_add(sums, sums), multiplier);
    const v128_t value = wasm_i32x4_add(wasm_i32x4_add(high, wasm_i32x4_shr(high, 31)), offset);
    const v128_t shifted =
        high_words(wasm_u64x2_extmul_low_u32x4(value, power), wasm_u64x2_extmul_high_u32x4(value, power));
    return wasm_i32x4_sub(shifted, wasm_u32x4_shr(power, 1));
}

/* Eight values, clamped, as the low eight bytes. */
BARECC_ALWAYS_INLINE v128_t narrow_eight(v128_t low, v128_t high, v128_t min, v128_t max)
{
    const v128_t value = wasm_i16x8_max(wasm_i16x8_min(wasm_i16x8_narrow_i32x4(low, high), max), min);
    return wasm_i8x16_narrow_i16x8(value, value);
}

/* The stored values of eight sums, which have their bias. */
BARECC_ALWAYS_INLINE v128_t requantize_8(eight_s32 sums, const scale_of_8 *scale)
{
    const v128_t low = requantize_4(sums.low, scale->multiplier.low, scale->offset.low, scale->power.low);
    const v128_t high = requantize_4(sums.high, scale->multiplier.high, scale->offset.high, scale->power.high);
    return narrow_eight(low, high, scale->min, scale->max);
}

/* Stores the first `used` of eight values. */
BARECC_ALWAYS_INLINE void store_eight(v128_t values, int32_t used, int8_t *y)
{
    if (used >= 8) {
        wasm_v128_store64_lane(y, values, 0);
        return;
    }
    int8_t bytes[8];
    wasm_v128_store64_lane(bytes, values, 0);
    for (int32_t i = 0; i < used; i++)
        y[i] = bytes[i];
}

/* Rows of sums that fit the registers. */
#define MOST_ROWS 4

/* The stored values of eight channels' sums, of which `used` count, in each of `count` rows, one or four, y_step bytes
 * apart. The sums are copied, so that those that are added to have constant places in their array and can be registers.
 */
BARECC_ALWAYS_INLINE void store_rows(const int32_t *channels, int32_t min, int32_t max, const eight_s32 *sums,
                                     int32_t count, int32_t used, int8_t *y, ptrdiff_t y_step)
{
    const scale_of_8 scale = scale_at(channels, min, max);
    eight_s32 rows[MOST_ROWS];
    rows[0] = sums[0];
    if (count > 1) {
        rows[1] = sums[1];
        rows[2] = sums[2];
        rows[3] = sums[3];
    }
    for (int32_t i = 0; i < count; i++)
        store_eight(requantize_8(rows[i], &scale), used, y + i * y_step);
}
