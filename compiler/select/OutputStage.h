// What a kernel does with its sums, whatever they are of: bias, residual, clamp, and for integers requantisation with
// TensorFlow Lite's multipliers.
#pragma once

#include "compiler/select/KernelRequest.h"

namespace barecc {

/// Clamp and quantisation, as conv2d_*_params and matmul_*_params hold them.
struct OutputStage {
    float min = -INFINITY, max = INFINITY; ///< Of floats.
    int32_t inputZeroPoint = 0, weightsZeroPoint = 0, outputZeroPoint = 0;
    int32_t storedMin = 0, storedMax = 0; ///< Of integers.
    int32_t perChannel = 0;               ///< 1: a multiplier and shift of its own for each output.
};

/// The stage of a convolution or fully connected layer; its operands are added to the request, and what the query says
/// of them. Nothing where the quantisation is none that kernels have.
std::optional<OutputStage> addOutputStage(mlir::OpBuilder &b, KernelRequest &request, nn::WeightedOpInterface op);

/// Params of the call's type: of its window, of its matrices.
kernel::ParamsAttr convolutionParams(mlir::Builder &b, const KernelQuery &query, const OutputStage &stage);
kernel::ParamsAttr matrixParams(mlir::Builder &b, const KernelQuery &query, const OutputStage &stage);

} // namespace barecc
