/* Maximum of int8 over a window, by the DSP instructions of Armv7E-M: four channels at a time; the same integers as
 * max_pool2d_s8, whose contract holds. */
#include "kernels/max_pool2d_s8_dsp.h"
#include "dsp_s8.h"
#include "pool2d_s8.h"

/* The larger, or the smaller, of each two bytes. */
static inline uint32_t larger_bytes(uint32_t a, uint32_t b)
{
    uint32_t larger;
    __asm__("ssub8 %0, %1, %2\n\tsel %0, %1, %2" : "=&r"(larger) : "r"(a), "r"(b));
    return larger;
}

static inline uint32_t smaller_bytes(uint32_t a, uint32_t b)
{
    uint32_t smaller;
    __asm__("ssub8 %0, %1, %2\n\tsel %0, %2, %1" : "=&r"(smaller) : "r"(a), "r"(b));
    return smaller;
}

static inline uint32_t byte_four_times(int32_t byte) { return ((uint32_t)byte & 0xffu) * 0x01010101u; }

BARECC_ALWAYS_INLINE void max_of_four(const pool2d_s8_params *p, const pool_taps *taps, int32_t reciprocal, int8_t *out)
{
    const int8_t *line = taps->first;
    uint32_t max = byte_four_times(INT8_MIN);
    (void)reciprocal;
    for (int32_t ky = 0; ky < taps->lines; ky++, line += taps->line) {
        const int8_t *in = line;
        for (int32_t kx = 0; kx < taps->columns; kx++, in += taps->column)
            max = larger_bytes(load_quad(in), max);
    }
    if (p->min > INT8_MIN)
        max = larger_bytes(max, byte_four_times(p->min));
    if (p->max < INT8_MAX)
        max = smaller_bytes(max, byte_four_times(p->max));
    memcpy(out, &max, sizeof max);
}

BARECC_KERNEL void max_pool2d_s8_dsp(const pool2d_s8_params *params, const int8_t *input, int8_t *output,
                                     int32_t row_begin, int32_t row_end)
{
    pool2d_s8(params, 4, max_of_four, max_of_one, input, output, row_begin, row_end);
}
