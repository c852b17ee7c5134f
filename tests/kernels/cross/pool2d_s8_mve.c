/* avg_pool2d_s8_mve and max_pool2d_s8_mve against the plain kernels. */
#include "generic/avg_pool2d_s8.c"
#include "generic/max_pool2d_s8.c"

#include "cortexm/avg_pool2d_s8_mve.c"
#include "cortexm/max_pool2d_s8_mve.c"

#define TUNED_AVG avg_pool2d_s8_mve
#define TUNED_MAX max_pool2d_s8_mve
#include "pools_s8.h"
