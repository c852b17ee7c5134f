/* matmul_f32_rvv and matmul_transposed_f32_rvv against the plain kernels. */
#include "generic/matmul_f32.c"
#include "generic/matmul_transposed_f32.c"

#include "riscv/matmul_f32_rvv.c"
#include "riscv/matmul_transposed_f32_rvv.c"

static void run(const matmul_f32_params *p, const float *x, const float *w, float *y, void *workspace, int32_t begin,
                int32_t end)
{
    (void)workspace;
    matmul_f32_rvv(p, x, w, y, begin, end);
}

#define TUNED run
#define TUNED_TRANSPOSED matmul_transposed_f32_rvv
#define WORKSPACE(s) ((s)->k * ((s)->n < MATMUL_PANEL ? (s)->n : MATMUL_PANEL))
#include "matmul_f32.h"
