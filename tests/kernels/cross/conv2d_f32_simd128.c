/* conv2d_f32_simd128 against conv2d_f32. */
#include "generic/conv2d_f32.c"

#include "wasm/conv2d_f32_simd128.c"

#define TUNED conv2d_f32_simd128
#define WIDTH 8
#define WORKSPACE(s) patches2d_f32_workspace(s, patches2d_f32_band(s, 8))
#include "conv2d_f32.h"
