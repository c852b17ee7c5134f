/* 2-D convolution of int8 with dilation, bias and clamp, by the DSP instructions of Armv7E-M; the same integers as
 * conv2d_s8, whose contract holds but for
 *
 * w           packed in quads: out_c rows of kernel_h * kernel_w * in_c weights, each padded with zeros to a multiple of 4
 * channels    out_c folded_channels
 * workspace   conv2d_s8_dsp_workspace bytes, aligned to 4
 *
 * groups is 1 and filter_zero 0. Four output pixels are computed at a time: their patches are gathered, with in_zero
 * where there is no image, taken apart into int16 once, and multiplied with each row of weights. */
#include "dsp_s8.h"
#include "patch2d_s8.h"

KERNEL void conv2d_s8_dsp(const window2d_s8 *p, const int8_t *x, const int8_t *w, const int32_t *channels,
                          int8_t *y, void *workspace, int32_t row_begin, int32_t row_end)
{
    const window2d *s = &p->window;
    const int32_t depth = s->kernel_h * s->kernel_w * s->in_c, quads = (depth + 3) / 4;
    const int32_t end = row_end * s->out_w;
    uint32_t *pairs = (uint32_t *)workspace;
    int8_t *patch = (int8_t *)(pairs + 8 * quads);
    /* Pixels are read where they lie. */
    const int isPointwise = is_pointwise(s) && s->in_c % 4 == 0;
    for (int32_t pixel = row_begin * s->out_w; pixel < end;) {
        const int32_t pixels = end - pixel >= 4 ? 4 : 1;
        for (int32_t i = 0; i < pixels; i++) {
            const int8_t *bytes = patch;
            if (isPointwise)
                bytes = x + (ptrdiff_t)(pixel + i) * s->in_pixel;
            else
                gather_patch(p, x, pixel + i, patch);
            expand_patch(bytes, quads, i, pixels, pairs);
        }
        int8_t *out = y + (ptrdiff_t)pixel * s->out_pixel;
        if (pixels == 4) {
            multiply_four_patches(w, pairs, quads, channels, channels + 4 * s->out_c, out, s->out_pixel);
            if (p->min > INT8_MIN || p->max < INT8_MAX)
                for (int32_t i = 0; i < 4; i++)
                    for (int32_t o = 0; o < s->out_c; o++)
                        out[i * s->out_pixel + o] = (int8_t)clamp_s32(out[i * s->out_pixel + o], p->min, p->max);
        } else {
            for (int32_t o = 0; o < s->out_c; o++) {
                const folded_channel c = folded_channel_at(channels, o);
                const int32_t sum = multiply_by_1(w + (ptrdiff_t)4 * quads * o, pairs, quads, c.bias);
                out[o] = requantize_twice(sum, c.multiplier, c.offset, c.shift, p->min, p->max);
            }
        }
        pixel += pixels;
    }
}
