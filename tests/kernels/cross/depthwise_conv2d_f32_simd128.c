/* depthwise_conv2d_f32_simd128 against depthwise_conv2d_f32. */
#include "generic/depthwise_conv2d_f32.c"

#include "wasm/depthwise_conv2d_f32_simd128.c"

#define TUNED depthwise_conv2d_f32_simd128
#include "depthwise_conv2d_f32.h"
