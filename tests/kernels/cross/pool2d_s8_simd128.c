/* avg_pool2d_s8_simd128 and max_pool2d_s8_simd128 against the plain kernels. */
#include "generic/avg_pool2d_s8.c"
#include "generic/max_pool2d_s8.c"

#include "wasm/avg_pool2d_s8_simd128.c"
#include "wasm/max_pool2d_s8_simd128.c"

#define TUNED_AVG avg_pool2d_s8_simd128
#define TUNED_MAX max_pool2d_s8_simd128
#include "pools_s8.h"
