// Where generated C comes from, for its first lines and the report.
#pragma once

#include "compiler/driver/Compile.h"

#include <map>

namespace barecc {

/// What tells which model and options a file was made of. The same model and options give the same.
struct Origin {
    std::string model;     ///< The file's name, without its directory.
    std::string modelHash; ///< SHA-256 of its bytes, 64 lower-case hexadecimal digits.
    /// SHA-256 of what `sha256sum` prints of the files of external data, in the order of their names; empty where there
    /// are none.
    std::string dataHash;
    std::string options;     ///< Those that matter to the C, as on the command line.
    std::string optionsHash; ///< SHA-256 of these, of barecc's version and of the values of inputs that are constants.

    /// The lines of the first comment: the above, and how to compile the C.
    std::vector<std::string> lines(const CompileOptions &options) const;
};

Origin originOf(llvm::StringRef modelPath, llvm::StringRef modelBytes, const CompileOptions &options);

/// `Origin::dataHash` of files by name.
std::string hashOfFiles(const std::map<std::string, llvm::StringRef> &files);

} // namespace barecc
