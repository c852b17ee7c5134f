/* depthwise_conv2d_f32 for as many output as input channels, by the single-precision unit of Armv7E-M and Armv8-M: four
 * channels at a time; nothing is copied or padded.
 *
 * input     NHWC, input_pixel_stride elements from pixel to pixel; taps outside the image count as 0
 * weights   HWC: kernel_h, kernel_w, channels
 * bias      channels, or NULL
 * residual  as output, residual_pixel_stride elements from pixel to pixel, or NULL; may be output itself
 * output    NHWC, output_pixel_stride elements from pixel to pixel; must not overlap input
 *
 * Rows are computed first to last; row i reads input lines i*stride_h - pad_top and up to
 * (kernel_h - 1) * dilation_h below. All layers share one body. */
#include "kernels/depthwise_conv2d_f32_vfp.h"
#include "vector_f32_vfp.h"
#include "window2d.h"

/* The taps of a window that lie inside the image: the first of them, their numbers, and elements from one to the
 * next. */
typedef struct {
    const float *x, *w;
    int32_t lines, columns;
    int32_t x_line, x_column, w_line, w_column;
} depthwise_taps;

/* sums[4 channels] += the products under one window, which has taps. */
BARECC_NOINLINE void depthwise_vfp_pixel(float *sums, const depthwise_taps *taps)
{
    const float *x = taps->x, *w = taps->w;
    const int32_t columns = taps->columns, x_column = 4 * taps->x_column, w_column = 4 * taps->w_column;
    int32_t lines = taps->lines, left;
    __asm__ volatile("vldmia %[sums], {s0-s3}\n"
                     "1:\n\t"
                     "mov %[left], %[columns]\n"
                     "2:\n\t"
                     "vldmia %[x], {s4-s7}\n\t"
                     "vldmia %[w], {s8-s11}\n\t"
                     "add %[x], %[x], %[x_column]\n\t"
                     "add %[w], %[w], %[w_column]\n\t"
                     "vfma.f32 s0, s4, s8\n\t"
                     "vfma.f32 s1, s5, s9\n\t"
                     "vfma.f32 s2, s6, s10\n\t"
                     "vfma.f32 s3, s7, s11\n\t"
                     "subs %[left], #1\n\t"
                     "bne 2b\n\t"
                     "add %[x], %[x], %[x_rest]\n\t"
                     "add %[w], %[w], %[w_rest]\n\t"
                     "subs %[lines], #1\n\t"
                     "bne 1b\n\t"
                     "vstmia %[sums], {s0-s3}"
                     : [x] "+r"(x), [w] "+r"(w), [lines] "+r"(lines), [left] "=&r"(left)
                     : [sums] "r"(sums), [columns] "r"(columns), [x_column] "r"(x_column), [w_column] "r"(w_column),
                       [x_rest] "r"(4 * taps->x_line - columns * x_column),
                       [w_rest] "r"(4 * taps->w_line - columns * w_column)
                     : FLOAT_REGISTERS, "cc", "memory");
}

/* The sums of four neighbours: four channels of each. */
#define PIXEL_0 "s0", "s1", "s2", "s3"
#define PIXEL_1 "s4", "s5", "s6", "s7"
#define PIXEL_2 "s8", "s9", "s10", "s11"
#define PIXEL_3 "s12", "s13", "s14", "s15"

/* Such sums += the values of one column times the first, second or third tap of a line. */
#define TAP_PRODUCTS(s0, s1, s2, s3, w0, w1, w2, w3)                                                                   \
    "vfma.f32 " s0 ", s28, " w0 "\n\t"                                                                                 \
    "vfma.f32 " s1 ", s29, " w1 "\n\t"                                                                                 \
    "vfma.f32 " s2 ", s30, " w2 "\n\t"                                                                                 \
    "vfma.f32 " s3 ", s31, " w3 "\n\t"
#define TAP_0(pixel) TAP_PRODUCTS(pixel, "s16", "s17", "s18", "s19")
#define TAP_1(pixel) TAP_PRODUCTS(pixel, "s20", "s21", "s22", "s23")
#define TAP_2(pixel) TAP_PRODUCTS(pixel, "s24", "s25", "s26", "s27")
#define LOAD_COLUMN                                                                                                    \
    "vldmia %[x], {s28-s31}\n\t"                                                                                       \
    "add %[x], %[x], %[x_column]\n\t"
#define LOAD_TAP(registers)                                                                                            \
    "vldmia %[w], {" registers "}\n\t"                                                                                 \
    "add %[w], %[w], %[w_column]\n\t"

/* Adds up the products of all lines of a window with three columns; `line` says those of the columns of one line under
 * four neighbours, which are `columns`. */
#define THREE_COLUMNS(line, columns)                                                                                   \
    __asm__ volatile("vldmia %[sums], {s0-s15}\n"                                                                      \
                     "1:\n\t" LOAD_TAP("s16-s19") LOAD_TAP("s20-s23") LOAD_TAP("s24-s27") line                         \
                     "add %[x], %[x], %[x_rest]\n\t"                                                                   \
                     "subs %[lines], #1\n\t"                                                                           \
                     "bne 1b\n\t"                                                                                      \
                     "vstmia %[sums], {s0-s15}"                                                                        \
                     : [x] "+r"(x), [w] "+r"(w), [lines] "+r"(lines)                                                   \
                     : [sums] "r"(sums), [x_column] "r"(x_column), [w_column] "r"(w_column),                           \
                       [x_rest] "r"(4 * taps->x_line - (columns) * x_column)                                           \
                     : FLOAT_REGISTERS, "cc", "memory")

/* sums[4 pixels][4 channels] += the products under the windows of four neighbours, each with three taps side by side in
 * every line, one pixel apart or two. */
BARECC_NOINLINE void depthwise_vfp_four_pixels(float *sums, const depthwise_taps *taps, int32_t stride)
{
    const float *x = taps->x, *w = taps->w;
    const int32_t x_column = 4 * taps->x_column, w_column = 4 * taps->w_column;
    int32_t lines = taps->lines;
    if (stride == 1)
        THREE_COLUMNS(LOAD_COLUMN TAP_0(PIXEL_0)
                      LOAD_COLUMN TAP_1(PIXEL_0) TAP_0(PIXEL_1)
                      LOAD_COLUMN TAP_2(PIXEL_0) TAP_1(PIXEL_1) TAP_0(PIXEL_2)
                      LOAD_COLUMN TAP_2(PIXEL_1) TAP_1(PIXEL_2) TAP_0(PIXEL_3)
                      LOAD_COLUMN TAP_2(PIXEL_2) TAP_1(PIXEL_3)
                      LOAD_COLUMN TAP_2(PIXEL_3), 6);
    else
        THREE_COLUMNS(LOAD_COLUMN TAP_0(PIXEL_0)
                      LOAD_COLUMN TAP_1(PIXEL_0)
                      LOAD_COLUMN TAP_2(PIXEL_0) TAP_0(PIXEL_1)
                      LOAD_COLUMN TAP_1(PIXEL_1)
                      LOAD_COLUMN TAP_2(PIXEL_1) TAP_0(PIXEL_2)
                      LOAD_COLUMN TAP_1(PIXEL_2)
                      LOAD_COLUMN TAP_2(PIXEL_2) TAP_0(PIXEL_3)
                      LOAD_COLUMN TAP_1(PIXEL_3)
                      LOAD_COLUMN TAP_2(PIXEL_3), 9);
}

/* One channel of the pixel whose window lies `shift` elements further. */
static inline float depthwise_vfp_channel(const depthwise_taps *taps, int32_t shift, float sum)
{
    for (int32_t ky = 0; ky < taps->lines; ky++)
        for (int32_t kx = 0; kx < taps->columns; kx++)
            sum = vec_fma(taps->x[shift + ky * taps->x_line + kx * taps->x_column],
                          taps->w[ky * taps->w_line + kx * taps->w_column], sum);
    return sum;
}

/* All channels of `pixels` neighbours, 1 or 4; `taps` are the first one's for the first channel. Both numbers of taps
 * are zero where one is. */
BARECC_NOINLINE void depthwise_vfp_pixels(const conv2d_f32_params *p, int32_t pixels, depthwise_taps taps,
                                          const float *bias, const float *residual, float *y)
{
    const window2d_params *s = &p->window;
    int32_t c = 0;
    for (; c + 4 <= s->out_c; c += 4, taps.x += 4, taps.w += 4) {
        float sums[16];
        vfp_begin(sums, pixels, bias ? bias + c : NULL);
        if (pixels == 4)
            depthwise_vfp_four_pixels(sums, &taps, s->stride_w);
        else if (taps.columns > 0)
            depthwise_vfp_pixel(sums, &taps);
        for (int32_t i = 0; i < pixels; i++)
            vfp_store_four(sums + 4 * i, residual ? residual + i * s->residual_pixel_stride + c : NULL, p->min, p->max,
                           y + i * s->output_pixel_stride + c);
    }
    for (int32_t left = s->out_c % 4; left > 0; left--, c++, taps.x++, taps.w++)
        for (int32_t i = 0; i < pixels; i++) {
            float sum = depthwise_vfp_channel(&taps, i * s->stride_w * s->input_pixel_stride, bias ? bias[c] : 0.0f);
            if (residual)
                sum += residual[i * s->residual_pixel_stride + c];
            y[i * s->output_pixel_stride + c] = vec_min(p->max, vec_max(p->min, sum));
        }
}

BARECC_NOINLINE void depthwise_vfp(const conv2d_f32_params *params, const float *input, const float *weights,
                                   const float *bias, const float *residual, float *output, int32_t row_begin,
                                   int32_t row_end)
{
    const window2d_params *s = &params->window;
    const int is_fast = s->kernel_w == 3 && s->dilation_w == 1 && s->stride_w <= 2;
    for (int32_t row = row_begin; row < row_end; row++) {
        const window_taps v = taps_of_row(s, row);
        for (int32_t column = 0; column < s->out_w;) {
            /* No window but the first pixel's reaches beyond the left border, nor but the fourth's beyond the right. */
            const int32_t left = column * s->stride_w - s->pad_left;
            const int is_four = is_fast && v.end > v.begin && column + 4 <= s->out_w && left >= 0 &&
                                left + 3 * s->stride_w + 3 <= s->in_w;
            const window_taps h = taps_of_column(s, column);
            const ptrdiff_t pixel = (ptrdiff_t)row * s->out_w + column;
            const depthwise_taps taps = {
                .x = input + tap_offset(s, v, h, v.begin, h.begin),
                .w = weights + (ptrdiff_t)(v.begin * s->kernel_w + h.begin) * s->out_c,
                .lines = h.end > h.begin ? v.end - v.begin : 0,
                .columns = v.end > v.begin ? h.end - h.begin : 0,
                .x_line = s->dilation_h * s->in_w * s->input_pixel_stride,
                .x_column = s->dilation_w * s->input_pixel_stride,
                .w_line = s->kernel_w * s->out_c,
                .w_column = s->out_c,
            };
            depthwise_vfp_pixels(params, is_four ? 4 : 1, taps, bias,
                                 residual ? residual + pixel * s->residual_pixel_stride : NULL,
                                 output + pixel * s->output_pixel_stride);
            column += is_four ? 4 : 1;
        }
    }
}

BARECC_KERNEL void depthwise_conv2d_f32_vfp(const conv2d_f32_params *params, const float *input, const float *weights,
                                            const float *bias, const float *residual, float *output, int32_t row_begin,
                                            int32_t row_end)
{
    depthwise_vfp(params, input, weights, bias, residual, output, row_begin, row_end);
}
