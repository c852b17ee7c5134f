/* fully_connected_f32_simd128 against fully_connected_f32. */
#include "generic/fully_connected_f32.c"

#include "wasm/fully_connected_f32_simd128.c"

#define TUNED fully_connected_f32_simd128
#define WIDTH 8
#include "fully_connected_f32.h"
