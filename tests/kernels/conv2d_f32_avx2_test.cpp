#include "x86_support.h"

#include "x86/conv2d_f32_avx2.c"

#define CONV2D conv2d_f32_avx2
#define CPU_FEATURE "avx2"
#include "x86_conv2d_f32.h"
