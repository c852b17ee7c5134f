/* depthwise_conv2d_f32_scalar against depthwise_conv2d_f32. */
#include "generic/depthwise_conv2d_f32.c"

#include "generic/depthwise_conv2d_f32_scalar.c"

#define TUNED depthwise_conv2d_f32_scalar
#include "depthwise_conv2d_f32.h"
