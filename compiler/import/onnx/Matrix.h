// Matrix products as several families build on them.
#pragma once

#include "compiler/import/onnx/Node.h"

namespace barecc::onnx_import {

/// numpy.matmul: stacks of matrices whose leading axes broadcast; operands with one axis are a row and a column.
mlir::FailureOr<mlir::Value> matrixProduct(const Node &node, mlir::Value lhs, mlir::Value rhs);

/// lhs[b, m, :] . rhs[b, :, n], or rhs[b, n, :] where `turned`: stacks of one size and one floating-point type.
mlir::Value stackedProduct(GraphBuilder &g, mlir::Value lhs, mlir::Value rhs, bool turned);

/// How a product of integers is taken: (lhs - lhsZero) * (rhs - rhsZero).
struct IntegerOperands {
    mlir::Type lhsElement, rhsElement; // with the sign of integers; null: signed
    mlir::Value lhsZero, rhsZero;      // null, or tensors that broadcast to the operands
};

/// The same for integers, with sums in i32.
mlir::FailureOr<mlir::Value> integerMatrixProduct(const Node &node, mlir::Value lhs, mlir::Value rhs,
                                                  const IntegerOperands &integers);

/// rows[m, :] . filter[n, :] + bias[n] + residual[m, n]; bias and residual may be null. Shapes have to agree.
mlir::Value fullyConnected(GraphBuilder &g, mlir::Value rows, mlir::Value filter, mlir::Value bias,
                           mlir::Value residual);

/// alpha * A' * B' + beta * C with the node's attributes alpha, beta, transA and transB; `c` may be null.
mlir::FailureOr<mlir::Value> generalProduct(const Node &node, mlir::Value a, mlir::Value b, mlir::Value c);

// Einsum.cpp and Determinant.cpp.
Outputs importEinsum(Node &node);
Outputs importDet(Node &node);

} // namespace barecc::onnx_import
