/* conv2d_f32_vfp against conv2d_f32. */
#include "generic/conv2d_f32.c"

#include "cortexm/conv2d_f32_vfp.c"

#define CASES 30
#define TUNED conv2d_f32_vfp
#define WIDTH 4
#define WORKSPACE(s) patches2d_f32_workspace(s, 4)
#include "conv2d_f32.h"
