/* Workspace of the int8 kernels for processors without vectors. */
#pragma once

#include "../abi/window2d.h"

/* Bytes of workspace of conv2d_s8_scalar: up to four patches. */
static inline int32_t conv2d_s8_scalar_workspace(const window2d_params *s)
{
    return 4 * s->kernel_h * s->kernel_w * s->in_c;
}

/* Bytes of workspace of depthwise_conv2d_s8_scalar: all lines of one channel, as wide as the windows reach. */
static inline int32_t depthwise_conv2d_s8_scalar_workspace(const window2d_params *s)
{
    const int32_t lines = (s->out_h - 1) * s->stride_h + (s->kernel_h - 1) * s->dilation_h + 1;
    return lines * depthwise_line_width(s);
}
