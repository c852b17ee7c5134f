// What a command writes appears whole or not at all.
#pragma once

#include "compiler/driver/Compile.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

namespace barecc {

/// Which existing files a command may overwrite: any (results that the person named), or only those that barecc
/// generated, which hold the word "barecc" in their first kilobyte or are called *.bin.
enum class Replace { Any, GeneratedOnly };

/// Writes `files` into `directory`, creating it and its parents where they are missing. All files are written aside
/// first and then renamed into place, so that on failure (no permission, a full disk, a signal) the directory is as it
/// was before. Of several programs that write at the same time the files of one are there in the end. Other files in it
/// are never touched.
llvm::Error writeDirectory(llvm::StringRef directory, llvm::ArrayRef<GeneratedFile> files, Replace replace);

} // namespace barecc
