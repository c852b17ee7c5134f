/* max_pool2d_f32_mve and avg_pool2d_f32_mve against the plain kernels. */
#include "generic/avg_pool2d_f32.c"
#include "generic/max_pool2d_f32.c"

#include "cortexm/avg_pool2d_f32_mve.c"
#include "cortexm/max_pool2d_f32_mve.c"

#define CASES 30
#define TUNED_MAX max_pool2d_f32_mve
#define TUNED_AVG avg_pool2d_f32_mve
#include "pool2d_f32.h"
