// ONNX's TensorProto in a file of its own (.pb): the form of ONNX's recorded test data.
#pragma once

#include "compiler/driver/Tensor.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace barecc {

/// Reads the bytes of a serialised onnx.TensorProto. Errors: malformed protobuf, an element type the generated code
/// does not have, data that does not match the shape, data kept in another file.
llvm::Expected<Tensor> parseTensorProto(llvm::StringRef bytes);

} // namespace barecc
