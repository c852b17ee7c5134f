#include "compiler/driver/Names.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace barecc;
namespace path = llvm::sys::path;

namespace {

/// Headers that <name>.h would stand before: C's, and what these and the kernels include in turn. C's libraries and
/// CMake's targets, which a library may not be called.
bool isTaken(llvm::StringRef text)
{
    static const llvm::StringRef taken[] = {
        "assert",       "complex",     "ctype",    "errno",   "fenv",     "inttypes",  "iso646",
        "limits",       "locale",      "math",     "setjmp",  "signal",   "stdarg",    "stddef",
        "stdint",       "stdio",       "stdlib",   "string",  "tgmath",   "threads",   "time",
        "uchar",        "wchar",       "wctype",   "c",       "m",        "all",       "clean",
        "help",         "install",     "test",     "stdbool", "stdalign", "float",     "stdnoreturn",
        "features",     "strings",     "endian",   "malloc",  "memory",   "alloca",    "unistd",
        "fcntl",        "pthread",     "newlib",   "ieeefp",  "xlocale",  "mm_malloc", "cpuid",
        "arm_acle",     "arm_bf16",    "arm_fp16", "arm_mve", "arm_neon", "arm_sve",   "arm_vector_types",
        "riscv_vector", "wasm_simd128"};
    return llvm::is_contained(taken, text) || text.ends_with("intrin");
}

} // namespace

bool barecc::isModelName(llvm::StringRef text) { return isCIdentifier(text) && !isTaken(text); }

std::string barecc::nameFromPath(llvm::StringRef modelPath)
{
    llvm::StringRef stem = path::stem(modelPath);
    llvm::SmallString<256> absolute(modelPath);
    if (stem == "model") {
        llvm::sys::fs::make_absolute(absolute);
        path::remove_dots(absolute, /*remove_dot_dot=*/true);
        llvm::StringRef directory = path::filename(path::parent_path(absolute));
        stem = directory == "/" ? "model" : directory;
    }
    std::string name = toCIdentifier(stem);
    return isTaken(name) ? "m_" + name : name;
}

std::string barecc::npyFileName(llvm::StringRef tensorName)
{
    std::string result;
    for (char c : tensorName)
        result += llvm::isAlnum(c) || c == '.' || c == '_' || c == '-' ? c : '_';
    return result + ".npy";
}
