/* toy.c gone wrong: writes one element past its output. */
#include "toy.h"

void toy_reset(unsigned char *state) { state[0] = 0; }

void toy_run(const float *in, float *out, unsigned char *arena, unsigned char *state)
{
    (void)arena;
    (void)state;
    for (int i = 0; i < 5; ++i)
        out[i] = in[i % 4] + toy_weights[i % 4];
}
