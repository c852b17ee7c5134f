// Files in and out. Every write is checked to its end, and what a command writes appears whole or not at all.
#pragma once

#include "compiler/driver/Compile.h"
#include "compiler/driver/Tensor.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <string>

namespace barecc {

/// The file's bytes, or an error that names it.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> readFile(llvm::StringRef path);

/// A tensor from a .npy or .pb file.
llvm::Expected<Tensor> readTensor(llvm::StringRef path);

/// Writes a new file; on failure nothing is left under that name.
llvm::Error writeFile(llvm::StringRef path, llvm::StringRef contents);

/// A directory that is removed, with what is in it, when the object goes.
class TemporaryDirectory {
public:
    /// A new directory inside `parent`, which must exist.
    static llvm::Expected<TemporaryDirectory> create(llvm::StringRef parent);
    /// A new directory where the system keeps temporary files.
    static llvm::Expected<TemporaryDirectory> create();

    TemporaryDirectory(TemporaryDirectory &&other) : directory(std::move(other.directory)) { other.directory.clear(); }
    TemporaryDirectory &operator=(TemporaryDirectory &&other);
    ~TemporaryDirectory() { remove(); }

    llvm::StringRef path() const { return directory; }
    /// Path of a file in the directory.
    std::string file(llvm::StringRef name) const;
    /// The directory stays: it has been renamed to its final place.
    void release() { directory.clear(); }

private:
    explicit TemporaryDirectory(std::string directory) : directory(std::move(directory)) {}
    void remove();

    std::string directory;
};

/// Which existing files a command may overwrite: any (results that the person named), or only those that barecc
/// generated, which hold the word "barecc" in their first kilobyte or are called *.bin.
enum class Replace { Any, GeneratedOnly };

/// Writes `files` into `directory`, creating it and its parents where they are missing. All files are written aside
/// first and then renamed into place, so that on failure (no permission, a full disk) the directory is as it was
/// before. Other files in it are never touched.
llvm::Error writeDirectory(llvm::StringRef directory, llvm::ArrayRef<GeneratedFile> files, Replace replace);

} // namespace barecc
