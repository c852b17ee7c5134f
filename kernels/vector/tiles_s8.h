/* Convolution and fully connected layer of int8, a tile of rows at a time; behind an instruction set's multiply_tile
 * (product_s8.h). A row is a row of the layer's input, or the patch under a convolution's window. */
#pragma once

#include "kernels/params/conv2d_s8_params.h"
#include "lines_s8.h"
#include "kernels/params/matmul_s8_params.h"
#include "product_s8.h"

/* Where the next rows begin, and how many there are: a tile, or one. Where one by one would take longer, the last tile
 * begins before `row`, at rows that it computes once more. */
typedef struct {
    int32_t begin, count;
} tile_s8;

static inline tile_s8 tile_at(int32_t row, int32_t row_begin, int32_t row_end)
{
    const int isWhole = row_end - row >= TILE_ROWS;
    const int isBehind = row_end - row > TILE_ROWS / 2 && row_end - row_begin >= TILE_ROWS;
    const tile_s8 tile = {isWhole || !isBehind ? row : row_end - TILE_ROWS, isWhole || isBehind ? TILE_ROWS : 1};
    return tile;
}

/* Rows as they lie in x, x_step bytes from row to row, and y_step in y. */
BARECC_ALWAYS_INLINE void multiply_rows_in_place(const product_s8 *product, const int8_t *x, ptrdiff_t x_step,
                                                 int8_t *y, ptrdiff_t y_step, int32_t row_begin, int32_t row_end)
{
    const int32_t left = product->depth % 16;
    int8_t filled[TILE_ROWS * 16]; /* the ends of rows, up to a whole eight: nothing behind x may be read */
    memset(filled, 0, sizeof filled);
    for (int32_t row = row_begin; row < row_end;) {
        const tile_s8 tile = tile_at(row, row_begin, row_end);
        const int8_t *const in = x + tile.begin * x_step, *const rest = in + (product->depth - left);
        rows_s8 rows = {in, rest, x_step, x_step};
        if (left % 8 != 0) {
            for (int32_t i = 0; i < tile.count; i++)
                memcpy(filled + 16 * i, rest + i * x_step, (size_t)left);
            rows.rest = filled;
            rows.rest_step = 16;
        }
        if (tile.count == TILE_ROWS)
            multiply_tile(product, &rows, y + tile.begin * y_step, y_step);
        else
            multiply_row(product, &rows, y + tile.begin * y_step);
        row = tile.begin + tile.count;
    }
}

BARECC_ALWAYS_INLINE void fully_connected_s8_tiles(const matmul_s8_params *params, const int8_t *input,
                                                   const int8_t *weights, const int32_t *requant, int8_t *output,
                                                   int32_t row_begin, int32_t row_end)
{
    const gemm_params *s = &params->gemm;
    const product_s8 product = {weights, requant, s->k, s->n, params->min, params->max};
    multiply_rows_in_place(&product, input, s->lda, output, s->ldc, row_begin, row_end);
}

/* The patch under the window at a column of output; `line` is where the ring has the window's first line. */
BARECC_ALWAYS_INLINE void copy_patch(const ring_s8 *ring, const window2d_params *s, int32_t line, int32_t column,
                                     int8_t *patch)
{
    const int8_t *const left = ring->lines + column * s->stride_w * s->in_c;
    const int32_t run = (s->dilation_w == 1 ? s->kernel_w : 1) * s->in_c;
    const int32_t apart = s->dilation_h * ring->pitch, whole = depthwise_lines(s) * ring->pitch;
    for (int32_t ky = 0; ky < s->kernel_h; ky++) {
        const int8_t *from = left + line;
        for (int32_t i = 0; i < s->kernel_w * s->in_c; i += run, from += s->dilation_w * s->in_c, patch += run)
            memcpy(patch, from, (size_t)run);
        line += apart < whole - line ? apart : apart - whole;
    }
}

/* workspace: TILE_ROWS patches, at most eight, each up to a whole eight, and the ring; see conv2d_s8_tiles_workspace.
 */
BARECC_ALWAYS_INLINE void conv2d_s8_tiles(const conv2d_s8_params *params, const int8_t *input, const int8_t *weights,
                                          const int32_t *requant, int8_t *output, void *workspace, int32_t row_begin,
                                          int32_t row_end)
{
    const window2d_params *s = &params->window;
    const int32_t depth = s->kernel_h * s->kernel_w * s->in_c, step = (depth + 7) / 8 * 8;
    const product_s8 product = {weights, requant, depth, s->out_c, params->min, params->max};
    if (is_pointwise(s)) {
        multiply_rows_in_place(&product, input, s->input_pixel_stride, output, s->output_pixel_stride,
                               row_begin * s->out_w, row_end * s->out_w);
        return;
    }
    int8_t *const patches = (int8_t *)workspace;
    rows_s8 rows = {patches, patches + depth / 16 * 16, step, step};
    ring_s8 ring = ring_of(s, s->in_c, patches + TILE_ROWS * step);
    int8_t *out = output + (ptrdiff_t)row_begin * s->out_w * s->output_pixel_stride;
    int32_t gathered = 0;
    for (int32_t row = row_begin; row < row_end; row++) {
        fill_ring(&ring, params, input, row, row_begin);
        const int32_t line = ring_offset(&ring, s, row, 0);
        for (int32_t column = 0; column < s->out_w; column++) {
            copy_patch(&ring, s, line, column, patches + gathered * step);
            if (++gathered < TILE_ROWS)
                continue;
            multiply_tile(&product, &rows, out, s->output_pixel_stride);
            out += TILE_ROWS * s->output_pixel_stride;
            gathered = 0;
        }
    }
    for (; gathered > 0; gathered--, rows.x += step, rows.rest += step, out += s->output_pixel_stride)
        multiply_row(&product, &rows, out);
}
