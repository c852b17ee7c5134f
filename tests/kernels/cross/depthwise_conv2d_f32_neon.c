/* depthwise_conv2d_f32_neon against depthwise_conv2d_f32. */
#include "generic/depthwise_conv2d_f32.c"

#include "neon/depthwise_conv2d_f32_neon.c"

#define TUNED depthwise_conv2d_f32_neon
#include "depthwise_conv2d_f32.h"
