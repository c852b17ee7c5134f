/* All layers share the body of their kernel. */
#pragma once

#ifdef __GNUC__
#define BARECC_KERNEL static __attribute__((noinline))
#else
#define BARECC_KERNEL static
#endif
