/* Maximum of int8 over a window, by WebAssembly's 128-bit vectors: sixteen channels at a time; the same integers as
 * max_pool2d_s8, whose contract holds. */
#include <wasm_simd128.h>

#include "kernels/max_pool2d_s8_simd128.h"
#include "pool2d_s8.h"

BARECC_ALWAYS_INLINE void max_of_sixteen(const pool2d_s8_params *p, const pool_taps *taps, int32_t reciprocal,
                                         int8_t *out)
{
    const int8_t *line = taps->first;
    v128_t max = wasm_i8x16_const_splat(INT8_MIN);
    (void)reciprocal;
    for (int32_t ky = 0; ky < taps->lines; ky++, line += taps->line) {
        const int8_t *in = line;
        for (int32_t kx = 0; kx < taps->columns; kx++, in += taps->column)
            max = wasm_i8x16_max(max, wasm_v128_load(in));
    }
    max = wasm_i8x16_min(max, wasm_i8x16_splat((int8_t)p->max));
    wasm_v128_store(out, wasm_i8x16_max(max, wasm_i8x16_splat((int8_t)p->min)));
}

BARECC_KERNEL void max_pool2d_s8_simd128(const pool2d_s8_params *params, const int8_t *input, int8_t *output,
                                         int32_t row_begin, int32_t row_end)
{
    pool2d_s8(params, 16, max_of_sixteen, max_of_one, input, output, row_begin, row_end);
}
