/* fully_connected_f32_scalar against fully_connected_f32. */
#include "generic/fully_connected_f32.c"

#include "generic/fully_connected_f32_scalar.c"

#define TUNED fully_connected_f32_scalar
#define WIDTH 4
#include "fully_connected_f32.h"
