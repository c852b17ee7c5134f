/* conv2d_s8_simd128 against conv2d_s8. */
#include "generic/conv2d_s8.c"

#include "wasm/conv2d_s8_simd128.c"

#define PLAIN conv2d_s8
#define TUNED conv2d_s8_simd128
#define IS_DEPTHWISE 0
#define PACK pack_pair_rows_8
#define ARRANGE arrange_in_eights_by_power
#define WORKSPACE conv2d_s8_tiles_workspace
#define TAKES(s) ((s)->groups == 1)
#define IN_PLACE(s) 0
#include "window_s8.h"
