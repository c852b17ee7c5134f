#include "constant.h"

void constant_run(float *out, unsigned char *arena)
{
    (void)arena;
    for (int i = 0; i < 4; ++i)
        out[i] = (float)(i + 1);
}
