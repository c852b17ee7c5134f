#include "toy.h"

#include <string.h>

void toy_reset(unsigned char *state)
{
    const float zero = 0.0f;
    memcpy(state, &zero, sizeof zero);
}

void toy_run(const float *in, float *out, unsigned char *arena, unsigned char *state)
{
    float *sum = (float *)(void *)arena;
    float calls;
    memcpy(&calls, state, sizeof calls);
    for (int i = 0; i < 4; ++i)
        sum[i] = in[i] + toy_weights[i];
    for (int i = 0; i < 4; ++i)
        out[i] = sum[i] + calls;
    calls += 1.0f;
    memcpy(state, &calls, sizeof calls);
}
