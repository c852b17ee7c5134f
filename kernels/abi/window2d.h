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

/* Bytes of workspace of conv2d_s8_dsp: four patches as int16, and one as int8 where it is no whole number of quads that
 * can be read where they lie. */
static inline int32_t conv2d_s8_dsp_workspace(const window2d_params *s)
{
    const int32_t quads = (s->kernel_h * s->kernel_w * s->in_c + 3) / 4;
    return s->in_c % 4 == 0 ? 32 * quads : 36 * quads;
}

/* Bytes of workspace of depthwise_conv2d_s8_dsp: a row of sums, and all lines of one channel as int16, as wide as the
 * windows of an even number of outputs reach. */
static inline int32_t depthwise_plane_width(const window2d_params *s)
{
    const int32_t outputs = (s->out_w + 1) & ~1;
    return ((outputs - 1) * s->stride_w + s->kernel_w + 1) & ~1;
}

static inline int32_t depthwise_conv2d_s8_dsp_workspace(const window2d_params *s)
{
    const int32_t lines = (s->out_h - 1) * s->stride_h + (s->kernel_h - 1) * s->dilation_h + 1;
    return 4 * ((s->out_w + 1) & ~1) + 2 * lines * depthwise_plane_width(s);
}

/* Bytes of workspace of conv2d_s8_mve: three patches. */
static inline int32_t conv2d_s8_mve_workspace(const window2d_params *s)
{
    return 3 * s->kernel_h * s->kernel_w * s->in_c;
}

/* Bytes of workspace of depthwise_conv2d_s8_mve: the lines under the windows of a row, as wide as these reach. */
static inline int32_t depthwise_lines(const window2d_params *s) { return (s->kernel_h - 1) * s->dilation_h + 1; }

static inline int32_t depthwise_line_width(const window2d_params *s)
{
    return (s->out_w - 1) * s->stride_w + (s->kernel_w - 1) * s->dilation_w + 1;
}

static inline int32_t depthwise_conv2d_s8_mve_workspace(const window2d_params *s)
{
    return depthwise_lines(s) * depthwise_line_width(s) * s->in_c;
}

/* Elements of workspace of conv2d_s8_rvv and conv2d_f32_rvv: seven patches, unless all windows are one pixel wide and
 * lie whole in the image. */
static inline int32_t conv2d_rvv_workspace(const window2d_params *s)
{
    const int32_t last_line = (s->out_h - 1) * s->stride_h + (s->kernel_h - 1) * s->dilation_h;
    const int isInside = s->pad_top == 0 && s->pad_left == 0 && last_line < s->in_h;
    const int isSingle = s->kernel_w == 1 && (s->out_w - 1) * s->stride_w < s->in_w;
    return isInside && isSingle ? 0 : 7 * s->kernel_h * s->kernel_w * s->in_c;
}

/* Bytes of workspace of conv2d_s8_tiles (vector/tiles_s8.h), where patches have to be copied: up to eight of them, and the
 * lines under the windows of a row, as wide as these reach. */
static inline int32_t conv2d_s8_tiles_workspace(const window2d_params *s)
{
    return is_pointwise(s) ? 0
                           : 8 * ((s->kernel_h * s->kernel_w * s->in_c + 7) / 8 * 8) +
                                 depthwise_lines(s) * depthwise_line_width(s) * s->in_c;
}

/* Bytes of workspace of depthwise_conv2d_s8_taps (vector/depthwise_s8.h): where the taps lie, and the lines under the
 * windows of a row, as wide as these reach, channels up to a multiple of eight; and eight that may be read behind them. */
static inline int32_t even_taps(const window2d_params *s) { return (s->kernel_h * s->kernel_w + 1) / 2 * 2; }

static inline int32_t depthwise_conv2d_s8_taps_workspace(const window2d_params *s)
{
    return 4 * even_taps(s) + depthwise_lines(s) * depthwise_line_width(s) * ((s->in_c + 7) / 8 * 8) + 8;
}

/* Bytes of workspace of conv2d_s8_scalar: up to four patches. */
static inline int32_t conv2d_s8_scalar_workspace(const window2d_params *s)
{
    return 4 * s->kernel_h * s->kernel_w * s->in_c;
}

/* Bytes of workspace of depthwise_conv2d_s8_scalar: all lines of one channel, as wide as the windows reach. */
static inline int32_t depthwise_conv2d_s8_scalar_workspace(const window2d_params *s)
{
    const int32_t lines = (s->out_h - 1) * s->stride_h + (s->kernel_h - 1) * s->dilation_h + 1;
    return lines * depthwise_line_width(s);
}
