/* avg_pool2d_s8_dsp and max_pool2d_s8_dsp against the plain kernels. */
#include "generic/avg_pool2d_s8.c"
#include "generic/max_pool2d_s8.c"

#include "cortexm/avg_pool2d_s8_dsp.c"
#include "cortexm/max_pool2d_s8_dsp.c"

#define TUNED_AVG avg_pool2d_s8_dsp
#define TUNED_MAX max_pool2d_s8_dsp
#include "pools_s8.h"
