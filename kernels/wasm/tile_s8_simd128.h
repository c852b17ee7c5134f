/* Rows of int8 times packed weights (product_s8.h) by WebAssembly's 128-bit vectors: four rows and eight outputs in
 * registers, two products in a lane. Weights are packed in pairs of eight outputs, [outputs / 8][depth / 2][8][2], and
 * depth is a multiple of eight; channels in eights, see simd128_s8.h. */
#pragma once

#include "../vector/product_s8.h"
#include "simd128_s8.h"

#define TILE_ROWS MOST_ROWS

BARECC_ALWAYS_INLINE void add_pair(eight_s32 *sums, v128_t x, v128_t low, v128_t high)
{
    sums->low = wasm_i32x4_add(sums->low, wasm_i32x4_dot_i16x8(x, low));
    sums->high = wasm_i32x4_add(sums->high, wasm_i32x4_dot_i16x8(x, high));
}

/* The products of pair i, a constant, of eight values of each row with the weights of that pair. */
#define ADD_PAIR(i)                                                                                                    \
    {                                                                                                                  \
        const v128_t low = wasm_i16x8_load8x8(w + 16 * i), high = wasm_i16x8_load8x8(w + 16 * i + 8);                  \
        add_pair(&sums[0], wasm_i32x4_shuffle(a, a, i, i, i, i), low, high);                                           \
        if (count > 1) {                                                                                               \
            add_pair(&sums[1], wasm_i32x4_shuffle(b, b, i, i, i, i), low, high);                                       \
            add_pair(&sums[2], wasm_i32x4_shuffle(c, c, i, i, i, i), low, high);                                       \
            add_pair(&sums[3], wasm_i32x4_shuffle(d, d, i, i, i, i), low, high);                                       \
        }                                                                                                              \
    }

/* Adds the products of eight values of `count` rows, one or four, with the weights of eight outputs. */
BARECC_ALWAYS_INLINE void add_eight(eight_s32 sums[], const int8_t *x, ptrdiff_t step, int32_t count, const int8_t *w)
{
    const v128_t a = wasm_i16x8_load8x8(x), b = count > 1 ? wasm_i16x8_load8x8(x + step) : a;
    const v128_t c = count > 1 ? wasm_i16x8_load8x8(x + 2 * step) : a;
    const v128_t d = count > 1 ? wasm_i16x8_load8x8(x + 3 * step) : a;
    ADD_PAIR(0)
    ADD_PAIR(1)
    ADD_PAIR(2)
    ADD_PAIR(3)
}

BARECC_ALWAYS_INLINE void multiply_count(const product_s8 *p, const rows_s8 *rows, int32_t count, int8_t *y,
                                         ptrdiff_t y_step)
{
    const int8_t *w = p->w;
    const int32_t *channels = p->channels;
    for (int32_t o = 0; o < p->outputs; o += 8, channels += 32, y += 8) {
        const eight_s32 bias = load_eight(channels);
        eight_s32 sums[TILE_ROWS] = {bias, bias, bias, bias};
        const int8_t *x = rows->x;
        ptrdiff_t step = rows->step;
        int32_t eights = 2 * sixteens_of(p->depth);
        for (int32_t part = 0; part < 2; part++) {
            for (; eights > 0; eights--, w += 64, x += 8)
                add_eight(sums, x, step, count, w);
            x = rows->rest;
            step = rows->rest_step;
            eights = eights_left_of(p->depth);
        }
        store_rows(channels, p->min, p->max, sums, count, p->outputs - o, y, y_step);
    }
}

BARECC_NOINLINE void multiply_tile(const product_s8 *p, const rows_s8 *rows, int8_t *y, ptrdiff_t y_step)
{
    multiply_count(p, rows, TILE_ROWS, y, y_step);
}

BARECC_NOINLINE void multiply_row(const product_s8 *p, const rows_s8 *rows, int8_t *y)
{
    multiply_count(p, rows, 1, y, 0);
}
