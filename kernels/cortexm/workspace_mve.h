/* Workspace of the int8 kernels for Helium. */
#pragma once

#include "../abi/window2d.h"

/* Bytes of workspace of conv2d_s8_mve: three patches. */
static inline int32_t conv2d_s8_mve_workspace(const window2d_params *s)
{
    return 3 * s->kernel_h * s->kernel_w * s->in_c;
}

/* Bytes of workspace of depthwise_conv2d_s8_mve: the lines under the windows of a row, as wide as these reach. */
static inline int32_t depthwise_conv2d_s8_mve_workspace(const window2d_params *s)
{
    return depthwise_lines(s) * depthwise_line_width(s) * s->in_c;
}
