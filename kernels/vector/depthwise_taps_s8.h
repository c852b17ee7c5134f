/* A row of depthwise convolution of int8: what depthwise_s8.h asks an instruction set for. */
#pragma once

#include "quantize.h"

typedef struct {
    const int8_t *w;              /* packed */
    const int32_t *channel_words; /* folded_channels, padded to a multiple of eight */
    const int32_t *offsets;       /* bytes from the first channel of a pixel's place in x to that under each tap */
    int32_t taps;                 /* an even number */
    int32_t channels;
    ptrdiff_t x_step; /* bytes from pixel to pixel */
    int32_t pixels;
    ptrdiff_t y_step;
    int32_t min, max; /* clamp of the result */
} taps_s8;

/* Sums, for each output pixel and channel, the bytes of x under the taps times their weights, and stores what the
 * channel makes of it. Says in which order it reads weights and channels. */
typedef void multiply_taps_s8(const taps_s8 *p, const int8_t *x, int8_t *y);
