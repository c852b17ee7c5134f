/* avg_pool2d_s8_neon and max_pool2d_s8_neon against the plain kernels. */
#include "generic/avg_pool2d_s8.c"
#include "generic/max_pool2d_s8.c"

#include "neon/avg_pool2d_s8_neon.c"
#include "neon/max_pool2d_s8_neon.c"

#define TUNED_AVG avg_pool2d_s8_neon
#define TUNED_MAX max_pool2d_s8_neon
#include "pools_s8.h"
