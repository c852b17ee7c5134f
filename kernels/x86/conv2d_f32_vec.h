/* The body of conv2d_f32_avx512, _avx2 and _sse2, which see. */
#pragma once

#include "kernels/params/conv2d_f32_params.h"
#include "window2d.h"
#include "../vector/gemm_band_f32.h"
#include "gemm_tile_f32.h"

/* Copies `rows` input rows from row `first` of an image on, which may lie outside it, to `to`: padded with zeros and
 * without gaps. */
BARECC_ALWAYS_INLINE void conv2d_f32_vec_pad(const window2d_params *g, const float *image, int32_t first, int32_t rows,
                                             float *to)
{
    const int32_t columns = conv2d_f32_columns(g);
    const int32_t wanted = columns - g->pad_left;
    const int32_t copied = wanted < 0 ? 0 : wanted < g->in_w ? wanted : g->in_w;
    const size_t pixel = (size_t)g->in_c;
    const size_t left = (size_t)(columns - copied < g->pad_left ? columns - copied : g->pad_left) * pixel;
    const size_t middle = (size_t)copied * pixel;
    const size_t right = (size_t)columns * pixel - left - middle;

    for (int32_t row = first; row < first + rows; ++row) {
        if (row < 0 || row >= g->in_h) {
            memset(to, 0, (left + middle + right) * sizeof(float));
        } else {
            const float *const from = image + (ptrdiff_t)row * g->in_w * g->input_pixel_stride;
            memset(to, 0, left * sizeof(float));
            if (g->input_pixel_stride == g->in_c)
                memcpy(to + left, from, middle * sizeof(float));
            else
                for (int32_t i = 0; i < copied; ++i)
                    memcpy(to + left + (size_t)i * pixel, from + (ptrdiff_t)i * g->input_pixel_stride,
                           pixel * sizeof(float));
            memset(to + left + middle, 0, right * sizeof(float));
        }
        to += left + middle + right;
    }
}

BARECC_ALWAYS_INLINE void conv2d_f32_vec(const conv2d_f32_params *params, const float *input, const float *weights,
                                         const float *bias, const float *residual, float *output, float *workspace,
                                         int32_t row_begin, int32_t row_end)
{
    const window2d_params *const g = &params->window;
    const int padded = conv2d_f32_is_padded(g);
    const ptrdiff_t x_column = padded ? g->in_c : g->input_pixel_stride;
    const ptrdiff_t lda =
        padded ? (ptrdiff_t)conv2d_f32_columns(g) * g->in_c : (ptrdiff_t)g->in_w * g->input_pixel_stride;
    const int dense = g->dilation_w == 1 && x_column == g->in_c; /* a kernel row is one run of elements */
    const int wide = g->out_w >= TILE_PIXELS;
    const gemm_tile_f32_shape shape = {
        .line_pixels = wide ? TILE_PIXELS : g->out_w,
        .x_pixel = g->stride_w * x_column,
        .x_line = g->stride_h * lda,
        .taps_h = g->kernel_h,
        .taps_w = dense ? 1 : g->kernel_w,
        .run = dense ? g->kernel_w * g->in_c : g->in_c,
        .x_tap_h = g->dilation_h * lda,
        .x_tap_w = g->dilation_w * x_column,
        .y_pixel = g->output_pixel_stride,
        .y_line = (ptrdiff_t)g->out_w * g->output_pixel_stride,
        .residual_pixel_stride = g->residual_pixel_stride,
        .residual_line = (ptrdiff_t)g->out_w * g->residual_pixel_stride,
        .channels = g->out_c,
        .min = params->min,
        .max = params->max,
    };
    const int32_t tiles = (g->out_w + TILE_PIXELS - 1) / TILE_PIXELS;
    const int32_t group_lines = wide ? 1 : TILE_PIXELS / g->out_w;
    gemm_walk_f32 walk = {
        .group_lines = group_lines,
        .tile_end = wide ? tiles : 1,
        .small = wide ? g->out_w / tiles : group_lines * g->out_w,
        .large = wide ? g->out_w % tiles : 0,
    };

    const int32_t band = conv2d_f32_band(g);
    for (int32_t row = row_begin; row < row_end; row += walk.lines) {
        const int32_t image = row / g->out_h, line = row % g->out_h;
        const int32_t most = g->out_h - line < band ? g->out_h - line : band;
        walk.lines = row_end - row < most ? row_end - row : most;

        const float *from = input + (ptrdiff_t)image * g->in_h * g->in_w * g->input_pixel_stride;
        const int32_t first = line * g->stride_h - g->pad_top;
        if (padded) {
            conv2d_f32_vec_pad(g, from, first, conv2d_f32_rows(g, walk.lines), workspace);
            from = workspace;
        } else {
            from += first * lda;
        }
        gemm_band_f32(&shape, &walk, from, weights, bias,
                      residual ? residual + (ptrdiff_t)row * shape.residual_line : NULL,
                      output + (ptrdiff_t)row * shape.y_line);
    }
}
