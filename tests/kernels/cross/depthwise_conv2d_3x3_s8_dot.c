/* depthwise_conv2d_3x3_s8_dot against depthwise_conv2d_s8. */
#include "generic/depthwise_conv2d_s8.c"

#include "arm64/depthwise_conv2d_3x3_s8_dot.c"

#define PLAIN depthwise_conv2d_s8
#define TUNED depthwise_conv2d_3x3_s8_dot
#define IS_DEPTHWISE 1
#define PACK pack_columns_8
#define ARRANGE arrange_in_eights
#define WORKSPACE depthwise_conv2d_s8_taps_workspace
#define TAKES(s)                                                                                                       \
    ((s)->out_c == (s)->in_c && (s)->kernel_h == 3 && (s)->kernel_w == 3 && (s)->stride_w == 1 && (s)->dilation_w == 1)
#define IN_PLACE(s) ((s)->stride_h == 1 && (s)->stride_w == 1 && (s)->pad_top < (s)->kernel_h)
#include "window_s8.h"
