//===- params.td - the constant first argument of kernels ---------------------------------------------------===//
//
// Of each record kernel-tblgen makes a C header, kernels/params/<name>.h in the build tree, and the attribute that
// a kernel.call carries.
//
//===------------------------------------------------------------------------------------------------------===//

#ifndef BARECC_PARAMS_TD
#define BARECC_PARAMS_TD

include "compiler/kernel/KernelRecord.td"

def window2d_params : Params<"A window that slides over an NHWC image: convolution, depthwise convolution, pooling.", [
  Int32<["batch"]>,
  Int32<["in_h", "in_w", "in_c"], "input rows, columns, channels">,
  Int32<["out_h", "out_w", "out_c"], "output rows, columns, channels">,
  Int32<["kernel_h", "kernel_w"], "rows and columns of the window">,
  Int32<["stride_h", "stride_w"]>,
  Int32<["dilation_h", "dilation_w"]>,
  Int32<["pad_top", "pad_left"]>,
  Int32<["pad_bottom", "pad_right"], "read by avg_pool2d_padded alone: elsewhere the output size says it">,
  Int32<["groups"], "in_c and out_c are multiples of it">,
  Int32<["input_pixel_stride", "output_pixel_stride"],
      "elements from pixel to pixel: more than channels in a slice of a wider image">,
  Int32<["residual_pixel_stride"], "of the tensor added before the clamp; 0: there is none">,
]>;

def conv2d_f32_params : Params<"Convolution of floats or half floats.", [
  Nested<window2d_params, "window">,
  Float<["min", "max"], "clamp of the result; -INFINITY, INFINITY for none">,
]>;

def conv2d_s8_params : Params<"Convolution of int8.", [
  Nested<window2d_params, "window">,
  Int32<["input_zero_point", "weights_zero_point", "output_zero_point"]>,
  Int32<["min", "max"], "clamp of the result, in output units">,
  Int32<["per_channel"], "1: one multiplier and shift a channel; 0: one for all">,
]>;

def conv2d_s16_params : Params<"Convolution of int16, zero points 0.", [
  Nested<window2d_params, "window">,
  Int32<["min", "max"], "clamp of the result, in output units">,
  Int32<["per_channel"], "1: one multiplier and shift a channel; 0: one for all">,
]>;

def pool2d_f32_params : Params<"Pooling of floats.", [
  Nested<window2d_params, "window">,
  Float<["min", "max"], "clamp of the result; -INFINITY, INFINITY for none">,
]>;

def pool2d_s8_params : Params<"Pooling of int8; input and output are quantised alike.", [
  Nested<window2d_params, "window">,
  Int32<["zero_point"], "of what is averaged; a maximum needs none">,
  Int32<["min", "max"], "clamp of the result, in output units">,
]>;

def pool2d_s16_params : Params<"Pooling of int16, zero point 0.", [
  Nested<window2d_params, "window">,
  Int32<["min", "max"], "clamp of the result, in output units">,
]>;

def gemm_params : Params<"Matrix product output[batch][m][n] = lhs[batch][m][k] * rhs, or a fully connected layer, "
                         "whose weights are rhs[n][k] and have no batch.", [
  Int32<["batch"], "1 for fully connected layers, whose leading dimensions are counted in m">,
  Int32<["m", "n", "k"]>,
  Int32<["lda", "ldb", "ldc"], "elements from row to row: of input or lhs, of weights or rhs, of the output">,
  Int32<["ld_residual"], "of the tensor added before the clamp; 0: there is none">,
  Int32<["stride_b"], "elements from one rhs to the next; 0: all batches share one">,
]>;

def matmul_f32_params : Params<"Matrix product of floats or half floats.", [
  Nested<gemm_params, "gemm">,
  Float<["min", "max"], "clamp of the result; -INFINITY, INFINITY for none">,
]>;

def matmul_s8_params : Params<"Matrix product of int8.", [
  Nested<gemm_params, "gemm">,
  Int32<["input_zero_point", "weights_zero_point", "output_zero_point"]>,
  Int32<["min", "max"], "clamp of the result, in output units">,
  Int32<["per_channel"], "1: one multiplier and shift a column; 0: one for all">,
]>;

def matmul_s16_params : Params<"Matrix product of int16, zero points 0.", [
  Nested<gemm_params, "gemm">,
  Int32<["min", "max"], "clamp of the result, in output units">,
  Int32<["per_channel"], "1: one multiplier and shift a column; 0: one for all">,
]>;

def softmax_f32_params : Params<"Softmax over the last axis of input[rows][depth].", [
  Int32<["rows", "depth"]>,
  Float<["beta"], "the exponent is beta * (x - max)">,
]>;

def softmax_s8_params : Params<"Softmax of int8 over the last axis of input[rows][depth].", [
  Int32<["rows", "depth"]>,
  Int32<["multiplier", "shift"], "multiplier * 2^(shift - 31) = input scale * beta * 2^26: to Q5.26">,
  Int32<["diff_min"], "-floor(31 * 2^26 / 2^shift): smaller differences to the maximum give zero, and would overflow Q5.26">,
]>;

def log_softmax_s8_params : Params<"Logarithm of the softmax of int8.", [
  Nested<softmax_s8_params, "softmax">,
  Int32<["reverse_multiplier", "reverse_shift"], "back from Q5.26 to input steps, as rescale() takes them">,
]>;

def softmax_s16_params : Params<"Softmax of int16 over the last axis of input[rows][depth].", [
  Int32<["rows", "depth"]>,
  Int32<["multiplier", "shift"], "input scale * beta * 65535 / 10, as rescale() takes them">,
]>;

#endif
