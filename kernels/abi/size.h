/* Functions that are called once may become part of their caller, where that is smaller: clang takes more for loops
 * then. */
#pragma once

#define BARECC_LAYER static

#ifdef __clang__
#define BARECC_LOOPS static __attribute__((noinline))
#else
#define BARECC_LOOPS static
#endif
