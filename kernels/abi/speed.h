/* Functions of layers, by a kernel or by loops of their own, stay apart, so that each is a unit of its own to optimise,
 * to profile and to read. */
#pragma once

#ifdef __GNUC__
#define BARECC_LAYER static __attribute__((noinline))
#define BARECC_LOOPS static __attribute__((noinline))
#else
#define BARECC_LAYER static
#define BARECC_LOOPS static
#endif
