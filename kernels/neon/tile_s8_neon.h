/* Rows of int8 times packed weights (product_s8.h) by the vectors of Armv7-A and Armv8-A: four rows (Armv7-A: two) and
 * eight outputs in registers. Two products are added in 16 bits before they are added to a sum, for which no weight may
 * be -128. Weights are packed in quads of eight outputs, [outputs / 8][depth / 4][8][4], and depth is a multiple of
 * eight; channels in eights, see neon_s8.h. */
#pragma once

#include "neon_s8.h"

#ifdef __aarch64__
#define TILE_ROWS 4
#else
#define TILE_ROWS 2
#endif

/* Weights of eight outputs at eight places of the depth. */
typedef struct {
    int8x16_t low_0, high_0, low_1, high_1;
} weights_8_by_8;

/* The next ones; w goes on. */
BARECC_ALWAYS_INLINE weights_8_by_8 load_weights(const int8_t **w)
{
    weights_8_by_8 weights;
#ifdef __aarch64__
    weights.low_0 = vld1q_s8(*w);
    weights.high_0 = vld1q_s8(*w + 16);
    weights.low_1 = vld1q_s8(*w + 32);
    weights.high_1 = vld1q_s8(*w + 48);
    *w += 64;
#else /* in assembly, since compilers would compute each address */
    const int8_t(*const read)[64] = (const int8_t(*)[64]) * w;
    __asm__("vld1.8 {%q[low_0]}, [%[w]]!\n\t"
            "vld1.8 {%q[high_0]}, [%[w]]!\n\t"
            "vld1.8 {%q[low_1]}, [%[w]]!\n\t"
            "vld1.8 {%q[high_1]}, [%[w]]!"
            : [low_0] "=&w"(weights.low_0), [high_0] "=&w"(weights.high_0), [low_1] "=&w"(weights.low_1),
              [high_1] "=&w"(weights.high_1), [w] "+r"(*w)
            : "m"(*read));
#endif
    return weights;
}

/* Sums of eight outputs of a row, two lanes for each. */
typedef struct {
    int32x4_t a, b, c, d;
} halves_of_8;

BARECC_ALWAYS_INLINE halves_of_8 no_halves(void)
{
    const int32x4_t zero = vdupq_n_s32(0);
    const halves_of_8 halves = {zero, zero, zero, zero};
    return halves;
}

/* Adds the products of the next eight values of x. In assembly, since compilers run out of registers here. */
BARECC_ALWAYS_INLINE void add_eight(halves_of_8 *sums, const int8_t **x, const weights_8_by_8 *w)
{
    const int8_t(*const read)[8] = (const int8_t(*)[8]) * x;
#ifdef __aarch64__
    int8x16_t x0, x1;
    int16x8_t p0, p1, p2, p3;
    __asm__("ld1r {%[x0].4s}, [%[x]], #4\n\t"
            "ld1r {%[x1].4s}, [%[x]], #4\n\t"
            "smull %[p0].8h, %[w0].8b, %[x0].8b\n\t"
            "smull2 %[p1].8h, %[w0].16b, %[x0].16b\n\t"
            "smull %[p2].8h, %[w1].8b, %[x0].8b\n\t"
            "smull2 %[p3].8h, %[w1].16b, %[x0].16b\n\t"
            "smlal %[p0].8h, %[w2].8b, %[x1].8b\n\t"
            "smlal2 %[p1].8h, %[w2].16b, %[x1].16b\n\t"
            "smlal %[p2].8h, %[w3].8b, %[x1].8b\n\t"
            "smlal2 %[p3].8h, %[w3].16b, %[x1].16b\n\t"
            "sadalp %[a].4s, %[p0].8h\n\t"
            "sadalp %[b].4s, %[p1].8h\n\t"
            "sadalp %[c].4s, %[p2].8h\n\t"
            "sadalp %[d].4s, %[p3].8h"
            : [a] "+w"(sums->a), [b] "+w"(sums->b), [c] "+w"(sums->c), [d] "+w"(sums->d), [x] "+r"(*x), [x0] "=&w"(x0),
              [x1] "=&w"(x1), [p0] "=&w"(p0), [p1] "=&w"(p1), [p2] "=&w"(p2), [p3] "=&w"(p3)
            : [w0] "w"(w->low_0), [w1] "w"(w->high_0), [w2] "w"(w->low_1), [w3] "w"(w->high_1), "m"(*read));
#else
    int8x8_t x0, x1;
    int16x8_t p0, p1;
    __asm__("vld1.32 {%P[x0][]}, [%[x]]!\n\t"
            "vld1.32 {%P[x1][]}, [%[x]]!\n\t"
            "vmull.s8 %q[p0], %e[w0], %P[x0]\n\t"
            "vmull.s8 %q[p1], %f[w0], %P[x0]\n\t"
            "vmlal.s8 %q[p0], %e[w2], %P[x1]\n\t"
            "vmlal.s8 %q[p1], %f[w2], %P[x1]\n\t"
            "vpadal.s16 %q[a], %q[p0]\n\t"
            "vmull.s8 %q[p0], %e[w1], %P[x0]\n\t"
            "vpadal.s16 %q[b], %q[p1]\n\t"
            "vmull.s8 %q[p1], %f[w1], %P[x0]\n\t"
            "vmlal.s8 %q[p0], %e[w3], %P[x1]\n\t"
            "vmlal.s8 %q[p1], %f[w3], %P[x1]\n\t"
            "vpadal.s16 %q[c], %q[p0]\n\t"
            "vpadal.s16 %q[d], %q[p1]"
            : [a] "+w"(sums->a), [b] "+w"(sums->b), [c] "+w"(sums->c), [d] "+w"(sums->d), [x] "+r"(*x), [x0] "=&w"(x0),
              [x1] "=&w"(x1), [p0] "=&w"(p0), [p1] "=&w"(p1)
            : [w0] "w"(w->low_0), [w1] "w"(w->high_0), [w2] "w"(w->low_1), [w3] "w"(w->high_1), "m"(*read));
#endif
}

BARECC_ALWAYS_INLINE int32x4_t add_neighbours(int32x4_t a, int32x4_t b)
{
#ifdef __aarch64__
    return vpaddq_s32(a, b);
#else
    return vcombine_s32(vpadd_s32(vget_low_s32(a), vget_high_s32(a)), vpadd_s32(vget_low_s32(b), vget_high_s32(b)));
#endif
}

BARECC_ALWAYS_INLINE eight_s32 join_halves(const halves_of_8 *halves, const eight_s32 *bias)
{
    const eight_s32 sums = {vaddq_s32(add_neighbours(halves->a, halves->b), bias->low),
                            vaddq_s32(add_neighbours(halves->c, halves->d), bias->high)};
    return sums;
}

BARECC_NOCLONE void multiply_tile(const product_s8 *p, const rows_s8 *rows, int8_t *y, ptrdiff_t y_step)
{
    const int8_t *w = p->w;
    const int32_t *channels = p->channels;
    for (int32_t o = 0; o < p->outputs; o += 8, channels += 32) {
        const halves_of_8 zero = no_halves();
        halves_of_8 sums[] = {zero, zero, zero, zero};
        const int8_t *x0 = rows->x;
        ptrdiff_t step = rows->step;
        int32_t eights = 2 * sixteens_of(p->depth);
        for (int32_t part = 0; part < 2; part++) {
            const int8_t *x1 = x0 + step;
#ifdef __aarch64__
            const int8_t *x2 = x1 + step, *x3 = x2 + step;
#endif
            for (; eights > 0; eights--) {
                const weights_8_by_8 weights = load_weights(&w);
                add_eight(&sums[0], &x0, &weights);
                add_eight(&sums[1], &x1, &weights);
#ifdef __aarch64__
                add_eight(&sums[2], &x2, &weights);
                add_eight(&sums[3], &x3, &weights);
#endif
            }
            x0 = rows->rest;
            step = rows->rest_step;
            eights = eights_left_of(p->depth);
        }
        int8_t block[TILE_ROWS * 8];
        const int isWhole = p->outputs - o >= 8;
        int8_t *const to = isWhole ? y + o : block;
        const ptrdiff_t to_step = isWhole ? y_step : 8;
        const eight_s32 bias = load_eight(channels);
        const scale_of_8 scale = scale_at(channels, p->min, p->max);
        vst1_s8(to, requantize_8(join_halves(&sums[0], &bias), &scale));
        vst1_s8(to + to_step, requantize_8(join_halves(&sums[1], &bias), &scale));
#ifdef __aarch64__
        vst1_s8(to + 2 * to_step, requantize_8(join_halves(&sums[2], &bias), &scale));
        vst1_s8(to + 3 * to_step, requantize_8(join_halves(&sums[3], &bias), &scale));
#endif
        if (!isWhole)
            copy_block(block, TILE_ROWS, p->outputs - o, y + o, y_step);
    }
}

BARECC_NOCLONE void multiply_row(const product_s8 *p, const rows_s8 *rows, int8_t *y)
{
    const int8_t *w = p->w;
    const int32_t *channels = p->channels;
    for (int32_t o = 0; o < p->outputs; o += 8, channels += 32) {
        halves_of_8 sums = no_halves();
        const int8_t *x = rows->x;
        int32_t eights = 2 * sixteens_of(p->depth);
        for (int32_t part = 0; part < 2; part++) {
            for (; eights > 0; eights--) {
                const weights_8_by_8 weights = load_weights(&w);
                add_eight(&sums, &x, &weights);
            }
            x = rows->rest;
            eights = eights_left_of(p->depth);
        }
        const eight_s32 bias = load_eight(channels);
        store_row(p, channels, join_halves(&sums, &bias), o, y);
    }
}
