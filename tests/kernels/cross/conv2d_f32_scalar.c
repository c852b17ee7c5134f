/* conv2d_f32_scalar against conv2d_f32. */
#include "generic/conv2d_f32.c"

#include "generic/conv2d_f32_scalar.c"

#define TUNED conv2d_f32_scalar
#define WIDTH 4
#define WORKSPACE(s) patches2d_f32_workspace(s, patches2d_f32_band(s, 4))
#include "conv2d_f32.h"
