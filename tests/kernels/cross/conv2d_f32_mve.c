/* conv2d_f32_mve against conv2d_f32. */
#include "generic/conv2d_f32.c"

#include "cortexm/conv2d_f32_mve.c"

#define CASES 30
#define TUNED conv2d_f32_mve
#define WIDTH 8
#define WORKSPACE(s) patches2d_f32_workspace(s, 3)
#include "conv2d_f32.h"
