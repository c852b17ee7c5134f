// Where generated C comes from, for its first lines.
#pragma once

#include "compiler/driver/Compile.h"

namespace barecc {

/// The model's file and the hash of its bytes, barecc's version, the options that matter to the C, and how to compile it;
/// one a line. The same model and options give the same lines.
std::vector<std::string> originOf(llvm::StringRef modelPath, llvm::StringRef modelBytes, const CompileOptions &options);

} // namespace barecc
