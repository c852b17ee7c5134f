/* Workspace of the int8 bodies that instruction sets share. */
#pragma once

#include "../abi/window2d.h"

/* Bytes of workspace of conv2d_s8_tiles (vector/tiles_s8.h), where patches have to be copied: up to eight of them, and
 * the lines under the windows of a row, as wide as these reach. */
static inline int32_t conv2d_s8_tiles_workspace(const window2d_params *s)
{
    return is_pointwise(s) ? 0
                           : 8 * ((s->kernel_h * s->kernel_w * s->in_c + 7) / 8 * 8) +
                                 depthwise_lines(s) * depthwise_line_width(s) * s->in_c;
}

/* Bytes of workspace of depthwise_conv2d_s8_taps (vector/depthwise_s8.h): where the taps lie, and the lines under the
 * windows of a row, as wide as these reach, channels up to a multiple of eight; and eight that may be read behind
 * them. */
static inline int32_t even_taps(const window2d_params *s) { return (s->kernel_h * s->kernel_w + 1) / 2 * 2; }

static inline int32_t depthwise_conv2d_s8_taps_workspace(const window2d_params *s)
{
    return 4 * even_taps(s) + depthwise_lines(s) * depthwise_line_width(s) * ((s->in_c + 7) / 8 * 8) + 8;
}
