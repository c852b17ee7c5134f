/* Windows that look random: extents from one to beyond any tile, padding on one side alone, pixels apart. */
#pragma once

#include "support.h"
#include "window2d.h"

static inline void print_window(const window2d_params *s)
{
    printf("batch %d, in %dx%dx%d every %d, out %dx%dx%d every %d, kernel %dx%d, stride %dx%d, dilation %dx%d, "
           "pad %d %d\n",
           (int)s->batch, (int)s->in_h, (int)s->in_w, (int)s->in_c, (int)s->input_pixel_stride, (int)s->out_h,
           (int)s->out_w, (int)s->out_c, (int)s->output_pixel_stride, (int)s->kernel_h, (int)s->kernel_w,
           (int)s->stride_h, (int)s->stride_w, (int)s->dilation_h, (int)s->dilation_w, (int)s->pad_top,
           (int)s->pad_left);
}

/* Output extent of an axis, at least 1; padding at the end is what makes it as large as `want`. */
static inline int32_t output_extent(int32_t in, int32_t kernel, int32_t stride, int32_t dilation, int32_t pad)
{
    const int32_t end_pad = random_int(0, (kernel - 1) * dilation + random_int(0, 1));
    const int32_t room = in + pad + end_pad - (kernel - 1) * dilation - 1;
    return room < 0 ? 1 : room / stride + 1;
}

/* With `is_depthwise` as many outputs as inputs. */
static inline window2d_params random_window(int is_depthwise)
{
    static const int32_t sizes[] = {1, 2, 3, 4, 5, 7, 8, 9, 11, 16, 17, 24, 31, 40};
    const int is_pointwise = random_int(0, 3) == 0, is_3x3 = !is_pointwise && random_int(0, 1);
    window2d_params s;
    memset(&s, 0, sizeof s);
    s.batch = random_int(1, 2);
    s.in_h = sizes[random_int(0, 8)];
    s.in_w = sizes[random_int(0, 10)];
    s.in_c = sizes[random_int(0, 13)];
    s.out_c = is_depthwise ? s.in_c : sizes[random_int(0, 13)];
    s.kernel_h = is_pointwise ? 1 : is_3x3 ? 3 : random_int(1, 5);
    s.kernel_w = is_pointwise ? 1 : is_3x3 ? 3 : random_int(1, 5);
    s.stride_h = random_int(0, 1) ? 1 : random_int(1, 3);
    s.stride_w = random_int(0, 1) ? 1 : random_int(1, 3);
    s.dilation_h = random_int(0, 2) ? 1 : random_int(1, 3);
    s.dilation_w = random_int(0, 2) ? 1 : random_int(1, 3);
    s.pad_top = random_int(0, 1) ? 0 : random_int(0, s.kernel_h);
    s.pad_left = random_int(0, 1) ? 0 : random_int(0, s.kernel_w);
    s.out_h = output_extent(s.in_h, s.kernel_h, s.stride_h, s.dilation_h, s.pad_top);
    s.out_w = output_extent(s.in_w, s.kernel_w, s.stride_w, s.dilation_w, s.pad_left);
    s.groups = 1;
    s.input_pixel_stride = s.in_c + (random_int(0, 2) ? 0 : random_int(1, 5));
    s.output_pixel_stride = s.out_c + (random_int(0, 2) ? 0 : random_int(1, 5));
    return s;
}
