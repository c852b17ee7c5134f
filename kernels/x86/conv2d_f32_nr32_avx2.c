/* conv2d_f32 for groups = 1, with packed weights: an implicit matrix product over the NHWC image. Where windows reach
 * beyond the image, input rows are first copied, padded, a band of them at a time.
 *
 * input      NHWC, input_pixel_stride elements from pixel to pixel; taps outside the image count as 0
 * weights    OHWI in panels of 32, those of AVX-512, see gemm_tile_f32.h; at an address that is a multiple of the
 *            vector for full speed
 * bias       out_c, or NULL
 * residual   as output, residual_pixel_stride elements from pixel to pixel, or NULL; may be output itself
 * output     NHWC, output_pixel_stride elements from pixel to pixel; must not overlap input
 * workspace  conv2d_f32_workspace(&params->window) floats, see gemm_band_f32.h
 *
 * At full speed where the geometry is constant. Rows are computed in bands, in no order to rely on. */
#include "kernels/conv2d_f32_nr32_avx2.h"
#include "vector_f32_avx2.h"
#include "panel_32.h"
#include "conv2d_f32_vec.h"

BARECC_KERNEL void conv2d_f32_nr32_avx2(const conv2d_f32_params *params, const float *input, const float *weights,
                                        const float *bias, const float *residual, float *output, void *workspace,
                                        int32_t row_begin, int32_t row_end)
{
    conv2d_f32_vec(params, input, weights, bias, residual, output, (float *)workspace, row_begin, row_end);
}
