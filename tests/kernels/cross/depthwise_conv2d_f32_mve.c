/* depthwise_conv2d_f32_mve against depthwise_conv2d_f32. */
#include "generic/depthwise_conv2d_f32.c"

#include "cortexm/depthwise_conv2d_f32_mve.c"

#define CASES 30
#define TUNED depthwise_conv2d_f32_mve
#include "depthwise_conv2d_f32.h"
