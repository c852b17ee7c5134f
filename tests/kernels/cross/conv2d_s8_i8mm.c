/* conv2d_s8_i8mm against conv2d_s8. */
#include "generic/conv2d_s8.c"

#include "arm64/conv2d_s8_i8mm.c"

#define PLAIN conv2d_s8
#define TUNED conv2d_s8_i8mm
#define IS_DEPTHWISE 0
#define PACK pack_row_blocks_8
#define ARRANGE arrange_in_eights
#define WORKSPACE conv2d_s8_tiles_workspace
#define TAKES(s) ((s)->groups == 1)
#define IN_PLACE(s) 0
#include "window_s8.h"
