// Softmax, its logarithm, and its limit.
#pragma once

#include "compiler/import/onnx/Node.h"

namespace barecc::onnx_import {

/// Softmax over the last axis.
mlir::Value softmaxOfRows(GraphBuilder &g, mlir::Value value, bool logarithm);

Outputs importSoftmax(Node &node);
Outputs importLogSoftmax(Node &node);
Outputs importHardmax(Node &node);

} // namespace barecc::onnx_import
