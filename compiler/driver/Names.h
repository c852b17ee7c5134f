// Names from the outside world, made fit for C and for file systems.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>

namespace barecc {

/// True for [A-Za-z_][A-Za-z0-9_]* that is no keyword of C.
bool isCIdentifier(llvm::StringRef text);

/// True for a C identifier that a model may be called: its header and its library stand beside those of C.
bool isModelName(llvm::StringRef text);

/// `text` in lower case with each run of other characters turned to one '_' (none at the ends), "m_" in front where it
/// would start with a digit or be a keyword, and "model" where nothing is left.
std::string toCIdentifier(llvm::StringRef text);

/// The default of --name: the model's file name without directory and extension, made a name for a model. A file called
/// "model.onnx" takes its directory's name, since that is how model collections are laid out.
std::string nameFromPath(llvm::StringRef modelPath);

/// "<name>.npy" with each character outside [A-Za-z0-9._-] replaced by '_'.
std::string npyFileName(llvm::StringRef tensorName);

} // namespace barecc
