#include "compiler/driver/Origin.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SHA256.h"

using namespace barecc;

std::vector<std::string> barecc::originOf(llvm::StringRef modelPath, llvm::StringRef modelBytes,
                                          const CompileOptions &options)
{
    std::string command = "--name " + options.name + " --target " + options.target.name +
                          (options.optimize == Optimize::Size ? " --optimize size" : " --optimize speed") +
                          (options.weights == WeightsForm::Bin ? " --weights bin" : " --weights c") +
                          (options.io == IoForm::Arena ? " --io arena" : " --io separate");
    for (const auto &[input, shape] : options.shapes)
        command += " --shape " + input + "=" +
                   llvm::join(llvm::map_range(shape, [](int64_t extent) { return std::to_string(extent); }), ",");
    for (const auto &[dimension, value] : options.dims)
        command += " --dim " + dimension + "=" + std::to_string(value);
    for (const auto &[input, value] : options.constants)
        command += " --constant " + input + "=...";
    if (options.signature)
        command += " --signature " + *options.signature;
    const auto hash = llvm::SHA256::hash({reinterpret_cast<const uint8_t *>(modelBytes.data()), modelBytes.size()});
    std::vector<std::string> lines = {
        "model:   " + llvm::sys::path::filename(modelPath).str(),
        "SHA-256: " + llvm::toHex(hash, /*LowerCase=*/true),
        "barecc:  " BARECC_VERSION ", " + command,
        "compile: " + options.target.compiler + " -std=c99 " + llvm::join(options.compilerFlags(), " ") + " -c " +
            options.name + ".c",
    };
    if (!options.target.libraryFlags.empty())
        lines.push_back("         (with Debian's C library for it also " +
                        llvm::join(options.target.libraryFlags, " ") + ")");
    return lines;
}
