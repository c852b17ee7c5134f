/* avg_pool2d_s8_rvv and max_pool2d_s8_rvv against the plain kernels. */
#include "generic/avg_pool2d_s8.c"
#include "generic/max_pool2d_s8.c"

#include "riscv/avg_pool2d_s8_rvv.c"
#include "riscv/max_pool2d_s8_rvv.c"

#define TUNED_AVG avg_pool2d_s8_rvv
#define TUNED_MAX max_pool2d_s8_rvv
#include "pools_s8.h"
