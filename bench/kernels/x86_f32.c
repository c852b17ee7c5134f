/* Times the x86 f32 kernels on the layers of real networks, each specialised for its constant geometry as in an
 * emitted model, and prints GFLOP/s and the share of the multiply-add peak that the same program measures side by side.
 * Thread CPU time, best of many: the machine may be shared. Built twice, with BENCH_AVX512 defined and without.
 * With an argument, only nets whose name begins with it. */
#define _POSIX_C_SOURCE 200112L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define BARECC_KERNEL static inline __attribute__((always_inline))
#ifdef BENCH_AVX512
#include "x86/conv2d_f32_avx512.c"
#include "x86/depthwise_conv2d_f32_avx512.c"
#include "x86/fully_connected_f32_avx512.c"
#define conv2d conv2d_f32_avx512
#define depthwise_conv2d depthwise_conv2d_f32_avx512
#define fully_connected fully_connected_f32_avx512
#define ISA "avx512"
#else
#include "x86/conv2d_f32_avx2.c"
#include "x86/depthwise_conv2d_f32_avx2.c"
#include "x86/fully_connected_f32_avx2.c"
#define conv2d conv2d_f32_avx2
#define depthwise_conv2d depthwise_conv2d_f32_avx2
#define fully_connected fully_connected_f32_avx2
#define ISA "avx2"
#endif

typedef struct {
    float *x, *w, *bias, *y, *workspace;
} buffers;

typedef struct {
    const char *net, *kernel;
    int count;
    char shape[48];
    double macs;
    size_t x, w, y, workspace; /* floats */
    void (*run)(const buffers *b);
} layer;

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define RUN JOIN(run_, __LINE__)
#define LAYER_FUNCTION static __attribute__((noinline)) void RUN(const buffers *b)

#define DENSE(net, count, m_, n_, k_)                                                                                  \
    LAYER_FUNCTION                                                                                                     \
    {                                                                                                                  \
        static const matmul_f32_params p = {{1, m_, n_, k_, k_, n_, n_, 0, 0}, 0.0F, 6.0F};                            \
        fully_connected(&p, b->x, b->w, b->bias, NULL, b->y, 0, m_);                                                   \
    }
#define CONV(net, count, h, width, c, oh, ow, oc, k, s, pad)                                                           \
    LAYER_FUNCTION                                                                                                     \
    {                                                                                                                  \
        static const conv2d_f32_params p = {                                                                           \
            {1, h, width, c, oh, ow, oc, k, k, s, s, 1, 1, pad, pad, pad, pad, 1, c, oc, 0}, 0.0F, INFINITY};          \
        conv2d(&p, b->x, b->w, b->bias, NULL, b->y, b->workspace, 0, oh);                                              \
    }
#define DEPTHWISE(net, count, h, width, c, oh, ow, k, s, pad)                                                          \
    LAYER_FUNCTION                                                                                                     \
    {                                                                                                                  \
        static const conv2d_f32_params p = {                                                                           \
            {1, h, width, c, oh, ow, c, k, k, s, s, 1, 1, pad, pad, pad, pad, c, c, c, 0}, 0.0F, 6.0F};                \
        depthwise_conv2d(&p, b->x, b->w, b->bias, NULL, b->y, 0, oh);                                                  \
    }
#include "layers.h"
#undef DENSE
#undef CONV
#undef DEPTHWISE

// clang-format off
#define PADDED(n) (((size_t)(n) + 31) / 32 * 32)
#define DENSE(net, count, m, n, k)                                                                                    \
    {#net, "dense", count, #m " x " #n " x " #k, 1.0 * (m) * (n) * (k),                                               \
     (size_t)(m) * (k), PADDED(n) * (k), (size_t)(m) * (n), 0, RUN},
#define CONV(net, count, h, w, c, oh, ow, oc, k, s, pad)                                                              \
    {#net, "conv", count, #h " x " #w " x " #c " > " #oc ", " #k " s" #s,                                             \
     1.0 * (oh) * (ow) * (oc) * (k) * (k) * (c), (size_t)(h) * (w) * (c), PADDED(oc) * (k) * (k) * (c),               \
     (size_t)(oh) * (ow) * (oc), ((h) + 8) * ((w) + 8) * (c), RUN},
#define DEPTHWISE(net, count, h, w, c, oh, ow, k, s, pad)                                                             \
    {#net, "depthwise", count, #h " x " #w " x " #c ", " #k " s" #s, 1.0 * (oh) * (ow) * (c) * (k) * (k),             \
     (size_t)(h) * (w) * (c), PADDED(c) * (k) * (k), (size_t)(oh) * (ow) * (c), 0, RUN},
// clang-format on
static const layer layers[] = {
#include "layers.h"
};

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Multiply-adds a second that registers alone allow: 12 independent chains. */
static __attribute__((noinline)) double peak(void)
{
    enum { ROUNDS = 20000, CHAINS = 12 };
    vec sum[CHAINS];
    const vec factor = vec_set1(0.999F), step = vec_set1(0.001F);
    for (int i = 0; i < CHAINS; ++i)
        sum[i] = vec_set1((float)i);
    const double start = seconds();
    for (int round = 0; round < ROUNDS; ++round) {
        VEC_UNROLL
        for (int i = 0; i < CHAINS; ++i)
            sum[i] = vec_fma(sum[i], factor, step);
    }
    const double time = seconds() - start;
    volatile float keep[VEC];
    float out[VEC];
    for (int i = 1; i < CHAINS; ++i)
        sum[0] = vec_add(sum[0], sum[i]);
    vec_store(out, sum[0]);
    for (int i = 0; i < VEC; ++i)
        keep[i] = out[i];
    (void)keep;
    return (double)(ROUNDS * CHAINS * VEC) / time;
}

static float *allocate(size_t floats)
{
    void *memory = NULL;
    if (posix_memalign(&memory, 64, (floats + 64) * sizeof(float)) != 0)
        exit(1);
    float *const f = memory;
    uint32_t state = 1;
    for (size_t i = 0; i < floats + 64; ++i) {
        state = state * 1664525U + 1013904223U;
        f[i] = (float)(int32_t)state * 0x1p-33F;
    }
    return f;
}

int main(int argc, char **argv)
{
    const char *const only = argc > 1 ? argv[1] : "";
    const char *net = "";
    double total = 0.0, ideal = 0.0;
    printf("%s, one thread\n", ISA);
    for (size_t i = 0; i < sizeof layers / sizeof *layers; ++i) {
        const layer *const l = &layers[i];
        if (strncmp(l->net, only, strlen(only)) != 0)
            continue;
        if (strcmp(net, l->net) != 0) {
            net = l->net;
            total = ideal = 0.0;
            printf("%s\n", net);
        }
        const buffers b = {allocate(l->x), allocate(l->w), allocate(4096), allocate(l->y), allocate(l->workspace)};
        double best = 1e9, best_peak = 0.0;
        const int calls = 1 + (int)(2e7 / l->macs);
        for (int round = 0; round < 12; ++round) {
            const double p = peak();
            best_peak = p > best_peak ? p : best_peak;
            l->run(&b);
            const double start = seconds();
            for (int call = 0; call < calls; ++call)
                l->run(&b);
            const double time = (seconds() - start) / calls;
            best = time < best ? time : best;
        }
        free(b.x), free(b.w), free(b.bias), free(b.y), free(b.workspace);
        total += l->count * best;
        ideal += l->count * l->macs / best_peak;
        printf("  %-9s %-34s %2d x %9.1f us %7.1f GFLOP/s %5.1f %% of peak   so far %6.2f ms %5.1f %%\n", l->kernel,
               l->shape, l->count, best * 1e6, 2e-9 * l->macs / best, 100.0 * l->macs / best / best_peak, total * 1e3,
               100.0 * ideal / total);
    }
    return 0;
}
