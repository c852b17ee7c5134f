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
