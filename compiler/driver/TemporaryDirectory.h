// Directories for what barecc needs for a while, or prepares for its final place.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>

namespace barecc {

/// A directory that is removed, with what is in it, when the object goes, or a signal ends the program (AbnormalExit.h).
/// Those that were left in the same place by a program that was killed are removed when one is created.
class TemporaryDirectory {
public:
    /// A new directory inside `parent`, which must exist.
    static llvm::Expected<TemporaryDirectory> create(llvm::StringRef parent);
    /// A new directory where the system keeps temporary files: TMPDIR, else /tmp. No other user can look into it.
    static llvm::Expected<TemporaryDirectory> create();

    TemporaryDirectory(TemporaryDirectory &&other);
    TemporaryDirectory &operator=(TemporaryDirectory &&other);
    ~TemporaryDirectory() { remove(); }

    /// Absolute.
    llvm::StringRef path() const { return *directory; }
    /// Path of a file in the directory.
    std::string file(llvm::StringRef name) const;
    /// The directory stays: it has been renamed to its final place.
    void release();

private:
    static llvm::Expected<TemporaryDirectory> create(llvm::StringRef parent, unsigned permissions);
    TemporaryDirectory(std::unique_ptr<std::string> directory, int descriptor)
        : directory(std::move(directory)), descriptor(descriptor)
    {
    }
    void remove();

    std::unique_ptr<std::string> directory; ///< A signal handler reads the text, which stays where it is.
    int descriptor;                         ///< Its lock tells others that the directory is in use.
};

} // namespace barecc
