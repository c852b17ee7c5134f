/* 2-D convolution with dilation, bias, residual and clamp, by RISC-V's vectors of any length; conv2d_f32's contract
 * holds but for
 *
 * weights    [kernel_h][kernel_w][in_c][out_c]
 * workspace  conv2d_rvv_workspace elements, or NULL where that is 0
 *
 * groups is 1. Products are added by fused multiply-adds. The patches of up to seven output pixels are gathered, with
 * zeros where there is no image, unless they lie whole in the image, and multiplied with all channels' weights at a
 * time. */
#include "kernels/conv2d_f32_rvv.h"
#include "patch2d_rvv.h"
#include "rows_f32_rvv.h"

BARECC_KERNEL void conv2d_f32_rvv(const conv2d_f32_params *params, const float *input, const float *weights,
                                  const float *bias, const float *residual, float *output, void *workspace,
                                  int32_t row_begin, int32_t row_end)
{
    const window2d_params *s = &params->window;
    const row_factors_f32 factors = {weights,  bias,     s->kernel_h, s->kernel_w * s->in_c,
                                     s->out_c, s->out_c, params->min, params->max};
    const int32_t depth = s->kernel_h * s->kernel_w * s->in_c;
    const int32_t end = row_end * s->out_w, most = rows_at_once(s->out_c);
    float *const patches = (float *)workspace;
    for (int32_t pixel = row_begin * s->out_w; pixel < end; pixel += most) {
        const int32_t count = end - pixel < most ? end - pixel : most;
        row_tile tile;
        row_results_f32 to;
        for (int32_t i = 0; i < count; i++) {
            const ptrdiff_t at = pixel + i;
            to.y[i] = output + at * s->output_pixel_stride;
            to.residual[i] = residual ? residual + at * s->residual_pixel_stride : NULL;
            const ptrdiff_t offset = whole_window_offset(s, pixel + i);
            if (offset >= 0) {
                tile.x[i] = input + offset;
                tile.gap[i] = gap_of_lines(s) * (ptrdiff_t)sizeof *input;
            } else {
                float *patch = patches + i * depth;
                gather_window(s, (const int8_t *)input, pixel + i, (int32_t)sizeof *input, 0, (int8_t *)patch);
                tile.x[i] = patch;
                tile.gap[i] = 0;
            }
        }
        multiply_rows_f32(&factors, &tile, &to, count);
    }
}
