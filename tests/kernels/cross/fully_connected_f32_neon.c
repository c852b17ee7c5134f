/* fully_connected_f32_neon against fully_connected_f32. */
#include "generic/fully_connected_f32.c"

#include "neon/fully_connected_f32_neon.c"

#define TUNED fully_connected_f32_neon
#define WIDTH 8
#include "fully_connected_f32.h"
