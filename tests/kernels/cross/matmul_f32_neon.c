/* matmul_f32_neon and matmul_transposed_f32_neon against the plain kernels. */
#include "generic/matmul_f32.c"
#include "generic/matmul_transposed_f32.c"

#include "neon/matmul_f32_neon.c"
#include "neon/matmul_transposed_f32_neon.c"

#define TUNED matmul_f32_neon
#define TUNED_TRANSPOSED matmul_transposed_f32_neon
#define WORKSPACE(s) (8 * (s)->k)
#include "matmul_f32.h"
