/* 2-D convolution of int8 with dilation, bias and clamp, by RISC-V's vectors of any length; the same integers as
 * conv2d_s8, whose contract holds but for
 *
 * weights    [kernel_h][kernel_w][in_c][out_c]
 * requant    four arrays of out_c words; see rvv_s8.h
 * workspace  conv2d_rvv_workspace bytes, or NULL where that is 0
 *
 * groups is 1 and weights_zero_point 0. The patches of up to seven output pixels are gathered, with input_zero_point
 * where there is no image, unless they lie whole in the image, and multiplied with all channels' weights at a time. */
#include "kernels/conv2d_s8_rvv.h"
#include "patch2d_rvv.h"
#include "rows_s8_rvv.h"

BARECC_KERNEL void conv2d_s8_rvv(const conv2d_s8_params *params, const int8_t *input, const int8_t *weights,
                                 const int32_t *requant, int8_t *output, void *workspace, int32_t row_begin,
                                 int32_t row_end)
{
    const window2d_params *s = &params->window;
    const row_factors_s8 factors = {weights,  requant,     s->kernel_h, s->kernel_w * s->in_c,
                                    s->out_c, params->min, params->max};
    const int32_t depth = s->kernel_h * s->kernel_w * s->in_c;
    const int32_t end = row_end * s->out_w, most = rows_at_once(s->out_c);
    int8_t *const patches = (int8_t *)workspace;
    for (int32_t pixel = row_begin * s->out_w; pixel < end; pixel += most) {
        const int32_t count = end - pixel < most ? end - pixel : most;
        row_tile tile;
        int8_t *to[ROWS_OF_TILE];
        for (int32_t i = 0; i < count; i++) {
            to[i] = output + (ptrdiff_t)(pixel + i) * s->output_pixel_stride;
            const ptrdiff_t offset = whole_window_offset(s, pixel + i);
            if (offset >= 0) {
                tile.x[i] = input + offset;
                tile.gap[i] = gap_of_lines(s);
            } else {
                gather_window(s, input, pixel + i, 1, params->input_zero_point, patches + i * depth);
                tile.x[i] = patches + i * depth;
                tile.gap[i] = 0;
            }
        }
        multiply_rows_s8(&factors, &tile, to, count);
    }
}
