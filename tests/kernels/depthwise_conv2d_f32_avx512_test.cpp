#include "x86_support.h"

#include "x86/depthwise_conv2d_f32_avx512.c"

#define DEPTHWISE depthwise_conv2d_f32_avx512
#define CPU_FEATURE "avx512f"
#include "x86_depthwise_conv2d_f32.h"
