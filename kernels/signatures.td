//===- signatures.td - the C parameters of kernels, by operation and type -----------------------------------===//
//
//     void <kernel>(const <params> *params, <operands>, [void *workspace,] int32_t row_begin, int32_t row_end)
//
// Rows are those of the output, counted over the whole batch. A kernel computes rows [row_begin, row_end), and reads
// and writes nothing that only other rows need.
//
//===------------------------------------------------------------------------------------------------------===//

#ifndef BARECC_SIGNATURES_TD
#define BARECC_SIGNATURES_TD

include "kernels/params.td"

// ---- Convolutions ------------------------------------------------------------------------------------------

class ImageInput<OperandType type> : Operand<Input, type, "window.input_pixel_stride">;
class ImageOutput<OperandType type> : Operand<Output, type, "window.output_pixel_stride">;

// The residual sum may be computed in place.
class ConvolutionF32<string op> : Kernel<op, conv2d_f32_params,
    [ImageInput<F32>, Operand<Weights, F32>, OptionalOperand<Bias, F32>,
     OptionalOperand<Residual, F32, "window.residual_pixel_stride">, ImageOutput<F32>]> {
  let inPlace = [Residual];
}
class ConvolutionF16<string op> : Kernel<op, conv2d_f32_params,
    [ImageInput<F16>, Operand<Weights, F16>, OptionalOperand<Bias, F16>, ImageOutput<F16>]>;
class ConvolutionS8<string op> : Kernel<op, conv2d_s8_params,
    [ImageInput<S8>, Operand<Weights, S8>, OptionalOperand<Bias, S32>, Operand<Multiplier, S32>, Operand<Shift, S8>,
     ImageOutput<S8>]>;
class ConvolutionS16<string op> : Kernel<op, conv2d_s16_params,
    [ImageInput<S16>, Operand<Weights, S8>, OptionalOperand<Bias, S64>, Operand<Multiplier, S32>, Operand<Shift, S8>,
     ImageOutput<S16>]>;
// The same integers, from requantisation words.
class RequantConvolutionS8<string op> : Kernel<op, conv2d_s8_params,
    [ImageInput<S8>, Operand<Weights, S8>, Operand<Requant, S32>, ImageOutput<S8>]>;

// ---- Pools -------------------------------------------------------------------------------------------------

class PoolF32<string op> : Kernel<op, pool2d_f32_params, [ImageInput<F32>, ImageOutput<F32>]>;
class PoolS8<string op> : Kernel<op, pool2d_s8_params, [ImageInput<S8>, ImageOutput<S8>]>;
class PoolS16<string op> : Kernel<op, pool2d_s16_params, [ImageInput<S16>, ImageOutput<S16>]>;

// ---- Matrix products ---------------------------------------------------------------------------------------

class RowsInput<OperandType type> : Operand<Input, type, "gemm.lda">;
class RowsOutput<OperandType type> : Operand<Output, type, "gemm.ldc">;

class FullyConnectedF32 : Kernel<"fully_connected", matmul_f32_params,
    [RowsInput<F32>, Operand<Weights, F32>, OptionalOperand<Bias, F32>,
     OptionalOperand<Residual, F32, "gemm.ld_residual">, RowsOutput<F32>]> {
  let inPlace = [Residual];
}
class FullyConnectedF16 : Kernel<"fully_connected", matmul_f32_params,
    [RowsInput<F16>, Operand<Weights, F16>, OptionalOperand<Bias, F16>, RowsOutput<F16>]>;
class FullyConnectedS8 : Kernel<"fully_connected", matmul_s8_params,
    [RowsInput<S8>, Operand<Weights, S8>, OptionalOperand<Bias, S32>, Operand<Multiplier, S32>, Operand<Shift, S8>,
     RowsOutput<S8>]>;
class FullyConnectedS16 : Kernel<"fully_connected", matmul_s16_params,
    [RowsInput<S16>, Operand<Weights, S8>, OptionalOperand<Bias, S64>, Operand<Multiplier, S32>, Operand<Shift, S8>,
     RowsOutput<S16>]>;
class RequantFullyConnectedS8 : Kernel<"fully_connected", matmul_s8_params,
    [RowsInput<S8>, Operand<Weights, S8>, Operand<Requant, S32>, RowsOutput<S8>]>;

class MatMulF32<string op> : Kernel<op, matmul_f32_params,
    [Operand<Lhs, F32, "gemm.lda">, Operand<Rhs, F32>, RowsOutput<F32>]>;

// ---- Softmax: any row in place of the same row of the input, if the elements are as wide -----------------------

class SoftmaxF32<string op> : Kernel<op, softmax_f32_params, [Operand<Input, F32>, Operand<Output, F32>]> {
  let inPlace = [Input];
}
class SoftmaxS8<string op, Params params> : Kernel<op, params, [Operand<Input, S8>, Operand<Output, S8>]> {
  let inPlace = [Input];
}
class SoftmaxS8ToS16 : Kernel<"softmax", softmax_s8_params, [Operand<Input, S8>, Operand<Output, S16>]>;
class SoftmaxS16 : Kernel<"softmax", softmax_s16_params,
    [Operand<Input, S16>, Operand<ExpTable, S16>, Operand<ReciprocalTable, S16>, Operand<Output, S16>]> {
  let inPlace = [Input];
}

#endif
