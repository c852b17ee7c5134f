// The constant first argument of a kernel as an attribute: a dictionary with the names of the C struct's fields, which
// emission prints as a designated initialiser.
#pragma once

#include "compiler/kernel/Registry.h"

#include "mlir/IR/Builders.h"

namespace barecc {

mlir::DictionaryAttr paramsAttr(mlir::Builder &b, const window2d_params &window);
mlir::DictionaryAttr paramsAttr(mlir::Builder &b, const gemm_params &gemm);

/// `params` with one more field.
mlir::DictionaryAttr withField(mlir::DictionaryAttr params, llvm::StringRef name, mlir::Attribute value);

/// Where a field stands in its struct, for printing in the struct's order.
int fieldOrder(llvm::StringRef name);

} // namespace barecc
