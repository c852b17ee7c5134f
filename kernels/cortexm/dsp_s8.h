/* int8 arithmetic with the DSP instructions of Armv7E-M: two products of 16 bits in one instruction.
 *
 * A "quad" is four int8 values in a word. sxtb16 makes two pairs of int16 of it, values 0 and 2, and values 1 and 3;
 * both factors of a product are taken apart in the same way, so the order within a quad does not matter to their
 * sum. */
#pragma once

#include "quantize.h"

static inline uint32_t even_pair(uint32_t quad)
{
    uint32_t pair;
    __asm__("sxtb16 %0, %1" : "=r"(pair) : "r"(quad));
    return pair;
}

static inline uint32_t odd_pair(uint32_t quad)
{
    uint32_t pair;
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(pair) : "r"(quad));
    return pair;
}

static inline uint32_t add_pairs(uint32_t a, uint32_t b)
{
    uint32_t sum;
    __asm__("sadd16 %0, %1, %2" : "=r"(sum) : "r"(a), "r"(b));
    return sum;
}

/* sum + the products of both halves. */
static inline int32_t multiply_pairs(uint32_t a, uint32_t b, int32_t sum)
{
    int32_t result;
    __asm__("smlad %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
    return result;
}

/* The high word of a * b, rounded. */
static inline int32_t rounded_high_word(int32_t a, int32_t b)
{
    int32_t high;
    __asm__("smmulr %0, %1, %2" : "=r"(high) : "r"(a), "r"(b));
    return high;
}

/* Four int8 at any address. */
static inline uint32_t load_quad(const int8_t *p)
{
    uint32_t quad;
    memcpy(&quad, p, sizeof quad);
    return quad;
}

/* The stored value of twice a sum; see folded_channel. */
static inline int8_t requantize_twice(int32_t twice, int32_t multiplier, int32_t offset, int32_t shift, int32_t min,
                                      int32_t max)
{
    const int32_t high = rounded_high_word(twice, multiplier);
    const int32_t value = (high + (high >> 31) + offset) >> shift;
    int32_t byte;
    __asm__("ssat %0, #8, %1" : "=r"(byte) : "r"(value));
    return (int8_t)(min == INT8_MIN && max == INT8_MAX ? byte : clamp_s32(byte, min, max));
}

/* Takes the quads of a patch apart into pairs of int16, doubled; those of `pixels` patches lie side by side,
 *
 *     pairs[quad][pixel][2] */
static inline void expand_patch(const int8_t *patch, int32_t quads, int32_t pixels, uint32_t *pairs)
{
    for (int32_t i = 0; i < quads; i++, patch += 4, pairs += 2 * pixels) {
        const uint32_t quad = load_quad(patch);
        const uint32_t even = even_pair(quad), odd = odd_pair(quad);
        pairs[0] = add_pairs(even, even);
        pairs[1] = add_pairs(odd, odd);
    }
}

#ifndef BARECC_NO_ASM
/* One of four sums, scaled as requantize_twice says, by the multiplier in r4, the offset in r5 and the shift in r6. */
#define REQUANTIZED(sum)                                                                                               \
    "smmulr " sum ", " sum ", r4\n\t"                                                                                  \
    "add " sum ", " sum ", " sum ", asr #31\n\t"                                                                       \
    "add " sum ", r5\n\t"                                                                                              \
    "asr " sum ", " sum ", r6\n\t"                                                                                     \
    "ssat " sum ", #8, " sum "\n\t"

/* A quad of weights times those of four patches: 13 instructions of 4 bytes. */
#define QUAD_TIMES_FOUR                                                                                                \
    "ldr r4, [r0], #4\n\t"                                                                                             \
    "ldmia r1!, {r6, r8, r9, r10}\n\t"                                                                                 \
    "sxtb16 r5, r4, ror #8\n\t"                                                                                        \
    "sxtb16 r4, r4\n\t"                                                                                                \
    "smlad r7, r6, r4, r7\n\t"                                                                                         \
    "smlad r7, r8, r5, r7\n\t"                                                                                         \
    "smlad r11, r9, r4, r11\n\t"                                                                                       \
    "smlad r11, r10, r5, r11\n\t"                                                                                      \
    "ldmia r1!, {r6, r8, r9, r10}\n\t"                                                                                 \
    "smlad r12, r6, r4, r12\n\t"                                                                                       \
    "smlad r12, r8, r5, r12\n\t"                                                                                       \
    "smlad lr, r9, r4, lr\n\t"                                                                                         \
    "smlad lr, r10, r5, lr\n\t"

#define IN_REGISTER __attribute__((unused)) /* read by the assembly alone */

/* Four pixels of the result, all channels: inner products of each row of weights with four patches side by side,
 * scaled, cut to int8 and stored `output_pixel_stride` apart. r0 holds the weights, r1 the pairs, r2 the quads, r3 the
 * channels; the sums are r7, r11, r12 and lr. Four quads a round; the first round leaves out what is too much, entered
 * 52 bytes later for each quad. On the stack lie the pairs, the rounds and this entry, and above the registers that
 * were pushed the end of the channels, output and output_pixel_stride. */
__attribute__((naked, noinline, unused)) static void
multiply_four_patches(IN_REGISTER const int8_t *weights, IN_REGISTER const uint32_t *pairs, IN_REGISTER int32_t quads,
                      IN_REGISTER const int32_t *channels, IN_REGISTER const int32_t *channels_end,
                      IN_REGISTER int8_t *output, IN_REGISTER int32_t output_pixel_stride)
{
    __asm__ volatile(".balign 4\n\t" /* adr rounds the program counter down to a word */
                     "push {r4, r5, r6, r7, r8, r9, r10, r11, lr}\n\t"
                     "rsb r4, r2, #0\n\t"
                     "and r4, r4, #3\n\t"
                     "mov r5, #52\n\t"
                     "adr.w r12, 2f\n\t"
                     "mla r12, r4, r5, r12\n\t"
                     "orr r12, r12, #1\n\t" /* stay in Thumb state */
                     "add r2, r2, #3\n\t"
                     "lsr r2, r2, #2\n\t"
                     "push {r1, r2, r12}\n"
                     "1:\n\t"
                     "ldr r7, [r3], #4\n\t"
                     "mov r11, r7\n\t"
                     "mov r12, r7\n\t"
                     "mov lr, r7\n\t"
                     "ldmia sp, {r1, r2, pc}\n"
                     "2:\n\t" QUAD_TIMES_FOUR QUAD_TIMES_FOUR QUAD_TIMES_FOUR QUAD_TIMES_FOUR
                     ".if . - 2b != 4 * 52\n\t"
                     ".error \"QUAD_TIMES_FOUR is not 52 bytes long\"\n\t"
                     ".endif\n\t"
                     "subs r2, #1\n\t"
                     "bne 2b\n\t"
                     "ldmia r3!, {r4, r5, r6}\n\t"
                     "ldrd r8, r9, [sp, #52]\n\t"
                     "add r1, r8, #1\n\t"
                     "str r1, [sp, #52]\n\t" REQUANTIZED("r7") REQUANTIZED("r11") REQUANTIZED("r12") REQUANTIZED("lr")
                     "strb r7, [r8]\n\t"
                     "strb r11, [r8, r9]\n\t"
                     "add r8, r8, r9, lsl #1\n\t"
                     "strb r12, [r8]\n\t"
                     "strb lr, [r8, r9]\n\t"
                     "ldr r4, [sp, #48]\n\t"
                     "cmp r3, r4\n\t"
                     "bne 1b\n\t"
                     "add sp, #12\n\t"
                     "pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}\n");
}
#else
/* The same in C. */
BARECC_NOINLINE void multiply_four_patches(const int8_t *weights, const uint32_t *pairs, int32_t quads,
                                           const int32_t *channels, const int32_t *channels_end, int8_t *output,
                                           int32_t output_pixel_stride)
{
    for (; channels < channels_end; channels += 4, output++) {
        const folded_channel c = folded_channel_at(channels, 0);
        int32_t sums[4] = {c.bias, c.bias, c.bias, c.bias};
        const uint32_t *pair = pairs;
        for (int32_t i = 0; i < quads; i++, weights += 4) {
            const uint32_t quad = load_quad(weights);
            const uint32_t even = even_pair(quad), odd = odd_pair(quad);
            for (int32_t pixel = 0; pixel < 4; pixel++, pair += 2)
                sums[pixel] = multiply_pairs(pair[1], odd, multiply_pairs(pair[0], even, sums[pixel]));
        }
        for (int32_t pixel = 0; pixel < 4; pixel++)
            output[pixel * output_pixel_stride] =
                requantize_twice(sums[pixel], c.multiplier, c.offset, c.shift, INT8_MIN, INT8_MAX);
    }
}
#endif

/* Inner product of one row of weights with one patch, added to `sum`; an even number of quads, at least 2. */
static inline int32_t multiply_even_quads(const int8_t *weights, const uint32_t *pairs, int32_t quads, int32_t sum)
{
    __asm__ volatile("1:\n\t"
                     "ldmia %[w]!, {r4, r5}\n\t"
                     "ldmia %[x]!, {r8, r9}\n\t"
                     "sxtb16 r10, r4\n\t"
                     "sxtb16 r4, r4, ror #8\n\t"
                     "smlad %[s], r8, r10, %[s]\n\t"
                     "smlad %[s], r9, r4, %[s]\n\t"
                     "ldmia %[x]!, {r8, r9}\n\t"
                     "sxtb16 r10, r5\n\t"
                     "sxtb16 r5, r5, ror #8\n\t"
                     "smlad %[s], r8, r10, %[s]\n\t"
                     "smlad %[s], r9, r5, %[s]\n\t"
                     "subs %[n], #2\n\t"
                     "bne 1b\n\t"
                     : [w] "+r"(weights), [x] "+r"(pairs), [n] "+r"(quads), [s] "+r"(sum)
                     :
                     : "r4", "r5", "r8", "r9", "r10", "cc", "memory");
    return sum;
}

/* The same for any number of quads. */
static inline int32_t multiply_by_1(const int8_t *weights, const uint32_t *pairs, int32_t quads, int32_t sum)
{
    const int32_t even = quads & ~1;
    if (even > 0)
        sum = multiply_even_quads(weights, pairs, even, sum);
    if (even < quads) {
        const uint32_t quad = load_quad(weights + 4 * even);
        sum = multiply_pairs(pairs[2 * even], even_pair(quad), sum);
        sum = multiply_pairs(pairs[2 * even + 1], odd_pair(quad), sum);
    }
    return sum;
}
