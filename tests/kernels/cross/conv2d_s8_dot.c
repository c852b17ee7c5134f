/* conv2d_s8_dot against conv2d_s8. */
#include "generic/conv2d_s8.c"

#include "arm64/conv2d_s8_dot.c"

#define PLAIN conv2d_s8
#define TUNED conv2d_s8_dot
#define IS_DEPTHWISE 0
#define PACK pack_quad_rows_8
#define ARRANGE arrange_in_eights
#define WORKSPACE conv2d_s8_tiles_workspace
#define TAKES(s) ((s)->groups == 1)
#define IN_PLACE(s) 0
#include "window_s8.h"
