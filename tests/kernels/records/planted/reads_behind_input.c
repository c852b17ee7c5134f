/* softmax_f32, with a look at the element behind the last one, as a loop has it that is unrolled once too often. */
#include "kernels/softmax_f32.h"

BARECC_KERNEL void reads_behind_input(const softmax_f32_params *params, const float *input, float *output,
                                      int32_t row_begin, int32_t row_end)
{
    (void)*(const volatile float *)(input + params->rows * params->depth);
    softmax_f32(params, input, output, row_begin, row_end);
}
