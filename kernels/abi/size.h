/* All layers share the body of their kernel. */
#pragma once

#define BARECC_LAYER static
#ifdef __GNUC__
#define BARECC_KERNEL static __attribute__((noinline))
#else
#define BARECC_KERNEL static
#endif
