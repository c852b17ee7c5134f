// Conversions between the element types of the standard.
#pragma once

#include "compiler/import/onnx/Node.h"

namespace barecc::onnx_import {

/// What becomes of numbers that a type cannot hold.
struct CastRules {
    bool saturate = true;                       // to floats of 8 bits
    enum { Up, Down, Nearest } powerOfTwo = Up; // to float8e8m0
    bool wrap = true;                           // to integers of fewer than 8 bits
};

/// A scalar of the ONNX element type `from` as one of `to`, by the rules of the operator Cast.
mlir::Value castNumber(mlir::OpBuilder &b, mlir::Location loc, mlir::Value x, mlir::Type from, mlir::Type to,
                       const CastRules &rules);

/// The element type whose number in TensorProto an attribute gives; an error where barecc has none for it.
mlir::FailureOr<mlir::Type> elementTypeAt(const Node &node, llvm::StringRef attribute);

} // namespace barecc::onnx_import
