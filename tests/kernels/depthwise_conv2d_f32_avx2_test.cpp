#include "x86_support.h"

#include "x86/depthwise_conv2d_f32_avx2.c"

#define DEPTHWISE depthwise_conv2d_f32_avx2
#define CPU_FEATURE "avx2"
#include "x86_depthwise_conv2d_f32.h"
