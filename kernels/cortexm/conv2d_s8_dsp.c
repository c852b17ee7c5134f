/* 2-D convolution of int8 with dilation, bias and clamp, by the DSP instructions of Armv7E-M; the same integers as
 * conv2d_s8, whose contract holds but for
 *
 * weights    packed in quads: out_c rows of kernel_h * kernel_w * in_c weights, each padded with zeros to a multiple
 *            of 4
 * requant    out_c folded_channels
 * workspace  conv2d_s8_dsp_workspace bytes, aligned to 4
 *
 * groups is 1 and weights_zero_point 0. Four output pixels are computed at a time: their patches, with input_zero_point
 * where there is no image, are taken apart into int16 once, and multiplied with each row of weights. */
#include "kernels/conv2d_s8_dsp.h"
#include "dsp_s8.h"
#include "patch2d_s8.h"

/* A row of the window, from column `left` of an image line on, or -1 for a line outside: expand_patch, tap by tap. */
BARECC_NOINLINE void expand_row(const conv2d_s8_params *p, const int8_t *x, int32_t line, int32_t left, int32_t pixels,
                                uint32_t *pairs)
{
    const window2d_params *s = &p->window;
    const uint32_t zero = (uint32_t)(2 * p->input_zero_point) & 0xffffu;
    for (int32_t kx = 0; kx < s->kernel_w; kx++, left += s->dilation_w) {
        if (line >= 0 && left >= 0 && left < s->in_w)
            expand_patch(x + ((ptrdiff_t)line * s->in_w + left) * s->input_pixel_stride, s->in_c / 4, pixels, pairs);
        else
            for (int32_t i = 0; i < s->in_c / 4; i++)
                pairs[2 * pixels * i] = pairs[2 * pixels * i + 1] = zero | zero << 16;
        pairs += 2 * pixels * (s->in_c / 4);
    }
}

/* The patch of an output pixel from where it lies in the image; no quad of it is under two taps. */
static inline void expand_window(const conv2d_s8_params *p, const int8_t *x, int32_t pixel, int32_t pixels,
                                 uint32_t *pairs)
{
    const window2d_params *s = &p->window;
    const window_place at = window_at(s, pixel);
    const int32_t quads = s->kernel_w * (s->in_c / 4);
    for (int32_t ky = 0; ky < s->kernel_h; ky++, pairs += 2 * pixels * quads) {
        const int32_t line = line_under(s, &at, ky);
        if (at.is_run && line >= 0)
            expand_patch(x + ((ptrdiff_t)line * s->in_w + at.left) * s->in_c, quads, pixels, pairs);
        else
            expand_row(p, x, line, at.left, pixels, pairs);
    }
}

BARECC_KERNEL void conv2d_s8_dsp(const conv2d_s8_params *params, const int8_t *input, const int8_t *weights,
                                 const int32_t *requant, int8_t *output, void *workspace, int32_t row_begin,
                                 int32_t row_end)
{
    const window2d_params *s = &params->window;
    const int32_t depth = s->kernel_h * s->kernel_w * s->in_c, quads = (depth + 3) / 4;
    const int32_t end = row_end * s->out_w;
    uint32_t *pairs = (uint32_t *)workspace;
    int8_t *patch = (int8_t *)(pairs + 8 * quads);
    for (int32_t pixel = row_begin * s->out_w; pixel < end;) {
        const int32_t pixels = end - pixel >= 4 ? 4 : 1;
        for (int32_t i = 0; i < pixels; i++) {
            if (s->in_c % 4 != 0) {
                gather_patch(params, input, pixel + i, patch);
                expand_patch(patch, quads, pixels, pairs + 2 * i);
            } else if (is_pointwise(s)) {
                expand_patch(input + (ptrdiff_t)(pixel + i) * s->input_pixel_stride, quads, pixels, pairs + 2 * i);
            } else {
                expand_window(params, input, pixel + i, pixels, pairs + 2 * i);
            }
        }
        int8_t *out = output + (ptrdiff_t)pixel * s->output_pixel_stride;
        if (pixels == 4) {
            multiply_four_patches(weights, pairs, quads, requant, requant + 4 * s->out_c, out, s->output_pixel_stride);
            if (params->min > INT8_MIN || params->max < INT8_MAX)
                for (int32_t i = 0; i < 4; i++)
                    for (int32_t o = 0; o < s->out_c; o++)
                        out[i * s->output_pixel_stride + o] =
                            (int8_t)clamp_s32(out[i * s->output_pixel_stride + o], params->min, params->max);
        } else {
            for (int32_t o = 0; o < s->out_c; o++) {
                const folded_channel c = folded_channel_at(requant, o);
                const int32_t sum = multiply_by_1(weights + (ptrdiff_t)4 * quads * o, pairs, quads, c.bias);
                out[o] = requantize_twice(sum, c.multiplier, c.offset, c.shift, params->min, params->max);
            }
        }
        pixel += pixels;
    }
}
