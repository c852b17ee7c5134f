/* memcpy and memset by the vectors of Armv8.1-M; C libraries for microcontrollers do it byte by byte. */
#pragma once

#include <arm_mve.h>

#include "kernel.h"

/* Copies `bytes` bytes, which may be 0. */
static inline void copy_bytes(int8_t *to, const int8_t *from, int32_t bytes)
{
    int8x16_t v;
    __asm__ volatile("wlstp.8 lr, %[n], 2f\n"
                     "1:\n\t"
                     "vldrb.8 %q[v], [%[from]], #16\n\t"
                     "vstrb.8 %q[v], [%[to]], #16\n\t"
                     "letp lr, 1b\n"
                     "2:"
                     : [to] "+r"(to), [from] "+r"(from), [v] "=&w"(v)
                     : [n] "r"(bytes)
                     : "lr", "cc", "memory");
}

static inline void fill_bytes(int8_t *to, int32_t value, int32_t bytes)
{
    const int8x16_t v = vdupq_n_s8((int8_t)value);
    __asm__ volatile("wlstp.8 lr, %[n], 2f\n"
                     "1:\n\t"
                     "vstrb.8 %q[v], [%[to]], #16\n\t"
                     "letp lr, 1b\n"
                     "2:"
                     : [to] "+r"(to)
                     : [v] "w"(v), [n] "r"(bytes)
                     : "lr", "cc", "memory");
}
