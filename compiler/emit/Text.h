// How tensors and what a model file says are written in comments.
#pragma once

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"

#include <string>

namespace barecc {

llvm::ArrayRef<int64_t> shapeOf(mlir::Value tensor);

/// The element type of a tensor in memory: of a quantised one its integers.
mlir::Type elementOf(mlir::Value tensor);

/// "1x224x224x3", or "scalar".
std::string shapeText(llvm::ArrayRef<int64_t> shape);

/// "[1][224][224][3]", of a single element "[1]".
std::string dimensionsText(llvm::ArrayRef<int64_t> shape);

/// "int8_t[1][224][224][3]": the type of a tensor's elements in memory, and its shape.
std::string arrayText(mlir::Value tensor);

/// Text from a model that neither ends the comment it is printed in nor begins another.
std::string commentText(llvm::StringRef text);

} // namespace barecc
