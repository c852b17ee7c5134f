/* Tests of products of two activations of f32 against the plain kernels, over shapes that look random. A test defines
 * TUNED and TUNED_TRANSPOSED, calls of the kernels with (p, x, w, y, workspace, begin, end), and WORKSPACE, their
 * floats of workspace given the matmul, and includes this file behind the plain kernels and its own. */
#include "support_f32.h"

static floats input, weights, expected, actual, workspace, workspace_before;

static int check_rows(const matmul_f32_params *p, int is_transposed, int32_t begin, int32_t end)
{
    const gemm_params *s = &p->gemm;
    const int32_t count = s->batch * s->m * s->ldc, workspace_count = (int32_t)(WORKSPACE(s));
    const float *x = elements(&input), *w = elements(&weights);
    fill_floats(&expected, count);
    memcpy(&actual, &expected, sizeof actual);
    fill_floats(&workspace, workspace_count);
    memcpy(&workspace_before, &workspace, sizeof workspace);
    if (is_transposed) {
        matmul_transposed_f32(p, x, w, elements(&expected), begin, end);
        TUNED_TRANSPOSED(p, x, w, elements(&actual), elements(&workspace), begin, end);
    } else {
        matmul_f32(p, x, w, elements(&expected), begin, end);
        TUNED(p, x, w, elements(&actual), elements(&workspace), begin, end);
    }
    memcpy(elements(&workspace_before), elements(&workspace), (size_t)workspace_count * sizeof(float));
    return differ("output", &expected, &actual, count) +
           differ("behind the workspace", &workspace_before, &workspace, workspace_count);
}

static int check(gemm_params s, int is_transposed)
{
    const int32_t rows = s.batch * s.m, lines = is_transposed ? s.n : s.k;
    s.ldb = (is_transposed ? s.k : s.n) + (random_int(0, 1) ? 0 : random_int(1, 5));
    s.stride_b = random_int(0, 1) ? lines * s.ldb : 0;
    fill_floats(&input, rows * s.lda);
    fill_floats(&weights, s.batch * lines * s.ldb);
    matmul_f32_params p = {s, 0.0f, 0.0f};
    random_clamp(&p.min, &p.max);
    const int32_t begin = random_int(0, rows - 1);
    const int failed = check_rows(&p, is_transposed, 0, rows) ||
                       check_rows(&p, is_transposed, begin, random_int(begin, rows));
    if (failed)
        printf("%d: %d x %d x %d, rows %d, %d, %d, matrix %d%s\n", (int)s.batch, (int)s.m, (int)s.n, (int)s.k,
               (int)s.lda, (int)s.ldb, (int)s.ldc, (int)s.stride_b, is_transposed ? ", transposed" : "");
    return failed;
}

int main(void)
{
    static const int32_t sizes[] = {1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 31, 49, 64, 150};
    int failed = 0;
    for (int32_t i = 0; i < 200 && failed < 5; i++) {
        gemm_params s;
        memset(&s, 0, sizeof s);
        s.batch = random_int(1, 3);
        s.m = sizes[random_int(0, 11)];
        s.n = sizes[random_int(0, 14)];
        s.k = sizes[random_int(0, 13)];
        s.lda = s.k + (random_int(0, 1) ? 0 : random_int(1, 5));
        s.ldc = s.n + (random_int(0, 1) ? 0 : random_int(1, 5));
        failed += check(s, i % 2);
    }
    return failed > 0;
}
