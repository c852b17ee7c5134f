/* A test of a fully connected layer of int8 with folded channels against the plain kernel, over shapes that look
 * random. Define before: TUNED, the kernel; PACK and ARRANGE, how its record orders weights and channels. */
#include "kernels/params/matmul_s8_params.h"
#include "support.h"

static memory input, weights, packed, expected, actual;
static channel_table channels;

/* Rows [begin, end) by both kernels from an input at any address: every byte of the output and of what lies round it.
 */
static int check_rows(const matmul_s8_params *p, int32_t begin, int32_t end)
{
    const int8_t *x = input.bytes + MARGIN + random_int(0, 3);
    const int32_t y = MARGIN + random_int(0, 3);
    fill_random(&expected);
    memcpy(&actual, &expected, sizeof actual);
    fully_connected_s8(p, x, weights.bytes, channels.has_bias ? channels.bias : NULL, channels.multiplier,
                       channels.shift, expected.bytes + y, begin, end);
    TUNED(p, x, packed.bytes, channels.folded, actual.bytes + y, begin, end);
    const int32_t at = first_difference(&expected, &actual, 0);
    if (at >= 0)
        printf("rows %d to %d: byte %d of the output is %d, expected %d\n", (int)begin, (int)end, (int)(at - y),
               actual.bytes[at], expected.bytes[at]);
    return at >= 0;
}

static int check(const gemm_params *s)
{
    require_room(s->m * s->lda);
    require_room(s->m * s->ldc);
    require_room(s->n * s->k);
    fill_random(&packed);
    make_layer(&channels);
    make_input(&input, &channels);
    make_weights(weights.bytes, s->n, s->k, 0);
    make_channels(&channels, weights.bytes, s->n, s->k, 0);
    PACK(weights.bytes, s->n, s->k, packed.bytes);
    ARRANGE(channels.folded, s->n);

    const matmul_s8_params p = {*s,           channels.input_zero_point, 0, channels.output_zero_point, channels.min,
                                channels.max, channels.is_per_channel};
    const int32_t begin = random_int(0, s->m - 1);
    const int failed = check_rows(&p, 0, s->m) || check_rows(&p, begin, random_int(begin, s->m));
    if (failed)
        printf("m %d, n %d, k %d, rows of x every %d, of y every %d\n", (int)s->m, (int)s->n, (int)s->k, (int)s->lda,
               (int)s->ldc);
    return failed;
}

int main(void)
{
    static const int32_t sizes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 15, 16, 17, 31, 32, 33, 64, 101, 128};
    int failed = 0;
    for (int32_t i = 0; i < 300 && failed < 5; i++) {
        gemm_params s;
        memset(&s, 0, sizeof s);
        s.batch = 1;
        s.m = sizes[random_int(0, 13)];
        s.n = sizes[random_int(0, 19)];
        s.k = s.ldb = sizes[random_int(0, 19)];
        s.lda = s.k + (random_int(0, 2) ? 0 : random_int(1, 5));
        s.ldc = s.n + (random_int(0, 2) ? 0 : random_int(1, 5));
        failed += check(&s);
    }
    return failed > 0;
}
