#include "x86_support.h"

#include "x86/avg_pool2d_f32_avx2.c"
#include "x86/max_pool2d_f32_avx2.c"

#define AVG_POOL avg_pool2d_f32_avx2
#define MAX_POOL max_pool2d_f32_avx2
#define CPU_FEATURE "avx2"
#include "x86_pool2d_f32.h"
