/* fully_connected_f32_mve against fully_connected_f32. */
#include "generic/fully_connected_f32.c"

#include "cortexm/fully_connected_f32_mve.c"

#define CASES 30
#define TUNED fully_connected_f32_mve
#define WIDTH 8
#include "fully_connected_f32.h"
