/* max_pool2d_f32 and avg_pool2d_f32, one body each for all layers, after one of the vector_f32 headers. */
#pragma once

#include "kernels/params/pool2d_f32_params.h"
#include "pool2d_f32_vec.h"

BARECC_NOCLONE void max_pool2d_f32_shared(const pool2d_f32_params *params, const float *input, float *output,
                                          int32_t row_begin, int32_t row_end)
{
    pool2d_f32_vec(params, 1, input, output, row_begin, row_end);
}

BARECC_NOCLONE void avg_pool2d_f32_shared(const pool2d_f32_params *params, const float *input, float *output,
                                          int32_t row_begin, int32_t row_end)
{
    pool2d_f32_vec(params, 0, input, output, row_begin, row_end);
}
