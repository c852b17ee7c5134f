// Activation functions that other operators name in an attribute: recurrent layers and fused convolutions.
#pragma once

#include "compiler/import/onnx/Node.h"

namespace barecc::onnx_import {

/// A function of the standard's list, with its parameters.
struct Activation {
    std::string name; // in lower case
    double alpha, beta;

    /// Which of the parameters the function has: lists of parameters leave the others out.
    bool hasAlpha() const;
    bool hasBeta() const;
    mlir::Value apply(mlir::OpBuilder &b, mlir::Location loc, mlir::Value x) const;
};

/// The function called `name`, in any case, with the standard's default parameters; an error where there is none.
mlir::FailureOr<Activation> activationNamed(const Node &node, llvm::StringRef name);

} // namespace barecc::onnx_import
