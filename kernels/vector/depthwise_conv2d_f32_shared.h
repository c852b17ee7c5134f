/* depthwise_conv2d_f32 for as many output as input channels, one body for all layers, after one of the vector_f32 headers.
 * Vectors run over the channels. Pixels whose window reaches beyond the image on the left or right are computed one by
 * one, and those between in tiles of DEPTHWISE_COLUMNS neighbours. */
#pragma once

#include "window2d.h"

INLINED vec depthwise_f32_finish(const window2d_f32 *p, vec sum)
{
    return vec_min(vec_set1(p->max), vec_max(vec_set1(p->min), sum));
}

/* One pixel, VEC channels or the first `lanes` of them, by the taps inside the image. */
INLINED void depthwise_f32_vector(const window2d_f32 *p, const int is_whole, int lanes, const window_taps *v,
                                  const window_taps *h, const float *x, const float *w, const float *bias,
                                  const float *residual, float *y)
{
    const window2d *s = &p->window;
    const vec_mask mask = vec_first(lanes);
#define LOAD(from) (is_whole ? vec_load(from) : vec_load_mask(from, mask))
    vec sum = bias ? LOAD(bias) : vec_set1(0.0F);
    for (int32_t ky = v->begin; ky < v->end; ++ky) {
        const float *from = x + tap_offset(s, *v, *h, ky, h->begin);
        const float *tap = w + (ptrdiff_t)(ky * s->kernel_w + h->begin) * s->out_c;
        for (int32_t kx = h->begin; kx < h->end; ++kx) {
            sum = vec_fma(LOAD(from), LOAD(tap), sum);
            from += (ptrdiff_t)s->dilation_w * s->in_pixel;
            tap += s->out_c;
        }
    }
    if (residual)
        sum = vec_add(sum, LOAD(residual));
#undef LOAD
    sum = depthwise_f32_finish(p, sum);
    if (is_whole)
        vec_store(y, sum);
    else
        vec_store_mask(y, sum, mask);
}

/* The pixels [begin, end) of a row, channels from `first` on, which is a multiple of VEC. */
SHARED void depthwise_f32_pixels(const window2d_f32 *p, const window_taps *v, int32_t begin, int32_t end, int32_t first,
                                 const float *x, const float *w, const float *bias, const float *residual, float *y)
{
    const window2d *s = &p->window;
    const int32_t channels = s->out_c, whole = channels - channels % VEC;
    for (int32_t column = begin; column < end; ++column) {
        const window_taps h = taps_of_column(s, column);
        const float *add = residual ? residual + (ptrdiff_t)column * s->residual_pixel : NULL;
        float *out = y + (ptrdiff_t)column * s->out_pixel;
        for (int32_t c = first; c < whole; c += VEC)
            depthwise_f32_vector(p, 1, VEC, v, &h, x + c, w + c, bias ? bias + c : NULL, add ? add + c : NULL, out + c);
        if (whole < channels)
            depthwise_f32_vector(p, 0, channels - whole, v, &h, x + whole, w + whole, bias ? bias + whole : NULL,
                                 add ? add + whole : NULL, out + whole);
    }
}

/* DEPTHWISE_COLUMNS pixels, VEC channels. `x` is at the first pixel's first tap. With `is_3` three taps side by side,
 * `stride` apart from pixel to pixel, which then share the elements that they read. */
INLINED void depthwise_f32_tile(const window2d_f32 *p, const int is_3, const int stride, int32_t lines, const float *x,
                                const float *w, const float *bias, const float *residual, float *y)
{
    const window2d *s = &p->window;
    const ptrdiff_t pixel = s->in_pixel, step = s->stride_w * pixel, line = (ptrdiff_t)s->dilation_h * s->in_w * pixel;
    vec sum[DEPTHWISE_COLUMNS];
    const vec start = bias ? vec_load(bias) : vec_set1(0.0F);
    VEC_UNROLL
    for (int i = 0; i < DEPTHWISE_COLUMNS; ++i)
        sum[i] = start;
    for (; lines > 0; --lines, x += line) {
        if (is_3) {
            const vec tap[3] = {vec_load(w), vec_load(w + s->out_c), vec_load(w + 2 * (ptrdiff_t)s->out_c)};
            const float *from = x;
            VEC_UNROLL
            for (int at = 0; at < (DEPTHWISE_COLUMNS - 1) * stride + 3; ++at, from += pixel) {
                const vec value = vec_load(from);
                VEC_UNROLL
                for (int t = 0; t < 3; ++t)
                    if (at >= t && (at - t) % stride == 0 && (at - t) / stride < DEPTHWISE_COLUMNS)
                        sum[(at - t) / stride] = vec_fma(value, tap[t], sum[(at - t) / stride]);
            }
            w += 3 * (ptrdiff_t)s->out_c;
            continue;
        }
        const float *from = x;
        for (int32_t t = 0; t < s->kernel_w; ++t, from += s->dilation_w * pixel, w += s->out_c) {
            const vec tap = vec_load(w);
            VEC_UNROLL
            for (int i = 0; i < DEPTHWISE_COLUMNS; ++i)
                sum[i] = vec_fma(vec_load(from + i * step), tap, sum[i]);
        }
    }
    if (residual)
        VEC_UNROLL
        for (int i = 0; i < DEPTHWISE_COLUMNS; ++i)
            sum[i] = vec_add(sum[i], vec_load(residual + i * (ptrdiff_t)s->residual_pixel));
    VEC_UNROLL
    for (int i = 0; i < DEPTHWISE_COLUMNS; ++i)
        vec_store(y + i * (ptrdiff_t)s->out_pixel, depthwise_f32_finish(p, sum[i]));
}

/* The same for all vectors of channels that are whole. */
SHARED void depthwise_f32_columns(const window2d_f32 *p, int32_t lines, const float *x, const float *w,
                                  const float *bias, const float *residual, float *y)
{
    const window2d *s = &p->window;
    const int is_3 = s->kernel_w == 3 && s->dilation_w == 1;
    const int32_t whole = s->out_c - s->out_c % VEC;
#define CHANNELS(is_3, stride)                                                                                        \
    for (int32_t c = 0; c < whole; c += VEC)                                                                          \
        depthwise_f32_tile(p, is_3, stride, lines, x + c, w + c, bias ? bias + c : NULL,                              \
                           residual ? residual + c : NULL, y + c)
    if (is_3 && s->stride_w == 1)
        CHANNELS(1, 1);
    else if (is_3 && s->stride_w == 2)
        CHANNELS(1, 2);
    else
        CHANNELS(0, 1);
#undef CHANNELS
}

SHARED void depthwise_conv2d_f32_shared(const window2d_f32 *p, const float *x, const float *w, const float *bias,
                                        const float *residual, float *y, int32_t row_begin, int32_t row_end)
{
    const window2d *s = &p->window;
    const int32_t whole = s->out_c - s->out_c % VEC;
    /* Pixels [inner_begin, inner_end) see no border on the left or right. */
    const int32_t room = s->in_w + s->pad_left - (s->kernel_w - 1) * s->dilation_w;
    const int32_t fitting = room <= 0 ? 0 : (room - 1) / s->stride_w + 1;
    const int32_t inner_end = fitting < s->out_w ? fitting : s->out_w;
    const int32_t left = (s->pad_left + s->stride_w - 1) / s->stride_w;
    const int32_t inner_begin = left < s->out_w ? left : s->out_w;

    for (int32_t row = row_begin; row < row_end; ++row) {
        const window_taps v = taps_of_row(s, row);
        const float *add = residual ? residual + (ptrdiff_t)row * s->out_w * s->residual_pixel : NULL;
        float *out = y + (ptrdiff_t)row * s->out_w * s->out_pixel;
        const ptrdiff_t line = (ptrdiff_t)(v.origin + v.begin * s->dilation_h) * s->in_w;
        const float *taps = w + (ptrdiff_t)v.begin * s->kernel_w * s->out_c;

        int32_t column = inner_begin;
        depthwise_f32_pixels(p, &v, 0, inner_begin, 0, x, w, bias, add, out);
        for (; column + DEPTHWISE_COLUMNS <= inner_end; column += DEPTHWISE_COLUMNS) {
            depthwise_f32_columns(p, v.end - v.begin, x + (line + column * s->stride_w - s->pad_left) * s->in_pixel,
                                  taps, bias, add ? add + (ptrdiff_t)column * s->residual_pixel : NULL,
                                  out + (ptrdiff_t)column * s->out_pixel);
            if (whole < s->out_c)
                depthwise_f32_pixels(p, &v, column, column + DEPTHWISE_COLUMNS, whole, x, w, bias, add, out);
        }
        depthwise_f32_pixels(p, &v, column, s->out_w, 0, x, w, bias, add, out);
    }
}
