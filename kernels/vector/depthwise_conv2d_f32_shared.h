/* depthwise_conv2d_f32 for as many output as input channels, one body for all layers, after one of the vector_f32
 * headers. Vectors run over the channels, and DEPTHWISE_COLUMNS neighbouring pixels of a row are summed side by side.
 * Where all their windows lie inside the image on the left and right, nothing is checked. */
#pragma once

#include "kernels/params/conv2d_f32_params.h"
#include "window2d.h"

/* Distances in elements, and what else does not change within a row. */
typedef struct {
    int32_t lines, taps;                        /* rows of the window inside the image, its columns */
    ptrdiff_t x_pixel, x_column, x_tap, x_line; /* from pixel to pixel, output column to column, tap to tap */
    ptrdiff_t channels, y_column, residual_column;
    vec low, high;
} depthwise_f32;

BARECC_ALWAYS_INLINE depthwise_f32 depthwise_f32_of(const conv2d_f32_params *p, int32_t lines)
{
    const window2d_params *s = &p->window;
    const ptrdiff_t pixel = s->input_pixel_stride;
    const depthwise_f32 d = {
        lines,
        s->kernel_w,
        pixel,
        s->stride_w * pixel,
        s->dilation_w * pixel,
        (ptrdiff_t)s->dilation_h * s->in_w * pixel,
        s->out_c,
        s->output_pixel_stride,
        s->residual_pixel_stride,
        vec_set1(p->min),
        vec_set1(p->max),
    };
    return d;
}

/* DEPTHWISE_COLUMNS pixels, VEC channels; `x` is at the first pixel's first tap. A `stride` other than 0 says that
 * three taps lie side by side, and pixels so many apart, which then share the elements that they read. */
BARECC_ALWAYS_INLINE void depthwise_f32_tile(const depthwise_f32 *d, const int stride, const float *x, const float *w,
                                             const float *bias, const float *residual, float *y)
{
    vec sum[DEPTHWISE_COLUMNS];
    const vec start = bias ? vec_load(bias) : vec_set1(0.0F);
    VEC_UNROLL
    for (int i = 0; i < DEPTHWISE_COLUMNS; ++i)
        sum[i] = start;
    for (int32_t line = 0; line < d->lines; ++line, x += d->x_line) {
        if (stride > 0) {
            const vec tap[3] = {vec_load(w), vec_load(w + d->channels), vec_load(w + 2 * d->channels)};
            w += 3 * d->channels;
            VEC_UNROLL
            for (int at = 0; at < (DEPTHWISE_COLUMNS - 1) * stride + 3; ++at) {
                const vec value = vec_load(x + at * d->x_pixel);
                VEC_UNROLL
                for (int t = 0; t < 3; ++t)
                    if (at >= t && (at - t) % stride == 0 && (at - t) / stride < DEPTHWISE_COLUMNS)
                        sum[(at - t) / stride] = vec_fma(value, tap[t], sum[(at - t) / stride]);
            }
            continue;
        }
        const float *from = x;
        for (int32_t t = 0; t < d->taps; ++t, from += d->x_tap, w += d->channels) {
            const vec tap = vec_load(w);
            VEC_UNROLL
            for (int i = 0; i < DEPTHWISE_COLUMNS; ++i)
                sum[i] = vec_fma(vec_load(from + i * d->x_column), tap, sum[i]);
        }
    }
    if (residual)
        VEC_UNROLL
        for (int i = 0; i < DEPTHWISE_COLUMNS; ++i)
            sum[i] = vec_add(sum[i], vec_load(residual + i * d->residual_column));
    VEC_UNROLL
    for (int i = 0; i < DEPTHWISE_COLUMNS; ++i)
        vec_store(y + i * d->y_column, vec_min(d->high, vec_max(d->low, sum[i])));
}

/* The same for all channels that fill vectors. */
BARECC_NOCLONE void depthwise_f32_inner(const conv2d_f32_params *params, int32_t lines, const float *input,
                                        const float *weights, const float *bias, const float *residual, float *output)
{
    const window2d_params *s = &params->window;
    const depthwise_f32 d = depthwise_f32_of(params, lines);
    const int is_3 = s->kernel_w == 3 && s->dilation_w == 1;
    const int32_t whole = s->out_c - s->out_c % VEC;
#define CHANNELS(stride)                                                                                               \
    for (int32_t c = 0; c < whole; c += VEC)                                                                           \
    depthwise_f32_tile(&d, stride, input + c, weights + c, bias ? bias + c : NULL, residual ? residual + c : NULL,     \
                       output + c)
    if (is_3 && s->stride_w == 1)
        CHANNELS(1);
    else if (is_3 && s->stride_w == 2)
        CHANNELS(2);
    else
        CHANNELS(0);
#undef CHANNELS
}

/* One pixel, `vectors` vectors of channels, or the first `lanes` channels of one. `x` and `w` are at the first tap
 * inside the image, of which there are `taps` in a line; w_line leads from line to line. */
BARECC_ALWAYS_INLINE void depthwise_f32_pixel(const depthwise_f32 *d, const int vectors, const int lanes, int32_t taps,
                                              ptrdiff_t w_line, const float *x, const float *w, const float *bias,
                                              const float *residual, float *y)
{
    vec sum[2];
#define LOAD(from, j) (lanes == VEC ? vec_load((from) + (j) * VEC) : vec_load_mask(from, vec_first(lanes)))
    VEC_UNROLL
    for (int j = 0; j < vectors; ++j)
        sum[j] = bias ? LOAD(bias, j) : vec_set1(0.0F);
    for (int32_t line = 0; line < d->lines; ++line, x += d->x_line, w += w_line) {
        const float *from = x, *tap = w;
        for (int32_t t = 0; t < taps; ++t, from += d->x_tap, tap += d->channels)
            VEC_UNROLL
            for (int j = 0; j < vectors; ++j)
                sum[j] = vec_fma(LOAD(from, j), LOAD(tap, j), sum[j]);
    }
    VEC_UNROLL
    for (int j = 0; j < vectors; ++j) {
        if (residual)
            sum[j] = vec_add(sum[j], LOAD(residual, j));
        sum[j] = vec_min(d->high, vec_max(d->low, sum[j]));
        if (lanes == VEC)
            vec_store(y + j * VEC, sum[j]);
        else
            vec_store_mask(y, sum[j], vec_first(lanes));
    }
#undef LOAD
}

/* The pixels [column, end) of a row, channels from `first` on, which is a multiple of VEC; `input` is at column
 * 0, and taps outside the image count as 0. */
BARECC_NOCLONE void depthwise_f32_edge(const conv2d_f32_params *params, int32_t column, int32_t end, int32_t first,
                                       int32_t lines, const float *input, const float *weights, const float *bias,
                                       const float *residual, float *output)
{
    const window2d_params *s = &params->window;
    const depthwise_f32 d = depthwise_f32_of(params, lines);
    for (; column < end; ++column, output += d.y_column, residual = residual ? residual + d.residual_column : NULL) {
        const window_taps h = taps_of_column(s, column);
        const int32_t taps = h.end - h.begin;
        const float *from = input + (h.origin + (ptrdiff_t)h.begin * s->dilation_w) * d.x_pixel;
        const float *tap = weights + h.begin * d.channels;
        const ptrdiff_t w_line = d.taps * d.channels;
        int32_t c = first;
#define PIXEL(vectors, lanes)                                                                                          \
    depthwise_f32_pixel(&d, vectors, lanes, taps, w_line, from + c, tap + c, bias ? bias + c : NULL,                   \
                        residual ? residual + c : NULL, output + c)
        for (; c + 2 * VEC <= s->out_c; c += 2 * VEC)
            PIXEL(2, VEC);
        for (; c + VEC <= s->out_c; c += VEC)
            PIXEL(1, VEC);
        if (c < s->out_c)
            PIXEL(1, s->out_c - c);
#undef PIXEL
    }
}

BARECC_NOCLONE void depthwise_conv2d_f32_shared(const conv2d_f32_params *params, const float *input,
                                                const float *weights, const float *bias, const float *residual,
                                                float *output, int32_t row_begin, int32_t row_end)
{
    const window2d_params *s = &params->window;
    const int32_t whole = s->out_c - s->out_c % VEC;
    const int32_t reach = (DEPTHWISE_COLUMNS - 1) * s->stride_w + (s->kernel_w - 1) * s->dilation_w;

    for (int32_t row = row_begin; row < row_end; ++row) {
        const window_taps v = taps_of_row(s, row);
        const int32_t lines = v.end - v.begin;
        const float *taps = weights + (ptrdiff_t)v.begin * s->kernel_w * s->out_c;
        const ptrdiff_t line = (ptrdiff_t)(v.origin + v.begin * s->dilation_h) * s->in_w;
        for (int32_t column = 0, count; column < s->out_w; column += count) {
            const int32_t left = column * s->stride_w - s->pad_left;
            const float *from = input + line * s->input_pixel_stride;
            const ptrdiff_t pixel = (ptrdiff_t)row * s->out_w + column;
            const float *add = residual ? residual + pixel * s->residual_pixel_stride : NULL;
            const int is_inner = left >= 0 && left + reach < s->in_w && column + DEPTHWISE_COLUMNS <= s->out_w;
            count = is_inner ? DEPTHWISE_COLUMNS : 1;
            if (is_inner)
                depthwise_f32_inner(params, lines, from + left * (ptrdiff_t)s->input_pixel_stride, taps, bias, add,
                                    output + pixel * s->output_pixel_stride);
            if (!is_inner || whole < s->out_c)
                depthwise_f32_edge(params, column, column + count, is_inner ? whole : 0, lines, from, taps, bias, add,
                                   output + pixel * s->output_pixel_stride);
        }
    }
}
