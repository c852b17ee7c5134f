/* conv2d_f16 for groups = 1, with packed weights: the elements under the windows of a band of pixels are gathered,
 * zeros for those outside the image, and multiplied with the weights as a matrix.
 *
 * input      NHWC, input_pixel_stride elements from pixel to pixel; taps outside the image count as 0
 * weights    OHWI in panels of eight outputs, see rows_f16.h
 * bias       out_c, or NULL
 * output     NHWC, output_pixel_stride elements from pixel to pixel; must not overlap input
 * workspace  the patches of patches2d_f32_band(&params->window, 8) pixels as float, see patch2d_f32.h
 *
 * Sums are kept in float, and rounded once at the end. Rows are computed in bands, in no order to rely on. */
#include "kernels/conv2d_f16_neon.h"
#include "rows_f16.h"
#include "../vector/patch2d_f32.h"

/* The elements under the window at column `column` of output row `row`: kernel_h, kernel_w, in_c. */
static inline void gather_patch_f16(const window2d_params *s, const uint16_t *x, int32_t row, int32_t column,
                                    float *patch)
{
    const window_taps v = taps_of_row(s, row), h = taps_of_column(s, column);
    const int32_t taps = h.end - h.begin, lines = v.end - v.begin;
    const int32_t together = s->dilation_w == 1 && s->input_pixel_stride == s->in_c ? taps : 1;
    if (taps < s->kernel_w || lines < s->kernel_h)
        memset(patch, 0, (size_t)(s->kernel_h * s->kernel_w * s->in_c) * sizeof *patch);
    for (int32_t ky = v.begin; ky < v.end; ky++)
        for (int32_t kx = h.begin; kx < h.end; kx += together)
            widen_f16(x + tap_offset(s, v, h, ky, kx), together * s->in_c,
                      patch + (ky * s->kernel_w + kx) * s->in_c);
}

BARECC_KERNEL void conv2d_f16_neon(const conv2d_f32_params *params, const uint16_t *input, const uint16_t *weights,
                                   const uint16_t *bias, uint16_t *output, void *workspace, int32_t row_begin,
                                   int32_t row_end)
{
    const window2d_params *s = &params->window;
    const int32_t depth = s->kernel_h * s->kernel_w * s->in_c, band = patches2d_f32_band(s, ROWS_F16);
    const rows_f16 g = {s->out_c, depth, depth, s->output_pixel_stride, params->min, params->max};
    const int32_t end = row_end * s->out_w;
    float *const patches = (float *)workspace;
    for (int32_t pixel = row_begin * s->out_w; pixel < end; pixel += band) {
        const int32_t count = end - pixel < band ? end - pixel : band;
        for (int32_t i = 0; i < count; i++)
            gather_patch_f16(s, input, (pixel + i) / s->out_w, (pixel + i) % s->out_w, patches + (ptrdiff_t)i * depth);
        multiply_rows_f16(&g, count, patches, weights, bias, output + pixel * g.ldc);
    }
}
