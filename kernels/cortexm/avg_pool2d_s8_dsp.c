/* Mean of int8 over the taps of a window that lie inside the image, by the DSP instructions of Armv7E-M: four channels
 * at a time; the same integers as avg_pool2d_s8, whose contract holds but for
 *
 * window  of at most 256 taps, whose sum is then an int16 */
#include "kernels/avg_pool2d_s8_dsp.h"
#include "dsp_s8.h"
#include "pool2d_s8.h"

/* sums + bytes 0 and 2 of a quad, or 1 and 3. */
static inline uint32_t add_even_bytes(uint32_t sums, uint32_t quad)
{
    uint32_t result;
    __asm__("sxtab16 %0, %1, %2" : "=r"(result) : "r"(sums), "r"(quad));
    return result;
}

static inline uint32_t add_odd_bytes(uint32_t sums, uint32_t quad)
{
    uint32_t result;
    __asm__("sxtab16 %0, %1, %2, ror #8" : "=r"(result) : "r"(sums), "r"(quad));
    return result;
}

/* The stored mean of values whose sum, less their zero points, is a quarter of `four_sums`. */
static inline int8_t stored_mean(const pool2d_s8_params *p, int32_t four_sums, int32_t reciprocal)
{
    int32_t mean, byte;
    __asm__("smmlar %0, %1, %2, %3" : "=r"(mean) : "r"(four_sums), "r"(reciprocal), "r"(p->zero_point));
    __asm__("ssat %0, #8, %1" : "=r"(byte) : "r"(mean));
    return (int8_t)(p->min == INT8_MIN && p->max == INT8_MAX ? byte : clamp_s32(byte, p->min, p->max));
}

BARECC_ALWAYS_INLINE void mean_of_four(const pool2d_s8_params *p, const pool_taps *taps, int32_t reciprocal,
                                       int8_t *out)
{
    const int8_t *line = taps->first;
    const int32_t zeros = -4 * p->zero_point * taps->lines * taps->columns;
    uint32_t even = 0, odd = 0;
    for (int32_t ky = 0; ky < taps->lines; ky++, line += taps->line) {
        const int8_t *in = line;
        for (int32_t kx = 0; kx < taps->columns; kx++, in += taps->column) {
            const uint32_t quad = load_quad(in);
            even = add_even_bytes(even, quad);
            odd = add_odd_bytes(odd, quad);
        }
    }
    out[0] = stored_mean(p, zeros + 4 * (int16_t)even, reciprocal);
    out[1] = stored_mean(p, zeros + 4 * (int16_t)odd, reciprocal);
    out[2] = stored_mean(p, zeros + 4 * ((int32_t)even >> 16), reciprocal);
    out[3] = stored_mean(p, zeros + 4 * ((int32_t)odd >> 16), reciprocal);
}

BARECC_ALWAYS_INLINE void mean_of_one(const pool2d_s8_params *p, const pool_taps *taps, int32_t reciprocal, int8_t *out)
{
    *out = stored_mean(p, 4 * (sum_of_one(taps) - p->zero_point * taps->lines * taps->columns), reciprocal);
}

BARECC_KERNEL void avg_pool2d_s8_dsp(const pool2d_s8_params *params, const int8_t *input, int8_t *output,
                                     int32_t row_begin, int32_t row_end)
{
    pool2d_s8(params, 4, mean_of_four, mean_of_one, input, output, row_begin, row_end);
}
