/* matmul_f32_simd128 and matmul_transposed_f32_simd128 against the plain kernels. */
#include "generic/matmul_f32.c"
#include "generic/matmul_transposed_f32.c"

#include "wasm/matmul_f32_simd128.c"
#include "wasm/matmul_transposed_f32_simd128.c"

#define TUNED matmul_f32_simd128
#define TUNED_TRANSPOSED matmul_transposed_f32_simd128
#define WORKSPACE(s) (8 * (s)->k)
#include "matmul_f32.h"
