/* The bytes under a convolution's window, gathered into one run by RISC-V's vectors: kernel_h, kernel_w, in_c. */
#pragma once

#include <riscv_vector.h>

#include "window2d.h"

static inline void copy_bytes(int8_t *to, const int8_t *from, ptrdiff_t bytes)
{
    while (bytes > 0) {
        const size_t vl = __riscv_vsetvl_e8m8((size_t)bytes);
        __riscv_vse8_v_i8m8(to, __riscv_vle8_v_i8m8(from, vl), vl);
        to += vl;
        from += vl;
        bytes -= (ptrdiff_t)vl;
    }
}

static inline void fill_bytes(int8_t *to, int32_t value, ptrdiff_t bytes)
{
    while (bytes > 0) {
        const size_t vl = __riscv_vsetvl_e8m8((size_t)bytes);
        __riscv_vse8_v_i8m8(to, __riscv_vmv_v_x_i8m8((int8_t)value, vl), vl);
        to += vl;
        bytes -= (ptrdiff_t)vl;
    }
}

/* Whether the elements under a line of the window lie one after the other. */
static inline int lines_are_runs(const window2d_params *s)
{
    return s->kernel_w == 1 || (s->dilation_w == 1 && s->input_pixel_stride == s->in_c);
}

/* The bytes under one row of the window, whose first column is `left`, from image line x; `size` bytes are an element,
 * and `outside` is each byte of what lies outside the image. */
static inline void gather_line(const window2d_params *s, const int8_t *x, int32_t left, int32_t size, int32_t outside,
                               int8_t *to)
{
    const int32_t tap = s->in_c * size;
    if (lines_are_runs(s)) {
        const window_taps h = taps_inside(left, s->kernel_w, 1, s->in_w);
        const int32_t begin = h.begin * tap, end = h.end * tap;
        fill_bytes(to, outside, begin);
        copy_bytes(to + begin, x + (ptrdiff_t)(left + h.begin) * s->input_pixel_stride * size, end - begin);
        fill_bytes(to + end, outside, s->kernel_w * tap - end);
    } else {
        for (int32_t kx = 0; kx < s->kernel_w; kx++, left += s->dilation_w, to += tap)
            if (left >= 0 && left < s->in_w)
                copy_bytes(to, x + (ptrdiff_t)left * s->input_pixel_stride * size, tap);
            else
                fill_bytes(to, outside, tap);
    }
}

/* All bytes under the window at an output pixel, counted over the batch. */
BARECC_NOINLINE void gather_window(const window2d_params *s, const int8_t *x, int32_t pixel, int32_t size,
                                   int32_t outside, int8_t *to)
{
    const int32_t row = pixel / s->out_w, left = pixel % s->out_w * s->stride_w - s->pad_left;
    const int32_t top = row % s->out_h * s->stride_h - s->pad_top, bytes = s->kernel_w * s->in_c * size;
    const ptrdiff_t pitch = (ptrdiff_t)s->in_w * s->input_pixel_stride * size;
    const int8_t *image = x + row / s->out_h * s->in_h * pitch;
    for (int32_t ky = 0; ky < s->kernel_h; ky++, to += bytes) {
        const int32_t line = top + ky * s->dilation_h;
        if (line >= 0 && line < s->in_h)
            gather_line(s, image + line * pitch, left, size, outside, to);
        else
            fill_bytes(to, outside, bytes);
    }
}

/* The elements from the start of x to those under the window at an output pixel, where these are lines of
 * kernel_w * in_c elements that lie wholly in the image, else -1. */
static inline ptrdiff_t whole_window_offset(const window2d_params *s, int32_t pixel)
{
    const int32_t row = pixel / s->out_w, left = pixel % s->out_w * s->stride_w - s->pad_left;
    const int32_t top = row % s->out_h * s->stride_h - s->pad_top;
    const int32_t bottom = top + (s->kernel_h - 1) * s->dilation_h, right = left + (s->kernel_w - 1) * s->dilation_w;
    if (!lines_are_runs(s) || top < 0 || bottom >= s->in_h || left < 0 || right >= s->in_w)
        return -1;
    return ((ptrdiff_t)(row / s->out_h * s->in_h + top) * s->in_w + left) * s->input_pixel_stride;
}

/* From the end of one such line to the start of the next one. */
static inline ptrdiff_t gap_of_lines(const window2d_params *s)
{
    return (ptrdiff_t)s->dilation_h * s->in_w * s->input_pixel_stride - s->kernel_w * s->in_c;
}
