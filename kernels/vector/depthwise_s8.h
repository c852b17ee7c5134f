/* Depthwise convolution of int8, eight channels at a time; with what an instruction set has for a row. Pixels lie in
 * the ring with channels up to a multiple of eight. */
#pragma once

#include "kernels/params/conv2d_s8_params.h"
#include "depthwise_taps_s8.h"
#include "lines_s8.h"
#include "workspace_s8.h"

/* workspace: depthwise_conv2d_s8_taps_workspace bytes. */
BARECC_ALWAYS_INLINE void depthwise_conv2d_s8_taps(multiply_taps_s8 *multiply, const conv2d_s8_params *params,
                                                   const int8_t *input, const int8_t *weights, const int32_t *requant,
                                                   int8_t *output, void *workspace, int32_t row_begin, int32_t row_end)
{
    const window2d_params *s = &params->window;
    const int32_t step = (s->in_c + 7) / 8 * 8, taps = even_taps(s);
    int32_t *const offsets = (int32_t *)workspace;
    int8_t *const lines = (int8_t *)(offsets + taps);
    ring_s8 ring = ring_of(s, step, lines);
    const taps_s8 in_row = {
        weights,     requant,    offsets, taps, s->in_c, step * s->stride_w, s->out_w, s->output_pixel_stride,
        params->min, params->max};
    offsets[taps - 1] = 0; /* where there is one more than the window has: its weights are zero */
    for (int32_t row = row_begin; row < row_end; row++) {
        fill_ring(&ring, params, input, row, row_begin);
        for (int32_t ky = 0; ky < s->kernel_h; ky++)
            for (int32_t kx = 0; kx < s->kernel_w; kx++)
                offsets[ky * s->kernel_w + kx] = ring_offset(&ring, s, row, ky) + kx * s->dilation_w * step;
        multiply(&in_row, lines, output + (ptrdiff_t)row * s->out_w * s->output_pixel_stride);
    }
}
