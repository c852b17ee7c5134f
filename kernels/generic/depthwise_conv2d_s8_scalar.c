/* Depthwise 2-D convolution of int8 with bias and clamp for processors without vector instructions; the same integers
 * as depthwise_conv2d_s8, whose contract holds but for
 *
 * weights    channel by channel: out_c, kernel_h, kernel_w
 * requant    out_c folded_channels
 * workspace  depthwise_conv2d_s8_scalar_workspace bytes
 * output     may lie exactly on input where both have one shape and pixel stride, and all rows are computed in one call
 *
 * out_c is in_c and weights_zero_point 0. One channel of one image is copied to a plane with input_zero_point round it,
 * and all its outputs are computed from there. */
#include "kernels/depthwise_conv2d_s8_scalar.h"
#include "scalar_s8.h"
#include "window2d.h"

/* Lines [first, first + lines) of a channel at x, `width` columns from -pad_left on. */
static inline void gather_channel(const conv2d_s8_params *p, const int8_t *x, int32_t first, int32_t lines,
                                  int32_t width, int8_t *plane)
{
    const window2d_params *s = &p->window;
    const int32_t right = s->pad_left + s->in_w < width ? s->pad_left + s->in_w : width;
    for (int32_t line = first; line < first + lines; line++, plane += width) {
        if (line < 0 || line >= s->in_h || right <= s->pad_left) {
            memset(plane, p->input_zero_point, (size_t)width);
            continue;
        }
        const int8_t *from = x + (ptrdiff_t)line * s->in_w * s->input_pixel_stride;
        int32_t column = 0;
        for (; column < s->pad_left; column++)
            plane[column] = (int8_t)p->input_zero_point;
        for (; column < right; column++, from += s->input_pixel_stride)
            plane[column] = *from;
        for (; column < width; column++)
            plane[column] = (int8_t)p->input_zero_point;
    }
}

typedef struct {
    int32_t left, middle, right;
} three_s32;

static inline three_s32 load_three(const int8_t *from)
{
    const three_s32 values = {from[0], from[1], from[2]};
    return values;
}

/* Adds the products of three weights with the values under four windows, `stride` apart. */
static inline void slide_row(four_s32 *sums, const int8_t *line, int32_t stride, const three_s32 *weights)
{
    const four_s32 left = load_four(line, stride), middle = load_four(line + 1, stride),
                   right = load_four(line + 2, stride);
    multiply_four(sums, weights->left, &left);
    multiply_four(sums, weights->middle, &middle);
    multiply_four(sums, weights->right, &right);
}

static inline int32_t multiply_row(const int8_t *line, const three_s32 *weights)
{
    return line[0] * weights->left + line[1] * weights->middle + line[2] * weights->right;
}

/* One row of outputs of a 3x3 window, four at a time. */
static inline void convolve_row_3x3(const conv2d_s8_params *p, const int8_t *plane, int32_t width, const int8_t *w,
                                    const folded_channel *c, int8_t *out)
{
    const window2d_params *s = &p->window;
    const ptrdiff_t step = s->output_pixel_stride;
    const three_s32 above = load_three(w), centre = load_three(w + 3), below = load_three(w + 6);
    const int8_t *second = plane + s->dilation_h * width, *third = second + s->dilation_h * width;
    int32_t j = 0;
    for (; j + 4 <= s->out_w; j += 4, out += 4 * step) {
        four_s32 sums = repeat_four(0);
        slide_row(&sums, plane, s->stride_w, &above);
        slide_row(&sums, second, s->stride_w, &centre);
        slide_row(&sums, third, s->stride_w, &below);
        out[0] = requantize_folded(sums.a, c, p->min, p->max);
        out[step] = requantize_folded(sums.b, c, p->min, p->max);
        out[2 * step] = requantize_folded(sums.c, c, p->min, p->max);
        out[3 * step] = requantize_folded(sums.d, c, p->min, p->max);
        plane += 4 * s->stride_w;
        second += 4 * s->stride_w;
        third += 4 * s->stride_w;
    }
    for (; j < s->out_w; j++, out += step) {
        const int32_t sum = multiply_row(plane, &above) + multiply_row(second, &centre) + multiply_row(third, &below);
        *out = requantize_folded(sum, c, p->min, p->max);
        plane += s->stride_w;
        second += s->stride_w;
        third += s->stride_w;
    }
}

/* The same for any window. */
static inline void convolve_row(const conv2d_s8_params *p, const int8_t *plane, int32_t width, const int8_t *w,
                                const folded_channel *c, int8_t *out)
{
    const window2d_params *s = &p->window;
    for (int32_t j = 0; j < s->out_w; j++, plane += s->stride_w, out += s->output_pixel_stride) {
        const int8_t *line = plane, *weights = w;
        int32_t sum = 0;
        for (int32_t ky = 0; ky < s->kernel_h; ky++, line += s->dilation_h * width, weights += s->kernel_w)
            for (int32_t kx = 0; kx < s->kernel_w; kx++)
                sum += line[kx * s->dilation_w] * weights[kx];
        *out = requantize_folded(sum, c, p->min, p->max);
    }
}

BARECC_KERNEL void depthwise_conv2d_s8_scalar(const conv2d_s8_params *params, const int8_t *input,
                                              const int8_t *weights, const int32_t *requant, int8_t *output,
                                              void *workspace, int32_t row_begin, int32_t row_end)
{
    const window2d_params *s = &params->window;
    const int32_t width = depthwise_line_width(s);
    const int is3x3 = s->kernel_h == 3 && s->kernel_w == 3 && s->dilation_w == 1;
    int8_t *const plane = (int8_t *)workspace;
    for (int32_t row = row_begin; row < row_end;) { /* image by image */
        const int32_t image = row / s->out_h, begin = row % s->out_h;
        const int32_t end = row_end - image * s->out_h < s->out_h ? row_end - image * s->out_h : s->out_h;
        const int32_t lines = (end - begin - 1) * s->stride_h + (s->kernel_h - 1) * s->dilation_h + 1;
        const int8_t *in = input + (ptrdiff_t)image * s->in_h * s->in_w * s->input_pixel_stride;
        for (int32_t o = 0; o < s->out_c; o++) {
            const folded_channel c = folded_channel_at(requant, o);
            const int8_t *filter = weights + (ptrdiff_t)o * s->kernel_h * s->kernel_w;
            gather_channel(params, in + o, begin * s->stride_h - s->pad_top, lines, width, plane);
            for (int32_t i = begin; i < end; i++) {
                const int8_t *from = plane + (i - begin) * s->stride_h * width;
                int8_t *to = output + (ptrdiff_t)(image * s->out_h + i) * s->out_w * s->output_pixel_stride + o;
                if (is3x3)
                    convolve_row_3x3(params, from, width, filter, &c, to);
                else
                    convolve_row(params, from, width, filter, &c, to);
            }
        }
        row += end - begin;
    }
}
