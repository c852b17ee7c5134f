/* Rows of int8 times packed weights: what the outer loops of tiles_s8.h ask an instruction set for. It defines
 *
 *     TILE_ROWS       rows that are multiplied at a time
 *     multiply_tile(const product_s8 *, const rows_s8 *, int8_t *y, ptrdiff_t y_step)
 *                     so many rows with all weights: stores y[row][output], y_step bytes from row to row
 *     multiply_row(const product_s8 *, const rows_s8 *, int8_t *y)
 *                     one row
 *
 * and says in which order it reads weights and channels. */
#pragma once

#include "quantize.h"

typedef struct {
    const int8_t *w;         /* packed: depth padded with zeros to a multiple of eight, and so outputs */
    const int32_t *channels; /* folded_channels, padded to a multiple of eight */
    int32_t depth, outputs;
    int32_t min, max; /* clamp of the result */
} product_s8;

/* Where rows lie: the sixteens of the depth at x, the one or two eights that are left at `rest`, each step or rest_step
 * bytes from row to row. What fills up the last eight meets weights of zero. */
typedef struct {
    const int8_t *x, *rest;
    ptrdiff_t step, rest_step;
} rows_s8;

static inline int32_t sixteens_of(int32_t depth) { return depth / 16; }

static inline int32_t eights_left_of(int32_t depth) { return (depth % 16 + 7) / 8; }
