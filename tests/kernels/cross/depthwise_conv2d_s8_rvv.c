/* depthwise_conv2d_s8_rvv against depthwise_conv2d_s8. */
#include "generic/depthwise_conv2d_s8.c"

#include "riscv/depthwise_conv2d_s8_rvv.c"

#include "support.h"

static void run(const conv2d_s8_params *p, const int8_t *x, const int8_t *w, const int32_t *channels, int8_t *y,
                void *workspace, int32_t begin, int32_t end)
{
    (void)workspace;
    depthwise_conv2d_s8_rvv(p, x, w, channels, y, begin, end);
}

static int32_t no_workspace(const window2d_params *s)
{
    (void)s;
    return 0;
}

#define PLAIN depthwise_conv2d_s8
#define TUNED run
#define IS_DEPTHWISE 1
#define PACK pack_as_it_is
#define ARRANGE arrange_in_planes
#define WORKSPACE no_workspace
#define TAKES(s) ((s)->out_c == (s)->in_c)
#define IN_PLACE(s) 0
#include "window_s8.h"
