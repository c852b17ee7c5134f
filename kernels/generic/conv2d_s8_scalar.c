/* 2-D convolution of int8 with dilation, bias and clamp for processors without vector instructions; the same integers
 * as conv2d_s8, whose contract holds but for
 *
 * weights    four outputs side by side: [out_c / 4][kernel_h * kernel_w * in_c][4], padded with zeros in out_c
 * requant    out_c folded_channels
 * workspace  conv2d_s8_scalar_workspace bytes
 *
 * groups is 1 and weights_zero_point 0. Four outputs of SCALAR_PATCHES pixels are computed at a time; their patches are
 * gathered, with input_zero_point where there is no image. */
#include "kernels/conv2d_s8_scalar.h"
#include "patch2d_s8.h"
#include "scalar_s8.h"

/* Stores what output channel o gives at `count` pixels. */
static inline void store_channel(const conv2d_s8_params *p, const int32_t *channels, int32_t o, const four_s32 *sums,
                                 int32_t count, int8_t *out)
{
    if (o >= p->window.out_c)
        return;
    const folded_channel c = folded_channel_at(channels, o);
    const ptrdiff_t step = p->window.output_pixel_stride;
    out[o] = requantize_folded(sums->a, &c, p->min, p->max);
    if (count > 1)
        out[step + o] = requantize_folded(sums->b, &c, p->min, p->max);
    if (count > 2) {
        out[2 * step + o] = requantize_folded(sums->c, &c, p->min, p->max);
        out[3 * step + o] = requantize_folded(sums->d, &c, p->min, p->max);
    }
}

/* Adds the products of one place of the window at `count` patches, `step` bytes apart, with four outputs' weights. */
BARECC_ALWAYS_INLINE void multiply_place(four_s32 sums[4], const int8_t *patch, ptrdiff_t step, int32_t count,
                                         const int8_t *weights)
{
    const int32_t last = count - 1; /* patches that are not there: read again, and the sums are not used */
    const four_s32 x = {patch[0], patch[(last < 1 ? last : 1) * step], patch[(last < 2 ? last : 2) * step],
                        patch[last * step]};
    multiply_four(&sums[0], weights[0], &x);
    multiply_four(&sums[1], weights[1], &x);
    multiply_four(&sums[2], weights[2], &x);
    multiply_four(&sums[3], weights[3], &x);
}

/* Four outputs at `count` patches that lie side by side, `step` bytes apart; count is 1, 2 or 4. */
BARECC_ALWAYS_INLINE void multiply_patches(const conv2d_s8_params *p, const int8_t *patch, ptrdiff_t step,
                                           int32_t count, const int8_t *weights, const int32_t *channels, int32_t o,
                                           int8_t *out)
{
    const window2d_params *s = &p->window;
    const int32_t depth = s->kernel_h * s->kernel_w * s->in_c;
    const int8_t *const end = patch + depth, *const quads = patch + depth / 4 * 4;
    four_s32 sums[4] = {repeat_four(0), repeat_four(0), repeat_four(0), repeat_four(0)};
    for (; patch < quads; patch += 4, weights += 16) {
        multiply_place(sums, patch, step, count, weights);
        multiply_place(sums, patch + 1, step, count, weights + 4);
        multiply_place(sums, patch + 2, step, count, weights + 8);
        multiply_place(sums, patch + 3, step, count, weights + 12);
    }
    for (; patch < end; patch++, weights += 4)
        multiply_place(sums, patch, step, count, weights);
    store_channel(p, channels, o, &sums[0], count, out);
    store_channel(p, channels, o + 1, &sums[1], count, out);
    store_channel(p, channels, o + 2, &sums[2], count, out);
    store_channel(p, channels, o + 3, &sums[3], count, out);
}

BARECC_KERNEL void conv2d_s8_scalar(const conv2d_s8_params *params, const int8_t *input, const int8_t *weights,
                                    const int32_t *requant, int8_t *output, void *workspace, int32_t row_begin,
                                    int32_t row_end)
{
    const window2d_params *s = &params->window;
    const int32_t depth = s->kernel_h * s->kernel_w * s->in_c, end = row_end * s->out_w;
    int8_t *const gathered = (int8_t *)workspace;
    for (int32_t pixel = row_begin * s->out_w; pixel < end;) {
        const int32_t count = end - pixel >= SCALAR_PATCHES ? SCALAR_PATCHES : 1;
        const int8_t *patches = gathered;
        if (is_pointwise(s))
            patches = input + (ptrdiff_t)pixel * s->input_pixel_stride;
        else
            for (int32_t i = 0; i < count; i++)
                gather_patch(params, input, pixel + i, gathered + i * depth);
        const ptrdiff_t step = is_pointwise(s) ? s->input_pixel_stride : depth;
        int8_t *const out = output + (ptrdiff_t)pixel * s->output_pixel_stride;
        for (int32_t o = 0; o < s->out_c; o += 4) {
            if (count == SCALAR_PATCHES)
                multiply_patches(params, patches, step, SCALAR_PATCHES, weights + (ptrdiff_t)o * depth, requant, o,
                                 out);
            else
                multiply_patches(params, patches, step, 1, weights + (ptrdiff_t)o * depth, requant, o, out);
        }
        pixel += count;
    }
}
