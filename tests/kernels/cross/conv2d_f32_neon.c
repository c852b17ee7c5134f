/* conv2d_f32_neon against conv2d_f32. */
#include "generic/conv2d_f32.c"

#include "neon/conv2d_f32_neon.c"

#define TUNED conv2d_f32_neon
#define WIDTH 8
#define WORKSPACE(s) patches2d_f32_workspace(s, patches2d_f32_band(s, 8))
#include "conv2d_f32.h"
