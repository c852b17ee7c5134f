/* Each layer is a copy of its kernel, which the compiler specialises for the constant geometry. */
#pragma once

#ifdef __GNUC__
#define BARECC_KERNEL static inline __attribute__((always_inline))
#else
#define BARECC_KERNEL static
#endif
