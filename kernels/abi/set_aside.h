/* Lines of a tensor copied before they are overwritten. */
#pragma once

#include "kernel.h"

/* Copies `bytes` bytes between places that do not overlap: in pieces of a constant size, which compilers turn into
 * loads and stores of words, since memcpy of a small C library goes byte by byte. */
BARECC_NOINLINE void set_aside(void *to, const void *from, int32_t bytes)
{
    unsigned char *t = (unsigned char *)to;
    const unsigned char *f = (const unsigned char *)from;
    for (; bytes >= 32; bytes -= 32, t += 32, f += 32)
        memcpy(t, f, 32);
    memcpy(t, f, (size_t)bytes);
}
