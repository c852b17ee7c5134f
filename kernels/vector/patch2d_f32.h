/* The elements under a convolution's window, gathered into one run: kernel_h, kernel_w, in_c. */
#pragma once

#include "gemm_band_f32.h"

/* A vector header has its own where the C library's are slow. */
#ifndef COPY_FLOATS
#define COPY_FLOATS(to, from, count) memcpy(to, from, (size_t)(count) * sizeof(float))
#define ZERO_FLOATS(to, count) memset(to, 0, (size_t)(count) * sizeof(float))
#endif

/* Under the window in one line of the image, whose first tap is in column `left`. */
static inline void gather_line_f32(const window2d_params *s, const float *line, int32_t left, float *to)
{
    for (int32_t kx = 0; kx < s->kernel_w; ++kx, to += s->in_c, left += s->dilation_w)
        if (left >= 0 && left < s->in_w)
            COPY_FLOATS(to, line + (ptrdiff_t)left * s->input_pixel_stride, s->in_c);
        else
            ZERO_FLOATS(to, s->in_c);
}

/* At `count` output pixels from `pixel` on, counted over the batch: one patch after the other. */
static inline void gather_patches_f32(const window2d_params *s, const float *x, int32_t pixel, int32_t count,
                                      float *patch)
{
    const int32_t run = s->kernel_w * s->in_c, reach = (s->kernel_w - 1) * s->dilation_w;
    const int32_t lines = s->kernel_h, line_step = s->dilation_h, in_h = s->in_h;
    const ptrdiff_t line_size = (ptrdiff_t)s->in_w * s->input_pixel_stride;
    const int is_dense = s->dilation_w == 1 && s->input_pixel_stride == s->in_c;
    int32_t row = pixel / s->out_w, column = pixel % s->out_w;
    for (; count > 0; --count) {
        const float *image = x + row / s->out_h * in_h * line_size;
        const int32_t left = column * s->stride_w - s->pad_left;
        const int is_run = is_dense && left >= 0 && left + reach < s->in_w;
        int32_t at = row % s->out_h * s->stride_h - s->pad_top;
        for (int32_t ky = 0; ky < lines; ++ky, at += line_step, patch += run) {
            const float *line = image + at * line_size;
            if (at < 0 || at >= in_h)
                ZERO_FLOATS(patch, run);
            else if (is_run)
                COPY_FLOATS(patch, line + (ptrdiff_t)left * s->in_c, run);
            else
                gather_line_f32(s, line, left, patch);
        }
        if (++column == s->out_w) {
            column = 0;
            ++row;
        }
    }
}

/* Pixels whose patches are gathered at a time: of tiles of `rows` pixels, as many as a cache holds, or there are. */
static inline int32_t patches2d_f32_band(const window2d_params *s, int32_t rows)
{
    const int32_t tiles = gemm_band_f32_tiles(rows, s->kernel_h * s->kernel_w * s->in_c, s->out_c);
    const int32_t pixels = s->batch * s->out_h * s->out_w;
    return rows * tiles < pixels ? rows * tiles : pixels;
}

/* Floats of workspace of a convolution that gathers the patches of `band` pixels. */
static inline int64_t patches2d_f32_workspace(const window2d_params *s, int32_t band)
{
    return (int64_t)band * s->kernel_h * s->kernel_w * s->in_c;
}
