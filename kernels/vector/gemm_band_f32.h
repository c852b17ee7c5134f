/* Cache blocking of the convolution and matrix kernels, in plain integers: the kernels compute with it, and the
 * compiler takes the size of their workspace from it. */
#pragma once

#include "../abi/window2d.h"

/* Input that is used again and again for one panel of weights after another; it shares the L2 cache with a panel. */
#define GEMM_BAND_BYTES ((int32_t)256 * 1024)

/* Tiles of `pixels` rows of k elements in a band. Where all the weights stay in the L2 cache, one: then each input row
 * is read once into L1 and each output row is finished at once. */
static inline int32_t gemm_band_f32_tiles(int32_t pixels, int32_t k, int32_t n)
{
    if ((int64_t)k * n * 4 <= GEMM_BAND_BYTES)
        return 1;
    const int64_t tiles = GEMM_BAND_BYTES / ((int64_t)pixels * k * 4);
    return tiles < 1 ? 1 : (int32_t)tiles;
}

/* Input rows that `lines` output rows see, and the columns that one output row sees, with padding. */
static inline int32_t conv2d_f32_rows(const window2d_params *g, int32_t lines)
{
    return (lines - 1) * g->stride_h + (g->kernel_h - 1) * g->dilation_h + 1;
}

static inline int32_t conv2d_f32_columns(const window2d_params *g)
{
    return (g->out_w - 1) * g->stride_w + (g->kernel_w - 1) * g->dilation_w + 1;
}

/* Whether some window reaches beyond the image, so that a padded copy is needed. */
static inline int conv2d_f32_is_padded(const window2d_params *g)
{
    return g->pad_top > 0 || g->pad_left > 0 || conv2d_f32_rows(g, g->out_h) - g->pad_top > g->in_h ||
           conv2d_f32_columns(g) - g->pad_left > g->in_w;
}

/* Output rows in a band, all bands but the last of one image alike. */
static inline int32_t conv2d_f32_band(const window2d_params *g)
{
    const int64_t row_bytes = (int64_t)conv2d_f32_columns(g) * g->in_c * 4;
    const int64_t rows = GEMM_BAND_BYTES / row_bytes - (int64_t)(g->kernel_h - 1) * g->dilation_h - 1;
    const int64_t most = rows < 0 ? 1 : rows / g->stride_h + 1;
    const int64_t bands = (g->out_h + most - 1) / most;
    return (int32_t)((g->out_h + bands - 1) / bands);
}

/* Floats of workspace: the input rows of a band, padded, without gaps. */
static inline int64_t conv2d_f32_workspace(const window2d_params *g)
{
    if (!conv2d_f32_is_padded(g))
        return 0;
    return (int64_t)conv2d_f32_rows(g, conv2d_f32_band(g)) * conv2d_f32_columns(g) * g->in_c;
}
