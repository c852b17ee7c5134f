// Convolution and pooling as other families build on them: quantised and fused forms. Images are as ONNX has them,
// [N, C, spatial...]; the node is asked for the attributes.
#pragma once

#include "compiler/import/onnx/Window.h"

namespace barecc::onnx_import {

/// The filter is [M, C / group, kernel...]; the bias, [M], may be null. Integers accumulate in i32 and give i32.
mlir::FailureOr<mlir::Value> convolution(const Node &node, mlir::Value input, mlir::Value filter, mlir::Value bias,
                                         FilterIntegers integers = {});

mlir::FailureOr<mlir::Value> averagePool(const Node &node, mlir::Value input);
mlir::FailureOr<mlir::Value> globalAveragePool(const Node &node, mlir::Value input);

// The importers of Pooling.cpp, for the table.
Outputs importMaxPool(Node &node);
Outputs importAveragePool(Node &node);
Outputs importLpPool(Node &node);
Outputs importGlobalAveragePool(Node &node);
Outputs importGlobalMaxPool(Node &node);
Outputs importGlobalLpPool(Node &node);

} // namespace barecc::onnx_import
