/* fully_connected_f16_neon against fully_connected_f16, over shapes that look random. */
#include "generic/fully_connected_f16.c"

#include "arm64/fully_connected_f16_neon.c"

#include "support_f16.h"

static halves input, weights, packed, bias, expected, actual;
static floats workspace;

static int check(const gemm_params *s)
{
    matmul_f32_params p = {*s, 0.0f, 0.0f};
    const int32_t count = s->m * s->ldc;
    random_clamp(&p.min, &p.max);
    fill_halves(&input, s->m * s->lda);
    fill_halves(&weights, s->n * s->k);
    fill_halves(&bias, s->n);
    fill_halves(&packed, (s->n + 7) / 8 * 8 * s->k);
    pack_halves_side_by_side8(half_elements(&weights), s->n, s->k, half_elements(&packed));
    const uint16_t *b = random_int(0, 3) ? half_elements(&bias) : NULL;
    const int32_t band = 8 * gemm_band_f32_tiles(8, s->k, s->n);
    const int32_t workspace_count = (band < s->m ? band : s->m) * s->k;
    int failed = 0;
    for (int part = 0; part < 2; part++) {
        const int32_t begin = part ? random_int(0, s->m - 1) : 0, end = part ? random_int(begin, s->m) : s->m;
        fill_halves(&expected, count);
        memcpy(&actual, &expected, sizeof actual);
        fully_connected_f16(&p, half_elements(&input), half_elements(&weights), b, half_elements(&expected), begin,
                            end);
        fully_connected_f16_neon(&p, half_elements(&input), half_elements(&packed), b, half_elements(&actual),
                                 fill_workspace(&workspace, workspace_count), begin, end);
        failed += halves_differ("output", &expected, &actual, count) + is_overrun(&workspace, workspace_count);
    }
    if (failed)
        printf("%d x %d x %d, rows %d, %d\n", (int)s->m, (int)s->n, (int)s->k, (int)s->lda, (int)s->ldc);
    return failed;
}

/* One product of the extremes: `bits` in, `result` out, whatever the clamp. */
static int check_extreme(uint16_t bits, int is_expected(float))
{
    const matmul_f32_params p = {{1, 1, 1, 1, 1, 1, 1, 0, 0}, -INFINITY, INFINITY};
    const uint16_t one[8] = {0x4000}; /* 2 */
    uint16_t y = 0;
    fully_connected_f16_neon(&p, &bits, one, NULL, &y, fill_workspace(&workspace, 1), 0, 1);
    if (is_expected(half_to_float(y)))
        return 0;
    printf("twice %g became %g\n", (double)half_to_float(bits), (double)half_to_float(y));
    return 1;
}

static int is_nan(float y) { return isnan(y); }
static int is_infinite(float y) { return isinf(y) && y > 0.0f; }
static int is_smallest_twice(float y) { return y == 2.0f * half_to_float(1); }

int main(void)
{
    static const int32_t sizes[] = {1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 31, 49, 64, 100};
    int failed = check_extreme(0x7e00, is_nan);
    failed += check_extreme(0x7bff, is_infinite); /* 65504 */
    failed += check_extreme(1, is_smallest_twice); /* subnormal */
    for (int32_t i = 0; i < 300 && failed < 5; i++) {
        gemm_params s;
        memset(&s, 0, sizeof s);
        is_inexact = i % 2;
        s.batch = 1;
        s.m = sizes[random_int(0, 12)];
        s.n = sizes[random_int(0, 14)];
        s.k = s.ldb = sizes[random_int(0, 14)];
        s.lda = s.k + (random_int(0, 1) ? 0 : random_int(1, 5));
        s.ldc = s.n + (random_int(0, 1) ? 0 : random_int(1, 5));
        failed += check(&s);
    }
    /* More weights than stay in a cache, so that the kernel works in bands. */
    const gemm_params large = {1, 70, 150, 450, 450, 450, 150, 0, 0};
    failed += check(&large);
    return failed > 0;
}
