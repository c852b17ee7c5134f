/* Arithmetic of a window that slides over an NHWC image. */
#pragma once

#include "kernel.h"
#include "kernels/params/window2d_params.h"

/* Rows are counted over the whole batch: row = image * out_h + line. A kernel computes the output rows
 * [row_begin, row_end) and reads or writes nothing that only other rows need. */

/* Along one axis, the taps [begin, end) of a window that lie inside the image, and where tap 0 lies. */
typedef struct {
    int32_t begin, end, origin;
} window_taps;

static inline window_taps taps_inside(int32_t origin, int32_t kernel, int32_t dilation, int32_t size)
{
    window_taps t = {0, kernel, origin};
    while (t.begin < kernel && origin + t.begin * dilation < 0)
        t.begin++;
    while (t.end > t.begin && origin + (t.end - 1) * dilation >= size)
        t.end--;
    return t;
}

/* Of the window at an output row; the origin is a line counted over the whole batch. */
static inline window_taps taps_of_row(const window2d_params *s, int32_t row)
{
    window_taps v = taps_inside(row % s->out_h * s->stride_h - s->pad_top, s->kernel_h, s->dilation_h, s->in_h);
    v.origin += row / s->out_h * s->in_h;
    return v;
}

static inline window_taps taps_of_column(const window2d_params *s, int32_t column)
{
    return taps_inside(column * s->stride_w - s->pad_left, s->kernel_w, s->dilation_w, s->in_w);
}

/* Elements from the start of the input to the pixel under tap (ky, kx). */
static inline ptrdiff_t tap_offset(const window2d_params *s, window_taps v, window_taps h, int32_t ky, int32_t kx)
{
    const int32_t line = v.origin + ky * s->dilation_h;
    return ((ptrdiff_t)line * s->in_w + h.origin + kx * s->dilation_w) * s->input_pixel_stride;
}

/* Transposed convolution: elements from the start of the input to the pixel that tap (ky, kx) carries to column
 * `column` of output row `row`, or -1 if there is none. */
static inline ptrdiff_t transposed_tap_offset(const window2d_params *s, int32_t row, int32_t column, int32_t ky,
                                              int32_t kx)
{
    const int32_t down = row % s->out_h + s->pad_top - ky * s->dilation_h;
    const int32_t right = column + s->pad_left - kx * s->dilation_w;
    const int32_t line = down / s->stride_h, pixel = right / s->stride_w;
    if (down < 0 || down % s->stride_h || line >= s->in_h || right < 0 || right % s->stride_w || pixel >= s->in_w)
        return -1;
    return ((ptrdiff_t)(row / s->out_h * s->in_h + line) * s->in_w + pixel) * s->input_pixel_stride;
}

/* Output pixel i reads input pixel i and no other: no patch has to be gathered. */
static inline int is_pointwise(const window2d_params *s)
{
    return s->kernel_h == 1 && s->kernel_w == 1 && s->pad_top == 0 && s->pad_left == 0 && s->stride_h == 1 &&
           s->stride_w == 1 && s->out_h == s->in_h && s->out_w == s->in_w;
}

/* Lines of the input under the windows of a row, and as many of their pixels as the windows reach. */
static inline int32_t depthwise_lines(const window2d_params *s) { return (s->kernel_h - 1) * s->dilation_h + 1; }

static inline int32_t depthwise_line_width(const window2d_params *s)
{
    return (s->out_w - 1) * s->stride_w + (s->kernel_w - 1) * s->dilation_w + 1;
}
