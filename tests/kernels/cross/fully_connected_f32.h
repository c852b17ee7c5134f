/* Tests of a fully connected layer of f32 against the plain kernel, over shapes that look random. A test defines
 * TUNED, the kernel, and WIDTH, the outputs side by side in its packed weights, and includes this file behind the
 * plain kernel and its own. */
#include "support_f32.h"

#ifndef CASES
#define CASES 300 /* fewer where the emulator is slow */
#endif

static floats input, weights, packed, bias, residual, expected, actual;

static int check(const gemm_params *size)
{
    matmul_f32_params p = {*size, 0.0f, 0.0f};
    gemm_params *s = &p.gemm;
    const int32_t count = s->m * s->ldc;
    random_clamp(&p.min, &p.max);
    fill_floats(&input, s->m * s->lda);
    fill_floats(&weights, s->n * s->k);
    fill_floats(&bias, s->n);
    fill_floats(&packed, (s->n + WIDTH - 1) / WIDTH * WIDTH * s->k);
    pack_floats_side_by_side(elements(&weights), s->n, s->k, WIDTH, elements(&packed));
    s->ld_residual = s->n + random_int(0, 3);
    fill_floats(&residual, s->m * s->ld_residual);
    const float *b = random_int(0, 3) ? elements(&bias) : NULL;
    const int is_added = random_int(0, 1);
    int failed = 0;
    for (int part = 0; part < 2; part++) {
        const int32_t begin = part ? random_int(0, s->m - 1) : 0, end = part ? random_int(begin, s->m) : s->m;
        const float *r = is_added ? elements(&residual) : NULL;
        fill_floats(&expected, count);
        memcpy(&actual, &expected, sizeof actual);
        fully_connected_f32(&p, elements(&input), elements(&weights), b, r, elements(&expected), begin, end);
        TUNED(&p, elements(&input), elements(&packed), b, r, elements(&actual), begin, end);
        failed += differ("output", &expected, &actual, count);
    }
    if (is_added) {
        s->ld_residual = s->ldc;
        fill_floats(&expected, count);
        memcpy(&actual, &expected, sizeof actual);
        float *const at = elements(&expected), *const tuned_at = elements(&actual);
        fully_connected_f32(&p, elements(&input), elements(&weights), b, at, at, 0, s->m);
        TUNED(&p, elements(&input), elements(&packed), b, tuned_at, tuned_at, 0, s->m);
        failed += differ("in place", &expected, &actual, count);
    }
    if (failed)
        printf("%d x %d x %d, rows %d, %d\n", (int)s->m, (int)s->n, (int)s->k, (int)s->lda, (int)s->ldc);
    return failed;
}

/* A NaN stays one, whatever the clamp. */
static int check_nan(void)
{
    const matmul_f32_params p = {{1, 1, 1, 1, 1, 1, 1, 0, 0}, 0.0f, 6.0f};
    float x = NAN, y = 0.0f;
    fill_floats(&packed, 16);
    TUNED(&p, &x, elements(&packed), NULL, NULL, &y, 0, 1);
    if (isnan(y))
        return 0;
    printf("a NaN became %g\n", (double)y);
    return 1;
}

int main(void)
{
    static const int32_t sizes[] = {1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 31, 49, 64, 100};
    int failed = check_nan();
    for (int32_t i = 0; i < CASES && failed < 5; i++) {
        gemm_params s;
        memset(&s, 0, sizeof s);
        s.batch = 1;
        s.m = sizes[random_int(0, 12)];
        s.n = sizes[random_int(0, 14)];
        s.k = s.ldb = sizes[random_int(0, 14)];
        s.lda = s.k + (random_int(0, 1) ? 0 : random_int(1, 5));
        s.ldc = s.n + (random_int(0, 1) ? 0 : random_int(1, 5));
        failed += check(&s);
    }
    /* More weights than stay in a cache, so that kernels work in bands. */
    const gemm_params large = {1, 70, 150, 450, 450, 450, 150, 0, 0};
    failed += check(&large);
    return failed > 0;
}
