/* A model as barecc generates it, small enough to be written by hand: out = in + weight + state, and the state counts
 * the calls. For the toolchain's test. */
#pragma once

#define TOY_ARENA_BYTES 16
#define TOY_ARENA_ALIGN 64
#define TOY_STATE_BYTES 4

extern const float toy_weights[4];

void toy_run(const float *in, float *out, unsigned char *arena, unsigned char *state);
void toy_reset(unsigned char *state);
