/* conv2d_f32 for groups = 1, with packed weights: the elements under the windows of a band of pixels are gathered,
 * zeros for those outside the image, and multiplied with the weights as a matrix.
 *
 * input      NHWC, input_pixel_stride elements from pixel to pixel; taps outside the image count as 0
 * weights    OHWI in panels of eight outputs, see gemm_f32.h
 * bias       out_c, or NULL
 * residual   as output, residual_pixel_stride elements from pixel to pixel, or NULL; may be output itself
 * output     NHWC, output_pixel_stride elements from pixel to pixel; must not overlap input
 * workspace  the patches of patches2d_f32_band(&params->window, 8) pixels, see patch2d_f32.h
 *
 * Rows are computed in bands, in no order to rely on. All layers share one body. */
#include "kernels/conv2d_f32_neon.h"
#include "vector_f32_neon.h"
#include "../vector/conv2d_f32_shared.h"

BARECC_KERNEL void conv2d_f32_neon(const conv2d_f32_params *params, const float *input, const float *weights,
                                   const float *bias, const float *residual, float *output, void *workspace,
                                   int32_t row_begin, int32_t row_end)
{
    conv2d_f32_shared(params, patches2d_f32_band(&params->window, 8), input, weights, bias, residual, output,
                      (float *)workspace, row_begin, row_end);
}
