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
/// error what was being done; the error holds the first lines of what the program that failed wrote. The commands run in
/// `directory`, so that what they are told need not hold its name, which may have characters that they split words at.
/// There goes what they write, to files named log_<n>, and what they keep for a while: it is their TMPDIR. Each command
/// may take `secondsLimit`; what it has started ends with it.
llvm::Error runAll(const std::vector<std::vector<std::string>> &commands, llvm::StringRef what,
                   llvm::StringRef directory, unsigned secondsLimit);

} // namespace barecc
