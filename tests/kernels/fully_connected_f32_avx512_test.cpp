#include "x86_support.h"

#include "x86/fully_connected_f32_avx512.c"

#define FULLY_CONNECTED fully_connected_f32_avx512
#define CPU_FEATURE "avx512f"
#include "x86_fully_connected_f32.h"
