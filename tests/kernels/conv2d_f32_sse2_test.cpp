#include "x86_support.h"

#include "x86/conv2d_f32_sse2.c"

#define CONV2D conv2d_f32_sse2
#define CPU_FEATURE "sse2"
#include "x86_conv2d_f32.h"
