// Files in and out. Every write is checked to its end.
#pragma once

#include "compiler/driver/Tensor.h"
#include "compiler/ir/Limits.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <string>

namespace barecc {

/// The error "PATH: cannot DOING: what the system says".
llvm::Error fileFailure(llvm::StringRef path, llvm::StringRef doing, std::error_code code);

/// Path of a file in a directory.
std::string pathIn(llvm::StringRef directory, llvm::StringRef name);

/// The bytes of a file or a pipe, or an error that names it (import/ReadFile.h says which there are).
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> readFile(llvm::StringRef path, const Limits &limits = {});

/// A tensor from a .npy or .pb file.
llvm::Expected<Tensor> readTensor(llvm::StringRef path);

/// Writes a new file of what `print` prints; on failure nothing is left under that name. The error calls it `shownAs`, if
/// that is not empty.
llvm::Error writeFile(llvm::StringRef path, llvm::function_ref<void(llvm::raw_ostream &)> print,
                      llvm::StringRef shownAs = "");
llvm::Error writeFile(llvm::StringRef path, llvm::StringRef contents, llvm::StringRef shownAs = "");

} // namespace barecc
