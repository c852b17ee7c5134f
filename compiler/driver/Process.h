// Programs that barecc starts: C compilers, the built model, emulators.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace barecc {

/// The error that a program or a file is missing, and which Debian packages to install.
llvm::Error missingFailure(llvm::StringRef name, llvm::StringRef packages);

/// Full path of a program on PATH. The error names the Debian package that brings it.
llvm::Expected<std::string> findProgram(llvm::StringRef name, llvm::StringRef package);

/// Runs all commands (program path and arguments) at the same time and waits until each has ended. `what` says in the
/// error what was being done; the error holds the first lines of what the program that failed wrote. Output goes to
/// files named log_<n> in `scratchDirectory`. Each command may take `secondsLimit`.
llvm::Error runAll(const std::vector<std::vector<std::string>> &commands, llvm::StringRef what,
                   llvm::StringRef scratchDirectory, unsigned secondsLimit);

} // namespace barecc
