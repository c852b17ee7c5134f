/* max_pool2d_f32_rvv and avg_pool2d_f32_rvv against the plain kernels. */
#include "generic/avg_pool2d_f32.c"
#include "generic/max_pool2d_f32.c"

#include "riscv/avg_pool2d_f32_rvv.c"
#include "riscv/max_pool2d_f32_rvv.c"

#define TUNED_MAX max_pool2d_f32_rvv
#define TUNED_AVG avg_pool2d_f32_rvv
#include "pool2d_f32.h"
