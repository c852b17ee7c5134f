#include "compiler/emit/KernelText.h"

#include "compiler/kernel/Feature.h"
#include "compiler/kernel/Registry.h"

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

std::string KernelText::processorCheck() const
{
    std::string text;
    for (const std::string &feature : features)
        if (const llvm::StringRef macro = findFeature(feature)->macro; !macro.empty())
            text += ("#if !" + macro + "\n#error \"these kernels need a processor with " + feature +
                     "; tell the compiler which (report.json: compiler_flags)\"\n#endif\n")
                        .str();
    return text.empty() ? text : text + "\n";
}

void KernelText::addKernel(llvm::StringRef name)
{
    add((name + ".c").str());
    for (const KernelRecord &record : kernelRecords())
        if (record.name == name)
            features.insert(record.features.begin(), record.features.end());
}

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
