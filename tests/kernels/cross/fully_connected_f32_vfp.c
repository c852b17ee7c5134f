/* fully_connected_f32_vfp against fully_connected_f32. */
#include "generic/fully_connected_f32.c"

#include "cortexm/fully_connected_f32_vfp.c"

#define CASES 30
#define TUNED fully_connected_f32_vfp
#define WIDTH 4
#include "fully_connected_f32.h"
