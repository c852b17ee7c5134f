#include "compiler/driver/Origin.h"

#include "compiler/driver/Npy.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SHA256.h"

using namespace barecc;

static std::string hexadecimal(const std::array<uint8_t, 32> &hash) { return llvm::toHex(hash, /*LowerCase=*/true); }

static std::string hashOf(llvm::StringRef bytes)
{
    return hexadecimal(llvm::SHA256::hash({reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()}));
}

std::string barecc::hashOfFiles(const std::map<std::string, llvm::StringRef> &files)
{
    std::string list;
    for (const auto &[name, bytes] : files)
        list += hashOf(bytes) + "  " + name + "\n";
    return list.empty() ? "" : hashOf(list);
}

Origin barecc::originOf(llvm::StringRef modelPath, llvm::StringRef modelBytes, const CompileOptions &options)
{
    Origin origin;
    origin.model = llvm::sys::path::filename(modelPath).str();
    origin.modelHash = hashOf(modelBytes);
    llvm::SHA256 hash;
    std::string &command = origin.options;
    command = "--name " + options.name + " --target " + options.target.name +
              (options.optimize == Optimize::Size ? " --optimize size" : " --optimize speed") +
              (options.weights == WeightsForm::Bin ? " --weights bin" : " --weights c") +
              (options.io == IoForm::Arena ? " --io arena" : " --io separate");
    for (const auto &[input, shape] : options.shapes)
        command += " --shape " + input + "=" +
                   llvm::join(llvm::map_range(shape, [](int64_t extent) { return std::to_string(extent); }), ",");
    for (const auto &[dimension, value] : options.dims)
        command += " --dim " + dimension + "=" + std::to_string(value);
    for (const auto &[input, value] : options.constants) {
        command += " --constant " + input + "=...";
        hash.update(formatNpy(value));
    }
    if (options.signature)
        command += " --signature " + *options.signature;
    for (const auto &[limit, value] : options.limits)
        command += " --limit " + allLimits()[unsigned(limit)].name.str() + "=" + std::to_string(value);
    hash.update("barecc " BARECC_VERSION " " + command);
    origin.optionsHash = hexadecimal(hash.final());
    return origin;
}

std::vector<std::string> Origin::lines(const CompileOptions &compileOptions) const
{
    constexpr size_t shortHash = 16;
    std::vector<std::string> lines = {
        "model:   " + model,
        "SHA-256: " + modelHash + ", options " + optionsHash.substr(0, shortHash),
        "barecc:  " BARECC_VERSION ", " + options,
        "compile: " + compileOptions.target.compiler + " -std=c99 " + llvm::join(compileOptions.compilerFlags(), " ") +
            " -c " + compileOptions.name + ".c",
    };
    if (!dataHash.empty())
        lines.insert(lines.begin() + 2, "data:    SHA-256 of `sha256sum` of its files " + dataHash);
    if (!compileOptions.target.libraryFlags.empty())
        lines.push_back("         (with Debian's C library for it also " +
                        llvm::join(compileOptions.target.libraryFlags, " ") + ")");
    return lines;
}
