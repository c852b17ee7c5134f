/* What tests of kernels share that run on another processor than this one: numbers that look random, memory whose every
 * byte is compared, channels folded and weights packed as the compiler does it. */
#pragma once

#include "quantize.h"

#include <stdio.h>
#include <stdlib.h>

/* ----- numbers ----- */

static inline uint32_t random_word(void)
{
    static uint32_t state = 2463534242u; /* Marsaglia's xorshift */
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

/* Within [low, high]. */
static inline int32_t random_int(int32_t low, int32_t high)
{
    const uint32_t range = (uint32_t)high - (uint32_t)low + 1;
    return (int32_t)((uint32_t)low + (range == 0 ? random_word() : random_word() % range));
}

/* Within [low, high], and one of both in a third of the cases. */
static inline int32_t random_extreme(int32_t low, int32_t high)
{
    const int32_t kind = random_int(0, 5);
    return kind == 0 ? low : kind == 1 ? high : random_int(low, high);
}

/* ----- memory ----- */

#define CAPACITY 65536 /* bytes of each tensor, with what lies round it */
#define MARGIN 64      /* bytes before a tensor that must stay as they are, and at least as many behind it */

typedef union {
    uint32_t words[CAPACITY / 4];
    int8_t bytes[CAPACITY];
} memory;

static inline void fill_random(memory *m)
{
    for (int32_t i = 0; i < CAPACITY / 4; i++)
        m->words[i] = random_word();
}

/* Ends the test where a tensor of that many bytes would not fit. */
static inline void require_room(int32_t bytes)
{
    if (bytes < 0 || bytes > CAPACITY - 3 * MARGIN) {
        printf("the test's memory is too small for %ld bytes\n", (long)bytes);
        exit(2);
    }
}

/* The first byte from `begin` on in which two memories differ, or -1. */
static inline int32_t first_difference(const memory *a, const memory *b, int32_t begin)
{
    if (memcmp(a->bytes + begin, b->bytes + begin, (size_t)(CAPACITY - begin)) == 0)
        return -1;
    for (int32_t i = begin; i < CAPACITY; i++)
        if (a->bytes[i] != b->bytes[i])
            return i;
    return -1;
}

/* ----- channels ----- */

#define CHANNELS 256 /* at most */

/* What requantises each channel, in both forms; an array of channels ends with random numbers. */
typedef struct {
    int32_t bias[CHANNELS], multiplier[CHANNELS];
    int8_t shift[CHANNELS];
    int32_t folded[4 * CHANNELS + 8];
    int has_bias, is_per_channel;
    int32_t input_zero_point, output_zero_point, min, max;
    int32_t most_shift; /* to the right, of any channel */
} channel_table;

/* One channel as compiler/kernel/Requantization.cpp folds it; 0 where it would decline. `step`: from weight to weight.
 */
static inline int fold_channel(const channel_table *t, int32_t o, const int8_t *weights, int32_t step, int32_t depth,
                               int32_t words[4])
{
    const int32_t scale = t->is_per_channel ? o : 0;
    const int32_t own_bias = t->has_bias ? t->bias[o] : 0, multiplier = t->multiplier[scale], shift = -t->shift[scale];
    int64_t total = 0, magnitude = 0;
    for (int32_t i = 0; i < depth; i++) {
        total += weights[i * step];
        magnitude += abs(weights[i * step]);
    }
    if (magnitude == 0) {
        const int64_t value = (int64_t)rescale(own_bias, multiplier, -shift) + t->output_zero_point;
        words[0] = words[1] = 0;
        words[2] = 2 * (int32_t)(value < -128 ? -128 : value > 127 ? 127 : value) + 1;
        words[3] = 1;
        return 1;
    }
    const int64_t bias = 2 * (own_bias - t->input_zero_point * total),
                  most = (bias < 0 ? -bias : bias) + 256 * magnitude;
    const int64_t offset = ((int64_t)1 << (shift - 1)) + t->output_zero_point * ((int64_t)1 << shift);
    if (most > INT32_MAX || most / 2 + 1 + (offset < 0 ? -offset : offset) > INT32_MAX)
        return 0;
    words[0] = (int32_t)bias;
    words[1] = multiplier;
    words[2] = (int32_t)offset;
    words[3] = shift;
    return 1;
}

/* Zero points, clamp and shifts of a layer: limits of their ranges as well as what lies between. */
static inline void make_layer(channel_table *t)
{
    t->has_bias = random_int(0, 7) != 0;
    t->is_per_channel = random_int(0, 3) != 0;
    t->most_shift = random_int(0, 1) ? random_int(1, 12) : random_int(1, 30);
    const int32_t most_zero = (int32_t)((1u << 30) >> t->most_shift); /* what an offset has room for */
    t->input_zero_point = random_extreme(-128, 127);
    t->output_zero_point = random_extreme(most_zero < 128 ? -most_zero : -128, most_zero < 128 ? most_zero - 1 : 127);
    const int is_clamped = random_int(0, 2) == 0;
    t->min = is_clamped ? random_int(-128, 0) : -128;
    t->max = is_clamped ? random_int(t->min, 127) : 127;
}

/* A sum that is stored as a number and a half before it is rounded, or one close by. */
static inline int32_t sum_at_tie(int32_t multiplier, int32_t shift)
{
    const int64_t stored = ((int64_t)2 * random_int(-129, 129) + 1) * ((int64_t)1 << (shift - 1));
    const int64_t sum = stored * ((int64_t)1 << 24) / (multiplier >> 7) + random_int(-2, 2);
    return sum < -(1 << 30) ? -(1 << 30) : sum > 1 << 30 ? 1 << 30 : (int32_t)sum;
}

/* What a bias is to be: any number, a limit, or a sum at a tie. */
static inline int32_t random_bias(int32_t multiplier, int32_t shift)
{
    switch (random_int(0, 3)) {
    case 0: return random_extreme(-(1 << 30), 1 << 30);
    case 1: return random_int(-20000, 20000);
    default: return sum_at_tie(multiplier, shift);
    }
}

/* An input of a layer, which in a quarter of the cases adds nothing, so that sums are their biases. */
static inline void make_input(memory *m, const channel_table *t)
{
    fill_random(m);
    if (random_int(0, 3) == 0)
        memset(m, t->input_zero_point, sizeof *m);
}

/* The channels of a layer, each with the largest bias that folding takes where it is to be large. */
static inline void make_channels(channel_table *t, const int8_t *weights, int32_t outputs, int32_t depth,
                                 int channels_last)
{
    if (outputs > CHANNELS)
        exit(2);
    for (int32_t i = 0; i < 4 * CHANNELS + 8; i++)
        t->folded[i] = (int32_t)random_word();
    for (int32_t o = 0; o < outputs; o++) {
        t->multiplier[o] = random_extreme(1 << 30, INT32_MAX);
        t->shift[o] = (int8_t)-random_extreme(1, t->most_shift);
        const int32_t scale = t->is_per_channel ? o : 0;
        t->bias[o] = random_bias(t->multiplier[scale], -t->shift[scale]);
        const int8_t *own = channels_last ? weights + o : weights + o * depth;
        while (!fold_channel(t, o, own, channels_last ? outputs : 1, depth, t->folded + 4 * o))
            t->bias[o] -= t->bias[o] / 16 + (t->bias[o] > 0) - (t->bias[o] < 0);
    }
}

/* What a kernel's record admits; a test may define another. */
#ifndef LEAST_WEIGHT
#define LEAST_WEIGHT (-128)
#endif

/* Weights of int8, zero point 0: limits, zeros in a whole channel, or anything from LEAST_WEIGHT to 127. */
static inline void make_weights(int8_t *weights, int32_t outputs, int32_t depth, int channels_last)
{
    for (int32_t o = 0; o < outputs; o++) {
        const int32_t kind = random_int(0, 9);
        for (int32_t i = 0; i < depth; i++)
            weights[channels_last ? i * outputs + o : o * depth + i] =
                (int8_t)(kind == 0   ? 0
                         : kind == 1 ? 127
                         : kind == 2 ? LEAST_WEIGHT
                                     : random_extreme(LEAST_WEIGHT, 127));
    }
}

/* ----- packing, as BlockedLayout of compiler/kernel/WeightLayout.h says it ----- */

/* Rows in blocks of `rows` by `width`, which is what quads (1 by 4), quad_rows (4 by 4), row_blocks (4 by 16) and
 * row_blocks8 (8 by 8) are. */
static inline void pack_blocks(const int8_t *weights, int32_t outputs, int32_t depth, int32_t rows, int32_t width,
                               int8_t *packed)
{
    const int32_t blocks = (depth + width - 1) / width, bytes = (outputs + rows - 1) / rows * rows * blocks * width;
    require_room(bytes);
    memset(packed, 0, (size_t)bytes);
    for (int32_t o = 0; o < outputs; o++)
        for (int32_t i = 0; i < depth; i++)
            packed[((o / rows * blocks + i / width) * rows + o % rows) * width + i % width] = weights[o * depth + i];
}

static inline void pack_quads(const int8_t *weights, int32_t outputs, int32_t depth, int8_t *packed)
{
    pack_blocks(weights, outputs, depth, 1, 4, packed);
}

static inline void pack_quad_rows(const int8_t *weights, int32_t outputs, int32_t depth, int8_t *packed)
{
    pack_blocks(weights, outputs, depth, 4, 4, packed);
}

/* Eight outputs side by side, each with `width` values, the depth up to a multiple of eight. */
static inline void pack_eight_outputs(const int8_t *weights, int32_t outputs, int32_t depth, int32_t width,
                                      int8_t *packed)
{
    const int32_t eights = (depth + 7) / 8, bytes = (outputs + 7) / 8 * eights * 64;
    require_room(bytes);
    memset(packed, 0, (size_t)bytes);
    for (int32_t o = 0; o < outputs; o++)
        for (int32_t i = 0; i < depth; i++)
            packed[o / 8 * eights * 64 + (i / width * 8 + o % 8) * width + i % width] = weights[o * depth + i];
}

static inline void pack_quad_rows_8(const int8_t *weights, int32_t outputs, int32_t depth, int8_t *packed)
{
    pack_eight_outputs(weights, outputs, depth, 4, packed);
}

static inline void pack_pair_rows_8(const int8_t *weights, int32_t outputs, int32_t depth, int8_t *packed)
{
    pack_eight_outputs(weights, outputs, depth, 2, packed);
}

static inline void pack_row_blocks_8(const int8_t *weights, int32_t outputs, int32_t depth, int8_t *packed)
{
    pack_blocks(weights, outputs, depth, 8, 8, packed);
}

static inline void pack_row_blocks(const int8_t *weights, int32_t outputs, int32_t depth, int8_t *packed)
{
    pack_blocks(weights, outputs, depth, 4, 16, packed);
}

static inline void pack_side_by_side_4(const int8_t *weights, int32_t outputs, int32_t depth, int8_t *packed)
{
    pack_blocks(weights, outputs, depth, 4, 1, packed);
}

static inline void pack_side_by_side_8(const int8_t *weights, int32_t outputs, int32_t depth, int8_t *packed)
{
    pack_blocks(weights, outputs, depth, 8, 1, packed);
}

static inline void pack_side_by_side(const int8_t *weights, int32_t outputs, int32_t depth, int8_t *packed)
{
    pack_blocks(weights, outputs, depth, outputs, 1, packed);
}

/* A depthwise filter [taps][channels] as [channels][taps]. */
static inline void pack_channel_major(const int8_t *weights, int32_t channels, int32_t taps, int8_t *packed)
{
    for (int32_t tap = 0; tap < taps; tap++)
        for (int32_t c = 0; c < channels; c++)
            packed[c * taps + tap] = weights[tap * channels + c];
}

/* A depthwise filter [taps][channels] as [channels / 8][taps][8], an even number of taps. */
static inline void pack_channels_8(const int8_t *weights, int32_t channels, int32_t taps, int8_t *packed)
{
    const int32_t even = (taps + 1) / 2 * 2, bytes = (channels + 7) / 8 * even * 8;
    require_room(bytes);
    memset(packed, 0, (size_t)bytes);
    for (int32_t tap = 0; tap < taps; tap++)
        for (int32_t c = 0; c < channels; c++)
            packed[(c / 8 * even + tap) * 8 + c % 8] = weights[tap * channels + c];
}

/* A depthwise filter [3 rows][3][channels] as [channels / 8][3 columns][8][4 rows]. */
static inline void pack_columns_8(const int8_t *weights, int32_t channels, int32_t taps, int8_t *packed)
{
    const int32_t bytes = (channels + 7) / 8 * 96;
    require_room(bytes);
    memset(packed, 0, (size_t)bytes);
    for (int32_t tap = 0; tap < taps; tap++)
        for (int32_t c = 0; c < channels; c++)
            packed[((c / 8 * 3 + tap % 3) * 8 + c % 8) * 4 + tap / 3] = weights[tap * channels + c];
}

static inline void pack_as_it_is(const int8_t *weights, int32_t outputs, int32_t depth, int8_t *packed)
{
    memcpy(packed, weights, (size_t)(outputs * depth));
}

/* ----- order of channels, as RequantLayout of compiler/kernel/Requantization.h says it ----- */

static inline void arrange_singly(int32_t *folded, int32_t channels)
{
    (void)folded;
    (void)channels;
}

static inline void arrange_in_planes(int32_t *folded, int32_t channels)
{
    int32_t words[4 * CHANNELS];
    memcpy(words, folded, sizeof words);
    for (int32_t c = 0; c < channels; c++) {
        folded[c] = words[4 * c] / 2;
        for (int32_t i = 1; i < 4; i++)
            folded[i * channels + c] = words[4 * c + i];
    }
}

static inline void arrange_in(int32_t together, int32_t *folded, int32_t channels, int is_even_odd)
{
    int32_t words[4 * CHANNELS];
    const int32_t count = (channels + together - 1) / together * together * 4;
    memcpy(words, folded, sizeof words);
    memset(folded, 0, (size_t)count * sizeof *folded);
    for (int32_t c = 0; c < channels; c++) {
        const int32_t place = is_even_odd ? c / 8 * 8 + c % 2 * 4 + c % 8 / 2 : c;
        int32_t *to = folded + place / together * together * 4 + place % together;
        to[0] = words[4 * c] / 2;
        to[together] = words[4 * c + 1];
        to[2 * together] = words[4 * c + 2];
        to[3 * together] = -words[4 * c + 3];
    }
}

static inline void arrange_in_fours(int32_t *folded, int32_t channels) { arrange_in(4, folded, channels, 0); }

static inline void arrange_in_eights(int32_t *folded, int32_t channels) { arrange_in(8, folded, channels, 0); }

static inline void arrange_even_odd(int32_t *folded, int32_t channels) { arrange_in(4, folded, channels, 1); }

static inline void arrange_in_eights_by_power(int32_t *folded, int32_t channels)
{
    arrange_in_eights(folded, channels);
    for (int32_t i = 0; i < (channels + 7) / 8 * 8; i++) {
        int32_t *offset = folded + i / 8 * 32 + 16 + i % 8, *shift = offset + 8;
        if (i < channels) {
            *offset = (int32_t)((uint32_t)*offset + ((uint32_t)1 << 31));
            *shift = (int32_t)((uint32_t)1 << (32 + *shift));
        }
    }
}
