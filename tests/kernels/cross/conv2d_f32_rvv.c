/* conv2d_f32_rvv against conv2d_f32. */
#include "generic/conv2d_f32.c"

#include "riscv/conv2d_f32_rvv.c"

#define TUNED conv2d_f32_rvv
#define WIDTH s->out_c
#define WORKSPACE conv2d_rvv_workspace
#include "conv2d_f32.h"
