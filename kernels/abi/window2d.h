/* Geometry of a window that slides over an NHWC image: convolution, depthwise convolution, pooling. */
#pragma once

#include "kernel.h"

typedef struct {
    int32_t batch;
    int32_t in_h, in_w, in_c;          /* input rows, columns, channels */
    int32_t out_h, out_w, out_c;       /* output rows, columns, channels */
    int32_t kernel_h, kernel_w;        /* window */
    int32_t stride_h, stride_w;
    int32_t dilation_h, dilation_w;
    int32_t pad_top, pad_left;         /* the other two sides follow from the output size */
    int32_t groups;                    /* in_c and out_c are multiples of it */
    int32_t in_pixel, out_pixel;       /* elements from one pixel to the next: >= channels where the image
                                          is a channel slice of a wider one */
    int32_t residual_pixel;            /* the same for the tensor added before the clamp, 0 if there is none */
} window2d;

/* Rows are counted over the whole batch: row = image * out_h + line. A kernel computes the output rows
 * [row_begin, row_end) and reads or writes nothing that only other rows need. */

typedef struct {
    window2d window;
    float min, max;                    /* clamp of the result; -INFINITY, INFINITY for none */
} window2d_f32;

typedef struct {
    window2d window;
    int32_t in_zero, filter_zero, out_zero;   /* zero points */
    int32_t min, max;                  /* clamp of the result, in output units */
    int32_t channel_step;              /* 1: one multiplier and shift a channel; 0: one for all */
} window2d_s8;
