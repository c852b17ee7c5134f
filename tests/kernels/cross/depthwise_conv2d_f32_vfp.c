/* depthwise_conv2d_f32_vfp against depthwise_conv2d_f32. */
#include "generic/depthwise_conv2d_f32.c"

#include "cortexm/depthwise_conv2d_f32_vfp.c"

#define CASES 30
#define TUNED depthwise_conv2d_f32_vfp
#include "depthwise_conv2d_f32.h"
