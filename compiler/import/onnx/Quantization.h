// Numbers as integers with a scale and a zero point: what the quantised operators share. Where scale and zero point are
// constant, tensors get !quant.uniform element types and casts, which the optimiser turns into integer operations;
// else everything is arithmetic on the elements.
#pragma once

#include "compiler/import/onnx/Node.h"

namespace barecc::onnx_import {

/// Which inputs of a node say how a tensor is quantised, and along which axis where there is more than one scale.
struct Quantization {
    mlir::Value scale;
    mlir::Value zeroPoint; // or null: 0
    mlir::Type storage; // ONNX element type of the quantised tensor and of the zero point; null: as that of the input
    int64_t axis = 0;
    int64_t blockSize = 0; // elements along the axis that share a scale, or 0
    mlir::Type precision;  // that numbers are divided by their scale in; null for that of the scale
    bool saturate = true;  // where the quantised tensor holds floats of 8 bits
};

/// The quantisation that inputs `scale` and `zeroPoint` of a node state; the zero point has the type of the tensor, which
/// is left open where there is none.
Quantization quantizationAt(const Node &node, unsigned scale, unsigned zeroPoint, int64_t axis = 0);

/// (input i - zero point) * scale, of the type `result` or, where that is null, of the type of the scale.
mlir::FailureOr<mlir::Value> dequantizeInput(const Node &node, unsigned i, const Quantization &quantization,
                                             mlir::Type result = {});

/// round(value / scale) + zero point in the storage type, as output 0 of the node. Ties go to the even number.
Outputs quantizeOutput(Node &node, mlir::Value value, const Quantization &quantization);

/// Integers with the sign bit turned: unsigned ones as signed ones of the same order, or back.
mlir::Value flipSign(GraphBuilder &g, mlir::Value integers);

/// y, scale and zero point of DynamicQuantizeLinear: unsigned bytes that cover the range of `value` and 0.
struct DynamicallyQuantized {
    mlir::Value integers, scale, zeroPoint;
};
DynamicallyQuantized quantizeDynamically(GraphBuilder &g, mlir::Value value);

/// The inputs of a product of bytes that gives floats again; zero points and bias may be absent.
struct QuantizedProduct {
    unsigned lhs, rhs, lhsScale, rhsScale, lhsZero, rhsZero, bias;
};
/// (lhs - zero) * (rhs - zero) * both scales + bias, where the scale of the right side may be one for each column.
mlir::FailureOr<mlir::Value> quantizedProduct(const Node &node, const QuantizedProduct &inputs);

// QuantizedOperators.cpp.
Outputs importQLinearConv(Node &node);
Outputs importQLinearMatMul(Node &node);
Outputs importQGemm(Node &node);
Outputs importQLinearAdd(Node &node);
Outputs importQLinearMul(Node &node);
Outputs importQLinearAveragePool(Node &node);
Outputs importQLinearGlobalAveragePool(Node &node);
Outputs importQLinearSigmoid(Node &node);
Outputs importQLinearLeakyRelu(Node &node);
Outputs importQLinearConcat(Node &node);
Outputs importQLinearSoftmax(Node &node);
Outputs importQLinearReduceMean(Node &node);
Outputs importQLinearWhere(Node &node);
// IntegerOperators.cpp.
Outputs importMatMulInteger(Node &node);
Outputs importConvInteger(Node &node);
Outputs importMatMulIntegerToFloat(Node &node);
Outputs importDynamicQuantizeMatMul(Node &node);

} // namespace barecc::onnx_import
