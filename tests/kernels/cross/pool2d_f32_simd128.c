/* max_pool2d_f32_simd128 and avg_pool2d_f32_simd128 against the plain kernels. */
#include "generic/avg_pool2d_f32.c"
#include "generic/max_pool2d_f32.c"

#include "wasm/avg_pool2d_f32_simd128.c"
#include "wasm/max_pool2d_f32_simd128.c"

#define TUNED_MAX max_pool2d_f32_simd128
#define TUNED_AVG avg_pool2d_f32_simd128
#include "pool2d_f32.h"
