/* The bytes under a convolution's window, gathered into one run by RISC-V's vectors: kernel_h, kernel_w, in_c. */
#pragma once

#include <riscv_vector.h>

#include "window2d.h"

HELPER void copy_bytes(int8_t *to, const int8_t *from, ptrdiff_t bytes)
{
    while (bytes > 0) {
        const size_t vl = __riscv_vsetvl_e8m8((size_t)bytes);
        __riscv_vse8_v_i8m8(to, __riscv_vle8_v_i8m8(from, vl), vl);
        to += vl, from += vl, bytes -= (ptrdiff_t)vl;
    }
}

HELPER void fill_bytes(int8_t *to, int32_t value, ptrdiff_t bytes)
{
    while (bytes > 0) {
        const size_t vl = __riscv_vsetvl_e8m8((size_t)bytes);
        __riscv_vse8_v_i8m8(to, __riscv_vmv_v_x_i8m8((int8_t)value, vl), vl);
        to += vl, bytes -= (ptrdiff_t)vl;
    }
}

/* The bytes under one row of the window, whose first column is `left`, from image line x; `size` bytes are an element,
 * and `outside` is each byte of what lies outside the image. */
HELPER void gather_line(const window2d *s, const int8_t *x, int32_t left, int32_t size, int32_t outside, int8_t *to)
{
    const int32_t tap = s->in_c * size;
    if (s->dilation_w == 1 && s->in_pixel == s->in_c) {
        const int32_t over = left + s->kernel_w - s->in_w;
        const int32_t before = left >= 0 ? 0 : -left < s->kernel_w ? -left : s->kernel_w;
        const int32_t after = over <= 0 ? 0 : over < s->kernel_w - before ? over : s->kernel_w - before;
        const int32_t inside = s->kernel_w - before - after;
        fill_bytes(to, outside, before * tap);
        copy_bytes(to + before * tap, x + (ptrdiff_t)(left + before) * tap, inside * tap);
        fill_bytes(to + (before + inside) * tap, outside, after * tap);
    } else {
        for (int32_t kx = 0; kx < s->kernel_w; kx++, left += s->dilation_w, to += tap)
            if (left >= 0 && left < s->in_w)
                copy_bytes(to, x + (ptrdiff_t)left * s->in_pixel * size, tap);
            else
                fill_bytes(to, outside, tap);
    }
}

/* All bytes under the window at an output pixel, counted over the batch. */
HELPER void gather_window(const window2d *s, const int8_t *x, int32_t pixel, int32_t size, int32_t outside, int8_t *to)
{
    const int32_t row = pixel / s->out_w, left = pixel % s->out_w * s->stride_w - s->pad_left;
    const int32_t top = row % s->out_h * s->stride_h - s->pad_top, bytes = s->kernel_w * s->in_c * size;
    const ptrdiff_t pitch = (ptrdiff_t)s->in_w * s->in_pixel * size;
    const int8_t *image = x + row / s->out_h * s->in_h * pitch;
    for (int32_t ky = 0; ky < s->kernel_h; ky++, to += bytes) {
        const int32_t line = top + ky * s->dilation_h;
        if (line >= 0 && line < s->in_h)
            gather_line(s, image + line * pitch, left, size, outside, to);
        else
            fill_bytes(to, outside, bytes);
    }
}

/* The elements from the start of x to what the window at an output pixel covers, where that is one pixel. */
HELPER ptrdiff_t single_tap_offset(const window2d *s, int32_t pixel)
{
    const int32_t row = pixel / s->out_w, line = row / s->out_h * s->in_h + row % s->out_h * s->stride_h;
    return ((ptrdiff_t)line * s->in_w + pixel % s->out_w * s->stride_w) * s->in_pixel;
}
