/* depthwise_conv2d_f32_rvv against depthwise_conv2d_f32. */
#include "generic/depthwise_conv2d_f32.c"

#include "riscv/depthwise_conv2d_f32_rvv.c"

#define TUNED depthwise_conv2d_f32_rvv
#include "depthwise_conv2d_f32.h"
