#include "x86_support.h"

#include "x86/conv2d_f32_avx512.c"

#define CONV2D conv2d_f32_avx512
#define CPU_FEATURE "avx512f"
#include "x86_conv2d_f32.h"
