/* Each layer is a copy of its kernel, which the compiler specialises for the constant geometry. */
#pragma once

#ifdef __GNUC__
#define BARECC_KERNEL static inline __attribute__((always_inline))
#define BARECC_LAYER static __attribute__((noinline))
#else
#define BARECC_KERNEL static
#define BARECC_LAYER static
#endif
