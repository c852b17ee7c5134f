/* avg_pool2d_s8_scalar and max_pool2d_s8_scalar against the plain kernels. */
#include "generic/avg_pool2d_s8.c"
#include "generic/max_pool2d_s8.c"

#include "generic/avg_pool2d_s8_scalar.c"
#include "generic/max_pool2d_s8_scalar.c"

#define TUNED_AVG avg_pool2d_s8_scalar
#define TUNED_MAX max_pool2d_s8_scalar
#include "pools_s8.h"
