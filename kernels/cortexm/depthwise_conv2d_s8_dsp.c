/* Depthwise 2-D convolution of int8 with bias and clamp, by the DSP instructions of Armv7E-M; the same integers as
 * depthwise_conv2d_s8, whose contract holds but for
 *
 * weights    channel by channel: out_c, kernel_h, kernel_w
 * requant    out_c folded_channels
 * workspace  depthwise_conv2d_s8_dsp_workspace bytes, aligned to 4
 * output     may lie exactly on input where both have one shape and pixel stride, and all rows are computed in one call
 *
 * out_c is in_c, weights_zero_point 0 and dilation_w 1. One channel of one image is taken apart into a plane of int16,
 * with input_zero_point round it, and all its outputs are computed from there, a row at a time: first the sums, two
 * products in each instruction, then what is stored of them. */
#include "kernels/depthwise_conv2d_s8_dsp.h"
#include "dsp_s8.h"
#include "workspace_dsp.h"

/* Channel x of the image lines [first, first + lines), doubled, as int16. */
static inline void gather_plane(const conv2d_s8_params *p, const int8_t *x, int32_t first, int32_t lines,
                                int16_t *plane)
{
    const window2d_params *s = &p->window;
    const int32_t width = depthwise_plane_width(s);
    const int16_t outside = (int16_t)(2 * p->input_zero_point);
    for (int32_t line = first; line < first + lines; line++, plane += width) {
        int32_t column = 0;
        if (line >= 0 && line < s->in_h) {
            const int8_t *from = x + (ptrdiff_t)line * s->in_w * s->input_pixel_stride;
            const int32_t room = width > s->pad_left ? width - s->pad_left : 0;
            const int32_t inside = room < s->in_w ? room : s->in_w;
            for (; column < s->pad_left && column < width; column++)
                plane[column] = outside;
            for (int32_t quads = inside / 4; quads > 0; quads--, column += 4, from += 4 * s->input_pixel_stride) {
                const int32_t a = from[0], b = from[s->input_pixel_stride], c = from[2 * s->input_pixel_stride],
                              d = from[3 * s->input_pixel_stride];
                plane[column] = (int16_t)(2 * a);
                plane[column + 1] = (int16_t)(2 * b);
                plane[column + 2] = (int16_t)(2 * c);
                plane[column + 3] = (int16_t)(2 * d);
            }
            for (int32_t rest = inside % 4; rest > 0; rest--, column++, from += s->input_pixel_stride)
                plane[column] = (int16_t)(2 * *from);
        }
        for (; column < width; column++)
            plane[column] = outside;
    }
}

static inline uint32_t pair_of(int32_t low, int32_t high) { return ((uint32_t)low & 0xffffu) | (uint32_t)high << 16; }

/* Sums of one row of outputs of a 3x3 window with stride 1, two at a time. `pitch`: bytes from line to line. */
BARECC_NOINLINE void sum_row_3x3(const int16_t *plane, int32_t pitch, const int8_t *w, int32_t bias, int32_t outputs,
                                 int32_t *sums)
{
    const uint32_t pairs[6] = {pair_of(w[0], w[1]), pair_of(w[1], w[2]), pair_of(w[3], w[4]),
                               pair_of(w[4], w[5]), pair_of(w[6], w[7]), pair_of(w[7], w[8])};
    const int16_t *second = (const int16_t *)(const void *)((const char *)plane + pitch);
    const int16_t *third = (const int16_t *)(const void *)((const char *)second + pitch);
    for (int32_t j = 0; j < outputs; j += 2, sums += 2) {
        int32_t left = bias, right = bias;
        __asm__("ldrd r4, r5, [%[a]], #4\n\t"
                "ldrd r8, r9, [%[w]]\n\t"
                "smlad %[l], r4, r8, %[l]\n\t"
                "smlabt %[l], r5, r9, %[l]\n\t"
                "smlatb %[r], r4, r8, %[r]\n\t"
                "smlad %[r], r5, r9, %[r]\n\t"
                "ldrd r4, r5, [%[b]], #4\n\t"
                "ldrd r8, r9, [%[w], #8]\n\t"
                "smlad %[l], r4, r8, %[l]\n\t"
                "smlabt %[l], r5, r9, %[l]\n\t"
                "smlatb %[r], r4, r8, %[r]\n\t"
                "smlad %[r], r5, r9, %[r]\n\t"
                "ldrd r4, r5, [%[c]], #4\n\t"
                "ldrd r8, r9, [%[w], #16]\n\t"
                "smlad %[l], r4, r8, %[l]\n\t"
                "smlabt %[l], r5, r9, %[l]\n\t"
                "smlatb %[r], r4, r8, %[r]\n\t"
                "smlad %[r], r5, r9, %[r]\n\t"
                : [l] "+r"(left), [r] "+r"(right), [a] "+r"(plane), [b] "+r"(second), [c] "+r"(third)
                : [w] "r"(pairs)
                : "r4", "r5", "r8", "r9", "memory");
        sums[0] = left;
        sums[1] = right;
    }
}

/* The same with stride 2, one at a time. */
#ifdef __OPTIMIZE__ /* gcc has too few registers for all operands otherwise */
BARECC_NOINLINE void sum_row_3x3_stride_2(const int16_t *plane, int32_t pitch, const int8_t *w, int32_t bias,
                                          int32_t outputs, int32_t *sums)
{
    const uint32_t top = pair_of(w[0], w[1]), middle = pair_of(w[3], w[4]), bottom = pair_of(w[6], w[7]);
    const uint32_t right = pair_of(w[2], w[5]), corner = pair_of(w[8], 0);
    const int16_t *second = (const int16_t *)(const void *)((const char *)plane + pitch);
    const int16_t *third = (const int16_t *)(const void *)((const char *)second + pitch);
    for (int32_t j = 0; j < outputs; j++) {
        int32_t sum = bias;
        __asm__("ldr r4, [%[a], #4]\n\t"
                "ldr r5, [%[a]], #4\n\t"
                "smlabb %[s], r4, %[r], %[s]\n\t"
                "smlad %[s], r5, %[t], %[s]\n\t"
                "ldr r4, [%[b], #4]\n\t"
                "ldr r5, [%[b]], #4\n\t"
                "smlabt %[s], r4, %[r], %[s]\n\t"
                "smlad %[s], r5, %[m], %[s]\n\t"
                "ldr r4, [%[c], #4]\n\t"
                "ldr r5, [%[c]], #4\n\t"
                "smlabb %[s], r4, %[o], %[s]\n\t"
                "smlad %[s], r5, %[l], %[s]\n\t"
                : [s] "+r"(sum), [a] "+r"(plane), [b] "+r"(second), [c] "+r"(third)
                : [t] "r"(top), [m] "r"(middle), [l] "r"(bottom), [r] "r"(right), [o] "r"(corner)
                : "r4", "r5", "memory");
        *sums++ = sum;
    }
}
#else
static void sum_row_3x3_stride_2(const int16_t *plane, int32_t pitch, const int8_t *w, int32_t bias, int32_t outputs,
                                 int32_t *sums)
{
    for (int32_t j = 0; j < outputs; j++, plane += 2) {
        int32_t sum = bias;
        for (int32_t ky = 0; ky < 3; ky++)
            for (int32_t kx = 0; kx < 3; kx++)
                sum += plane[ky * pitch / 2 + kx] * w[3 * ky + kx];
        sums[j] = sum;
    }
}
#endif

/* Any window and stride. */
static inline void sum_row(const window2d_params *s, const int16_t *plane, int32_t width, const int8_t *w, int32_t bias,
                           int32_t *sums)
{
    for (int32_t j = 0; j < s->out_w; j++) {
        int32_t sum = bias;
        for (int32_t ky = 0; ky < s->kernel_h; ky++) {
            const int16_t *line = plane + ky * s->dilation_h * width + j * s->stride_w;
            for (int32_t kx = 0; kx < s->kernel_w; kx++)
                sum += line[kx] * w[ky * s->kernel_w + kx];
        }
        sums[j] = sum;
    }
}

BARECC_KERNEL void depthwise_conv2d_s8_dsp(const conv2d_s8_params *params, const int8_t *input, const int8_t *weights,
                                           const int32_t *requant, int8_t *output, void *workspace, int32_t row_begin,
                                           int32_t row_end)
{
    const window2d_params *s = &params->window;
    const int32_t width = depthwise_plane_width(s), taps = s->kernel_h * s->kernel_w;
    const int is3x3 = s->kernel_h == 3 && s->kernel_w == 3 && s->dilation_h == 1;
    int32_t *const sums = (int32_t *)workspace;
    int16_t *const plane = (int16_t *)(sums + ((s->out_w + 1) & ~1));
    for (int32_t row = row_begin; row < row_end;) { /* image by image */
        const int32_t image = row / s->out_h, begin = row % s->out_h;
        const int32_t end = row_end - image * s->out_h < s->out_h ? row_end - image * s->out_h : s->out_h;
        const int32_t first = begin * s->stride_h - s->pad_top;
        const int32_t lines = (end - begin - 1) * s->stride_h + (s->kernel_h - 1) * s->dilation_h + 1;
        const int8_t *in = input + (ptrdiff_t)image * s->in_h * s->in_w * s->input_pixel_stride;
        int8_t *out = output + (ptrdiff_t)row * s->out_w * s->output_pixel_stride;
        for (int32_t o = 0; o < s->out_c; o++) {
            const folded_channel c = folded_channel_at(requant, o);
            gather_plane(params, in + o, first, lines, plane);
            int8_t *to = out + o;
            for (int32_t i = begin; i < end; i++) {
                const int16_t *from = plane + (i - begin) * s->stride_h * width;
                if (is3x3 && s->stride_w == 1)
                    sum_row_3x3(from, 2 * width, weights + o * taps, c.bias, s->out_w, sums);
                else if (is3x3 && s->stride_w == 2)
                    sum_row_3x3_stride_2(from, 2 * width, weights + o * taps, c.bias, s->out_w, sums);
                else
                    sum_row(s, from, width, weights + o * taps, c.bias, sums);
                int32_t j = 0;
                for (; j + 2 <= s->out_w; j += 2, to += 2 * s->output_pixel_stride) {
                    const int32_t left = sums[j], right = sums[j + 1];
                    to[0] = requantize_twice(left, c.multiplier, c.offset, c.shift, params->min, params->max);
                    to[s->output_pixel_stride] =
                        requantize_twice(right, c.multiplier, c.offset, c.shift, params->min, params->max);
                }
                for (; j < s->out_w; j++, to += s->output_pixel_stride)
                    *to = requantize_twice(sums[j], c.multiplier, c.offset, c.shift, params->min, params->max);
            }
        }
        row += end - begin;
    }
}
