/* conv2d_s8_rvv against conv2d_s8. */
#include "generic/conv2d_s8.c"

#include "riscv/conv2d_s8_rvv.c"

#define PLAIN conv2d_s8
#define TUNED conv2d_s8_rvv
#define IS_DEPTHWISE 0
#define PACK pack_side_by_side
#define ARRANGE arrange_in_planes
#define WORKSPACE conv2d_rvv_workspace
#define TAKES(s) ((s)->groups == 1)
#define IN_PLACE(s) 0
#include "window_s8.h"
