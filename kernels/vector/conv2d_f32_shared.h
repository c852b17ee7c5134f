/* conv2d_f32 for groups = 1 with packed weights, one body for all layers, after one of the vector_f32 headers: patches
 * are gathered, a band of pixels at a time, and multiplied with the weights. */
#pragma once

#include "kernels/params/conv2d_f32_params.h"
#include "gemm_f32.h"
#include "patch2d_f32.h"

/* `band` is the number of pixels gathered at a time, for which the workspace has patches2d_f32_workspace() floats. */
BARECC_NOCLONE void conv2d_f32_shared(const conv2d_f32_params *params, int32_t band, const float *input,
                                      const float *weights, const float *bias, const float *residual, float *output,
                                      float *workspace, int32_t row_begin, int32_t row_end)
{
    const window2d_params *s = &params->window;
    const int32_t depth = s->kernel_h * s->kernel_w * s->in_c;
    const gemm_f32 g = {
        .n = s->out_c,
        .k = depth,
        .lda = depth,
        .ldc = s->output_pixel_stride,
        .ld_residual = s->residual_pixel_stride,
        .min = params->min,
        .max = params->max,
    };
    const int32_t end = row_end * s->out_w;
    for (int32_t pixel = row_begin * s->out_w; pixel < end; pixel += band) {
        const int32_t count = end - pixel < band ? end - pixel : band;
        gather_patches_f32(s, input, pixel, count, workspace);
        gemm_f32_rows(&g, count, workspace, weights, bias, residual ? residual + pixel * g.ld_residual : NULL,
                      output + pixel * g.ldc);
    }
}
