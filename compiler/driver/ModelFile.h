// Which kind of model a file holds, by its content.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace barecc {

enum class ModelFormat { Onnx, Tflite };

/// TFLite: the identifier "TFL3" at offset 4. ONNX: the fields of a serialised ModelProto. Nothing more is checked; a
/// truncated model is still recognised, for its importer to refuse. The error, without the path, says what the file
/// seems to be instead.
llvm::Expected<ModelFormat> recogniseModel(llvm::StringRef bytes);

} // namespace barecc
