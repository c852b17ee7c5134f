// Convolution and pooling as other families build on them: quantised and fused forms. Images are as ONNX has them,
// [N, C, spatial...]; the node is asked for the attributes.
#pragma once

#include "compiler/import/onnx/Window.h"

namespace barecc::onnx_import {

/// The filter is [M, C / group, kernel...]; the bias, [M], may be null. Integers accumulate in i32 and give i32.
mlir::FailureOr<mlir::Value> convolution(const Node &node, mlir::Value input, mlir::Value filter, mlir::Value bias,
                                         IntegerForm integers = {});

/// A convolution of one tap and stride 1: the image is [N, H, W, C], the filter [M, 1, 1, C / groups], the result
/// [N, H, W, M]. All, and the bias [M], which may be null, are of one floating-point type, f32 or wider.
mlir::Value convolvePixels(GraphBuilder &g, mlir::Value image, mlir::Value filter, mlir::Value bias, int64_t groups);

mlir::FailureOr<mlir::Value> averagePool(const Node &node, mlir::Value input);
mlir::FailureOr<mlir::Value> globalAveragePool(const Node &node, mlir::Value input);

// Importers of other files, for the table.
Outputs importDeformConv(Node &node);
Outputs importCol2Im(Node &node);
Outputs importMaxUnpool(Node &node);
Outputs importMaxPool(Node &node);
Outputs importAveragePool(Node &node);
Outputs importLpPool(Node &node);
Outputs importGlobalAveragePool(Node &node);
Outputs importGlobalMaxPool(Node &node);
Outputs importGlobalLpPool(Node &node);

} // namespace barecc::onnx_import
