/* depthwise_conv2d_s8_neon against depthwise_conv2d_s8. */
#include "generic/depthwise_conv2d_s8.c"

#include "neon/depthwise_conv2d_s8_neon.c"

#define PLAIN depthwise_conv2d_s8
#define TUNED depthwise_conv2d_s8_neon
#define IS_DEPTHWISE 1
#define PACK pack_channels_8
#define ARRANGE arrange_in_eights
#define WORKSPACE depthwise_conv2d_s8_taps_workspace
#define TAKES(s) ((s)->out_c == (s)->in_c)
#define IN_PLACE(s) ((s)->stride_h == 1 && (s)->stride_w == 1 && (s)->pad_top < (s)->kernel_h)
#define LEAST_WEIGHT (-127)
#include "window_s8.h"
