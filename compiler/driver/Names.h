// Names of models and of files. Those of the C in them are made in emit/Names.h.
#pragma once

#include "compiler/emit/Names.h"

#include <string>

namespace barecc {

/// True for a C identifier that a model may be called: its header and its library stand beside those of C.
bool isModelName(llvm::StringRef text);

/// The default of --name: the model's file name without directory and extension, made a name for a model. A file called
/// "model.onnx" takes its directory's name, since that is how model collections are laid out.
std::string nameFromPath(llvm::StringRef modelPath);

/// "<name>.npy" with each character outside [A-Za-z0-9._-] replaced by '_'.
std::string npyFileName(llvm::StringRef tensorName);

} // namespace barecc
