#include "compiler/emit/KernelText.h"

#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Path.h"

namespace barecc {
namespace {

/// A file of kernels/, embedded by KernelSources.S (made by CMake).
struct EmbeddedFile {
    const char *path, *begin, *end;
};
#include "compiler/emit/KernelSources.inc"

llvm::StringRef findFile(llvm::StringRef fileName)
{
    for (const EmbeddedFile &file : embeddedFiles)
        if (llvm::sys::path::filename(file.path) == fileName)
            return {file.begin, size_t(file.end - file.begin)};
    llvm::report_fatal_error("kernel file '" + fileName + "' is not part of this build");
}

} // namespace

void KernelText::addKernel(llvm::StringRef name) { add((name + ".c").str()); }

void KernelText::addHeader(llvm::StringRef header) { add(header); }

void KernelText::add(llvm::StringRef fileName)
{
    if (!added.insert(fileName.str()).second)
        return;
    std::string own;
    llvm::SmallVector<llvm::StringRef> lines;
    findFile(fileName).split(lines, '\n');
    for (llvm::StringRef line : lines) {
        if (line.starts_with("#include <")) {
            system.insert(line.drop_front(10).split('>').first.str());
        } else if (line.starts_with("#include \"")) {
            add(llvm::sys::path::filename(line.drop_front(10).split('"').first));
        } else if (!line.starts_with("#pragma once")) {
            own += line;
            own += '\n';
        }
    }
    joined += "/* ---- " + fileName.str() + " */\n\n" + llvm::StringRef(own).trim().str() + "\n\n";
}

} // namespace barecc
