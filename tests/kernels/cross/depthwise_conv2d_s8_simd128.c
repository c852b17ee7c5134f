/* depthwise_conv2d_s8_simd128 against depthwise_conv2d_s8. */
#include "generic/depthwise_conv2d_s8.c"

#include "wasm/depthwise_conv2d_s8_simd128.c"

#define PLAIN depthwise_conv2d_s8
#define TUNED depthwise_conv2d_s8_simd128
#define IS_DEPTHWISE 1
#define PACK pack_channels_8
#define ARRANGE arrange_in_eights_by_power
#define WORKSPACE depthwise_conv2d_s8_taps_workspace
#define TAKES(s) ((s)->out_c == (s)->in_c)
#define IN_PLACE(s) ((s)->stride_h == 1 && (s)->stride_w == 1 && (s)->pad_top < (s)->kernel_h)
#include "window_s8.h"
