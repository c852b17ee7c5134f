/* What every kernel file includes first.
 *
 * A kernel is one C function in a file of its own name. The model that barecc emits contains the text of
 * each kernel it uses, and defines BARECC_KERNEL before it: in speed mode so that the C compiler specialises every
 * call for its constant geometry, in size mode so that all layers share one body. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <math.h>

#ifndef BARECC_KERNEL
#define BARECC_KERNEL static inline
#endif

/* Helpers that kernels share. A model contains some that it does not use, which compilers would warn about. */
#ifdef __GNUC__
#define BARECC_HELPER static inline __attribute__((unused))
#else
#define BARECC_HELPER static inline
#endif

/* Steps of inner loops, whose arguments have to stay in registers also where code is to be small. */
#ifdef __GNUC__
#define BARECC_ALWAYS_INLINE static inline __attribute__((always_inline, unused))
#else
#define BARECC_ALWAYS_INLINE static inline
#endif

/* Inner loops written in assembly: one copy for all layers, since nothing in them could be specialised. */
#ifdef __GNUC__
#define BARECC_NOINLINE static __attribute__((noinline, unused))
#else
#define BARECC_NOINLINE static
#endif

/* The same, and no copy for each constant that layers pass, which gcc would make of it. */
#if defined(__GNUC__) && !defined(__clang__)
#define BARECC_NOCLONE static __attribute__((noinline, noclone, unused))
#else
#define BARECC_NOCLONE BARECC_NOINLINE
#endif

BARECC_HELPER float clamp_f32(float x, float low, float high)
{
    return x < low ? low : x > high ? high : x; /* a NaN stays one */
}
