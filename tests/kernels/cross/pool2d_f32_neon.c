/* max_pool2d_f32_neon and avg_pool2d_f32_neon against the plain kernels. */
#include "generic/avg_pool2d_f32.c"
#include "generic/max_pool2d_f32.c"

#include "neon/avg_pool2d_f32_neon.c"
#include "neon/max_pool2d_f32_neon.c"

#define TUNED_MAX max_pool2d_f32_neon
#define TUNED_AVG avg_pool2d_f32_neon
#include "pool2d_f32.h"
