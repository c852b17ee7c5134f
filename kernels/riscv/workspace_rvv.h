/* Workspace of the convolutions for RISC-V's vectors. */
#pragma once

#include "../abi/window2d.h"

/* Elements of workspace of conv2d_s8_rvv and conv2d_f32_rvv: seven patches, unless all windows are one pixel wide and
 * lie whole in the image. */
static inline int32_t conv2d_rvv_workspace(const window2d_params *s)
{
    const int32_t last_line = (s->out_h - 1) * s->stride_h + (s->kernel_h - 1) * s->dilation_h;
    const int isInside = s->pad_top == 0 && s->pad_left == 0 && last_line < s->in_h;
    const int isSingle = s->kernel_w == 1 && (s->out_w - 1) * s->stride_w < s->in_w;
    return isInside && isSingle ? 0 : 7 * s->kernel_h * s->kernel_w * s->in_c;
}
