/* The register tile of the convolution and matrix kernels: up to TILE_PIXELS output pixels x 2 vectors of output
 * channels stay in registers through the whole reduction (the outer-product scheme of Goto and van de Geijn, "Anatomy
 * of High-Performance Matrix Multiplication", 2008, with the rows of x read in place instead of packed).
 *
 * Pixels of a tile lie on one or several lines. All distances are elements and meant to be compile-time
 * constants after inlining: each input element is then one broadcast at a constant displacement.
 *
 * Weights are packed in panels of PANEL output channels, [panel][taps_h * taps_w * run][PANEL]; the last panel is half
 * as wide where that holds the channels left, and zero beyond them. They are as wide as the tile, unless a kernel reads
 * those of a longer vector, so that both can be in one program: each tile has a slice of a panel then. */
#pragma once

#include "../vector/vector_f32_clamp.h"

#ifndef PANEL
#define PANEL (2 * VEC)
#endif

typedef struct {
    int32_t line_pixels;               /* pixels of a tile on one line */
    ptrdiff_t x_pixel, x_line;         /* input: from one output pixel or line to the next */
    int32_t taps_h, taps_w, run;       /* the reduction: taps_h * taps_w runs of consecutive elements */
    ptrdiff_t x_tap_h, x_tap_w;
    ptrdiff_t y_pixel, y_line;
    ptrdiff_t residual_pixel_stride, residual_line;
    int32_t channels;                  /* output channels */
    float min, max;
} gemm_tile_f32_shape;

/* Elements of weights that are asked for ahead. Tiles on few pixels use up weights as fast as they come from beyond the
 * L2 cache; 4 KB ahead is where that stops to be felt. */
#define GEMM_PREFETCH 1024

/* Brings a vector of weights nearer. It may lie past the end of the array, where nothing is read. */
BARECC_ALWAYS_INLINE void vec_prefetch(const float *w, ptrdiff_t ahead)
{
    __builtin_prefetch((const void *)((uintptr_t)w + (uintptr_t)ahead * sizeof(float)));
}

/* One tile of `pixels` pixels x `vectors` vectors of channels, of which the last has `lanes` lanes to be written. Their
 * panel of weights is `panel` wide. */
BARECC_ALWAYS_INLINE void gemm_tile_f32_block(const gemm_tile_f32_shape *s, const int pixels, const int panel,
                                              const int vectors, const int lanes, const float *x, const float *w,
                                              const float *bias, const float *residual, float *y)
{
    const vec_mask last = vec_first(lanes);
    vec sum[TILE_PIXELS][2];

    /* The bias is loaded for each tile. Compilers would otherwise do it once before all tiles, and have no registers
     * left for the weights. */
    const int has_bias = bias != NULL;
    __asm__ volatile("" : "+r"(bias));

    VEC_UNROLL
    for (int j = 0; j < vectors; ++j) {
        vec first = vec_set1(0.0F);
        if (has_bias && (j < vectors - 1 || lanes == VEC))
            first = vec_load(bias + j * VEC);
        else if (has_bias)
            first = vec_load_mask(bias + j * VEC, last);
        VEC_UNROLL
        for (int i = 0; i < pixels; ++i)
            sum[i][j] = first;
    }

    for (int32_t h = 0; h < s->taps_h; ++h) {
        for (int32_t t = 0; t < s->taps_w; ++t) {
            const float *const from = x + h * s->x_tap_h + t * s->x_tap_w;
            for (int32_t c = 0; c < s->run; ++c) {
                vec factor[2];
                VEC_UNROLL
                for (int j = 0; j < vectors; ++j) {
                    factor[j] = vec_load(w + j * VEC);
                    vec_prefetch(w, GEMM_PREFETCH + j * VEC);
                }
                w += panel;
                VEC_UNROLL
                for (int i = 0; i < pixels; ++i) {
                    const vec v = vec_set1(from[i / s->line_pixels * s->x_line + i % s->line_pixels * s->x_pixel + c]);
                    VEC_UNROLL
                    for (int j = 0; j < vectors; ++j)
                        sum[i][j] = vec_fma(v, factor[j], sum[i][j]);
                }
            }
        }
    }

    const vec_bounds bounds = vec_bounds_of(s->min, s->max);
    VEC_UNROLL
    for (int i = 0; i < pixels; ++i) {
        const ptrdiff_t line = i / s->line_pixels, column = i % s->line_pixels;
        const float *const add =
            residual ? residual + (line * s->residual_line + column * s->residual_pixel_stride) : NULL;
        float *const out = y + (line * s->y_line + column * s->y_pixel);
        VEC_UNROLL
        for (int j = 0; j < vectors; ++j) {
            const int whole = j < vectors - 1 || lanes == VEC;
            vec v = sum[i][j];
            if (add)
                v = vec_add(v, whole ? vec_load(add + j * VEC) : vec_load_mask(add + j * VEC, last));
            v = vec_clamp(v, bounds);
            if (whole)
                vec_store(out + j * VEC, v);
            else
                vec_store_mask(out + j * VEC, v, last);
        }
    }
}

/* The same for a number of pixels that the caller's geometry fixes, 1 <= pixels <= TILE_PIXELS. Where the compiler does
 * not know it (not specialised, or not optimising), pixel after pixel: right, small and slow. */
BARECC_ALWAYS_INLINE void gemm_tile_f32(const gemm_tile_f32_shape *s, int32_t pixels, const int panel,
                                        const int vectors, const int lanes, const float *x, const float *w,
                                        const float *bias, const float *residual, float *y)
{
#define TILE(n)                                                                                                       \
    case n: gemm_tile_f32_block(s, n, panel, vectors, lanes, x, w, bias, residual, y); return
    if (__builtin_constant_p(pixels)) {
        switch (pixels) {
            TILE(2);
            TILE(3);
            TILE(4);
            TILE(5);
            TILE(6);
#if TILE_PIXELS > 6
            TILE(7);
            TILE(8);
            TILE(9);
            TILE(10);
            TILE(11);
            TILE(12);
            TILE(13);
            TILE(14);
#endif
        default: break;
        }
    }
#undef TILE
    for (int32_t i = 0; i < pixels; ++i) {
        const ptrdiff_t line = i / s->line_pixels, column = i % s->line_pixels;
        gemm_tile_f32_block(s, 1, panel, vectors, lanes, x + (line * s->x_line + column * s->x_pixel), w, bias,
                            residual ? residual + (line * s->residual_line + column * s->residual_pixel_stride) : NULL,
                            y + (line * s->y_line + column * s->y_pixel));
    }
}

/* How a band of output lines is cut into tiles. Groups of `group_lines` lines are walked one after another, and in a
 * group the tiles [tile_begin, tile_end): the first `large` tiles of a line have small + 1 pixels, the others `small`.
 * Lines left over by the groups are one tile of line_pixels pixels each. */
typedef struct {
    int32_t lines, group_lines;
    int32_t tile_begin, tile_end, small, large;
} gemm_walk_f32;

/* All tiles of the band, for one or two vectors of output channels. */
BARECC_ALWAYS_INLINE void gemm_slice_f32(const gemm_tile_f32_shape *s, const gemm_walk_f32 *walk, const int panel,
                                         const int vectors, const int lanes, const float *x, const float *w,
                                         const float *bias, const float *residual, float *y)
{
    const int32_t grouped = walk->lines - walk->lines % walk->group_lines;
    for (int32_t line = 0; line < grouped; line += walk->group_lines) {
        for (int32_t tile = walk->tile_begin; tile < walk->tile_end; ++tile) {
            const int32_t pixel = tile * walk->small + (tile < walk->large ? tile : walk->large);
            const float *const from = x + line * s->x_line + pixel * s->x_pixel;
            const float *const add =
                residual ? residual + line * s->residual_line + pixel * s->residual_pixel_stride : NULL;
            float *const out = y + line * s->y_line + pixel * s->y_pixel;
            if (tile < walk->large)
                gemm_tile_f32(s, walk->small + 1, panel, vectors, lanes, from, w, bias, add, out);
            else
                gemm_tile_f32(s, walk->small, panel, vectors, lanes, from, w, bias, add, out);
        }
    }
    for (int32_t line = grouped; line < walk->lines; ++line)
        gemm_tile_f32(s, s->line_pixels, panel, vectors, lanes, x + line * s->x_line, w, bias,
                      residual ? residual + line * s->residual_line : NULL, y + line * s->y_line);
}

/* All tiles of the band, for the `channels` output channels of one panel. */
BARECC_ALWAYS_INLINE void gemm_panel_f32(const gemm_tile_f32_shape *s, const gemm_walk_f32 *walk, const int panel,
                                         const int channels, const float *x, const float *w, const float *bias,
                                         const float *residual, float *y)
{
    const int left = channels % (2 * VEC), whole = channels - left;
    for (int c = 0; c < whole; c += 2 * VEC)
        gemm_slice_f32(s, walk, panel, 2, VEC, x, w + c, bias ? bias + c : NULL, residual ? residual + c : NULL, y + c);
    w += whole;
    bias = bias ? bias + whole : NULL;
    residual = residual ? residual + whole : NULL;
    y += whole;
    if (left > VEC)
        gemm_slice_f32(s, walk, panel, 2, left - VEC, x, w, bias, residual, y);
    else if (left > 0)
        gemm_slice_f32(s, walk, panel, 1, left, x, w, bias, residual, y);
}

/* All tiles of the band, for all output channels: a panel of weights is read once a band from beyond the L2 cache and
 * serves all its tiles. */
BARECC_ALWAYS_INLINE void gemm_band_f32(const gemm_tile_f32_shape *s, const gemm_walk_f32 *walk, const float *x,
                                        const float *w, const float *bias, const float *residual, float *y)
{
    const ptrdiff_t depth = (ptrdiff_t)s->taps_h * s->taps_w * s->run;
    const int32_t left = s->channels % PANEL, whole = s->channels - left;
    for (int32_t c = 0; c < whole; c += PANEL)
        gemm_panel_f32(s, walk, PANEL, PANEL, x, w + c * depth, bias ? bias + c : NULL, residual ? residual + c : NULL,
                       y + c);
    if (left > 0)
        gemm_panel_f32(s, walk, left > PANEL / 2 ? PANEL : PANEL / 2, left, x, w + whole * depth,
                       bias ? bias + whole : NULL, residual ? residual + whole : NULL, y + whole);
}
