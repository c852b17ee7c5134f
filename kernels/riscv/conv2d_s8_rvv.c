/* 2-D convolution of int8 with dilation, bias and clamp, by RISC-V's vectors of any length; the same integers as
 * conv2d_s8, whose contract holds but for
 *
 * w           [kernel_h][kernel_w][in_c][out_c]
 * channels    four arrays of out_c words; see rvv_s8.h
 * workspace   conv2d_rvv_workspace bytes, or NULL where that is 0
 *
 * groups is 1 and filter_zero 0. The patches of up to seven output pixels are gathered, with in_zero where there is no
 * image, and multiplied with all channels' weights at a time. */
#include "patch2d_rvv.h"
#include "rows_s8_rvv.h"

KERNEL void conv2d_s8_rvv(const window2d_s8 *p, const int8_t *x, const int8_t *w, const int32_t *channels, int8_t *y,
                          void *workspace, int32_t row_begin, int32_t row_end)
{
    const window2d *s = &p->window;
    const row_factors_s8 factors = {w, channels, s->kernel_h * s->kernel_w * s->in_c, s->out_c, p->min, p->max};
    const int32_t end = row_end * s->out_w, most = rows_at_once(s->out_c);
    int8_t *const patches = (int8_t *)workspace;
    for (int32_t pixel = row_begin * s->out_w; pixel < end; pixel += most) {
        const int32_t count = end - pixel < most ? end - pixel : most;
        row_tile_s8 tile;
        for (int32_t i = 0; i < count; i++) {
            tile.y[i] = y + (ptrdiff_t)(pixel + i) * s->out_pixel;
            if (is_single_tap(s)) {
                tile.x[i] = x + single_tap_offset(s, pixel + i);
            } else {
                gather_window(s, x, pixel + i, 1, p->in_zero, patches + i * factors.depth);
                tile.x[i] = patches + i * factors.depth;
            }
        }
        multiply_rows(&factors, &tile, count);
    }
}
