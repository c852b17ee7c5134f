#include "x86_support.h"

#include "x86/fully_connected_f32_sse2.c"

#define FULLY_CONNECTED fully_connected_f32_sse2
#define CPU_FEATURE "sse2"
#include "x86_fully_connected_f32.h"
