/* max_pool2d_f32_vfp and avg_pool2d_f32_vfp against the plain kernels. */
#include "generic/avg_pool2d_f32.c"
#include "generic/max_pool2d_f32.c"

#include "cortexm/avg_pool2d_f32_vfp.c"
#include "cortexm/max_pool2d_f32_vfp.c"

#define CASES 30
#define TUNED_MAX max_pool2d_f32_vfp
#define TUNED_AVG avg_pool2d_f32_vfp
#include "pool2d_f32.h"
