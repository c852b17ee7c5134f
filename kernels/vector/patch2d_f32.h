/* The elements under a convolution's window, gathered into one run: kernel_h, kernel_w, in_c. */
#pragma once

#include "gemm_band_f32.h"

/* Under the window in one row of the image, or zeros where `line` is none. */
HELPER void gather_row_f32(const window2d *s, const float *line, int32_t left, float *to)
{
    for (int32_t kx = 0; kx < s->kernel_w; ++kx, to += s->in_c) {
        const int32_t column = left + kx * s->dilation_w;
        if (line && column >= 0 && column < s->in_w)
            memcpy(to, line + (ptrdiff_t)column * s->in_pixel, (size_t)s->in_c * sizeof *to);
        else
            memset(to, 0, (size_t)s->in_c * sizeof *to);
    }
}

/* At an output pixel, counted over the batch. */
HELPER void gather_patch_f32(const window2d *s, const float *x, int32_t pixel, float *patch)
{
    const int32_t row = pixel / s->out_w, left = pixel % s->out_w * s->stride_w - s->pad_left;
    const int32_t image = row / s->out_h, top = row % s->out_h * s->stride_h - s->pad_top;
    const int32_t last = left + (s->kernel_w - 1) * s->dilation_w;
    const int32_t run = s->kernel_w * s->in_c;
    const int is_run = s->dilation_w == 1 && s->in_pixel == s->in_c && left >= 0 && last < s->in_w;
    const ptrdiff_t line_size = (ptrdiff_t)s->in_w * s->in_pixel;
    for (int32_t ky = 0; ky < s->kernel_h; ++ky, patch += run) {
        const int32_t at = top + ky * s->dilation_h;
        const float *line = at >= 0 && at < s->in_h ? x + (image * s->in_h + at) * line_size : NULL;
        if (is_run && line)
            memcpy(patch, line + (ptrdiff_t)left * s->in_c, (size_t)run * sizeof *patch);
        else
            gather_row_f32(s, line, left, patch);
    }
}

/* Pixels whose patches are gathered at a time: of tiles of `rows` pixels, as many as the cache holds, or as there are. */
HELPER int32_t patches2d_f32_band(const window2d *s, int32_t rows)
{
    const int32_t tiles = gemm_band_f32_tiles(rows, s->kernel_h * s->kernel_w * s->in_c, s->out_c);
    const int32_t pixels = s->batch * s->out_h * s->out_w;
    return rows * tiles < pixels ? rows * tiles : pixels;
}

/* Floats of workspace of a convolution that gathers the patches of `band` pixels. */
HELPER int64_t patches2d_f32_workspace(const window2d *s, int32_t band)
{
    return (int64_t)band * s->kernel_h * s->kernel_w * s->in_c;
}
