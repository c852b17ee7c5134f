/* How functions of kernels are compiled. */
#pragma once

/* A file alone does not use all of what it includes; a model gets only what it uses. */
#pragma GCC diagnostic ignored "-Wunused-function"

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <math.h>

/* A kernel, one C function in a file of its own name; a model includes specialised.h or shared.h before it. */
#ifndef BARECC_KERNEL
#define BARECC_KERNEL static inline
#endif

/* Steps of inner loops, whose arguments have to stay in registers also where code is to be small. */
#ifdef __GNUC__
#define BARECC_ALWAYS_INLINE static inline __attribute__((always_inline))
#else
#define BARECC_ALWAYS_INLINE static inline
#endif

/* One copy for all layers: inner loops written in assembly, of which nothing could be specialised; and where size
 * counts, what several layers call. */
#ifdef __GNUC__
#define BARECC_NOINLINE static __attribute__((noinline))
#else
#define BARECC_NOINLINE static
#endif

/* The same, and no copy for each constant that layers pass, which gcc would make of it. */
#if defined(__clang__)
#define BARECC_NOCLONE static __attribute__((noinline))
#elif defined(__GNUC__)
#define BARECC_NOCLONE static __attribute__((noinline, noclone))
#else
#define BARECC_NOCLONE static
#endif

static inline float clamp_f32(float x, float low, float high)
{
    return x < low ? low : x > high ? high : x; /* a NaN stays one */
}
