/* What every kernel file includes first.
 *
 * A kernel is one C function in a file of its own name. The model that barecc emits contains the text of
 * each kernel it uses, and defines KERNEL before it: in speed mode so that the C compiler specialises every
 * call for its constant geometry, in size mode so that all layers share one body. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <math.h>

#ifndef KERNEL
#define KERNEL static inline
#endif

/* Helpers that kernels share. A model contains some that it does not use, which compilers would warn about. */
#ifdef __GNUC__
#define HELPER static inline __attribute__((unused))
#else
#define HELPER static inline
#endif

/* Steps of inner loops, whose arguments have to stay in registers also where code is to be small. */
#ifdef __GNUC__
#define INLINED static inline __attribute__((always_inline, unused))
#else
#define INLINED static inline
#endif

/* Inner loops written in assembly: one copy for all layers, since nothing in them could be specialised. */
#ifdef __GNUC__
#define SHARED static __attribute__((noinline, unused))
#else
#define SHARED static
#endif

/* The same, and no copy for each constant that layers pass, which gcc would make of it. */
#if defined(__GNUC__) && !defined(__clang__)
#define SINGLE static __attribute__((noinline, noclone, unused))
#else
#define SINGLE SHARED
#endif

HELPER float clamp_f32(float x, float low, float high)
{
    return x < low ? low : x > high ? high : x; /* a NaN stays one */
}
