/* Workspace of the int8 kernels for the DSP instructions of Armv7E-M. */
#pragma once

#include "../abi/window2d.h"

/* Bytes of workspace of conv2d_s8_dsp: four patches as int16, and one as int8 where it is no whole number of quads that
 * can be read where they lie. */
static inline int32_t conv2d_s8_dsp_workspace(const window2d_params *s)
{
    const int32_t quads = (s->kernel_h * s->kernel_w * s->in_c + 3) / 4;
    return s->in_c % 4 == 0 ? 32 * quads : 36 * quads;
}

/* Bytes of workspace of depthwise_conv2d_s8_dsp: a row of sums, and all lines of one channel as int16, as wide as the
 * windows of an even number of outputs reach. */
static inline int32_t depthwise_plane_width(const window2d_params *s)
{
    const int32_t outputs = (s->out_w + 1) & ~1;
    return ((outputs - 1) * s->stride_w + s->kernel_w + 1) & ~1;
}

static inline int32_t depthwise_conv2d_s8_dsp_workspace(const window2d_params *s)
{
    const int32_t lines = (s->out_h - 1) * s->stride_h + (s->kernel_h - 1) * s->dilation_h + 1;
    return 4 * ((s->out_w + 1) & ~1) + 2 * lines * depthwise_plane_width(s);
}
