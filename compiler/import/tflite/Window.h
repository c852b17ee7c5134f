// The windows of convolutions and pools: padding as TensorFlow computes it.
#pragma once

#include "compiler/import/tflite/Node.h"

namespace barecc::tflite_import {

/// Rows and columns of a window that moves over an image.
struct Window {
    std::array<int64_t, 2> kernel, strides, dilations;
};

struct Placed {
    std::array<int64_t, 2> size;    // of the result
    std::array<int64_t, 4> padding; // top, left, bottom, right
};

/// Where `window` falls on an image of rows x columns; an error where nothing fits.
mlir::FailureOr<Placed> place(const Node &node, std::array<int64_t, 2> image, const Window &window,
                              tflite::Padding padding);

/// The interval of a fused activation as the attributes of nn operations.
struct ClampAttributes {
    mlir::FloatAttr min, max;
};
mlir::FailureOr<ClampAttributes> clampAttributes(const Node &node, tflite::ActivationFunctionType activation);

/// The bias of a convolution or matrix as a vector of `count` elements; null where input i is absent.
mlir::FailureOr<mlir::Value> biasOf(const Node &node, unsigned i, int64_t count);

/// What numbers an operator with weights computes on.
enum class Arithmetic { Float, Integer, Hybrid };
/// By the types of input, weights and output 0; an error for other combinations. Per-channel weights have to be scaled
/// along dimension `channels`.
mlir::FailureOr<Arithmetic> arithmeticOf(const Node &node, unsigned input, unsigned weights, int64_t channels);

// ---- Hybrid.cpp: float activations, 8-bit weights

/// Activations made integers, each row (index of the first dimension) with a scale of its own, at run time.
struct QuantizedRows {
    mlir::Value centred; // i16, less the zero point
    mlir::Value scales;  // f32, one a row, shaped [rows, 1, ...]
};
QuantizedRows quantizeRows(const Node &node, mlir::Value input, bool asymmetric);

/// The integers of the weights, input i. Old files call them unsigned, and TFLite takes their bytes for signed ones.
mlir::Value hybridWeights(const Node &node, unsigned i = 1);

/// 2-D convolution of NHWC images with a filter OHWI.
mlir::FailureOr<mlir::Value> hybridConvolution(const Node &node, const Window &window, const Placed &placed,
                                               int64_t groups, tflite::ActivationFunctionType activation);
/// The same channel by channel; the filter is 1HWC of all output channels.
mlir::FailureOr<mlir::Value> hybridDepthwiseConvolution(const Node &node, const Window &window, const Placed &placed,
                                                        tflite::ActivationFunctionType activation);
/// [batch, rows, depth] x [batch or 1, columns, depth]^T.
mlir::FailureOr<mlir::Value> hybridProduct(const Node &node, mlir::Value rows, mlir::Value weights, bool asymmetric,
                                           tflite::ActivationFunctionType activation);
/// [rows, depth] x [columns, depth]^T + addend, where the weights are input `weights` and the addend is null, a vector
/// or a matrix.
mlir::FailureOr<mlir::Value> hybridSum(const Node &node, const QuantizedRows &rows, unsigned weights,
                                       mlir::Value addend);

} // namespace barecc::tflite_import
