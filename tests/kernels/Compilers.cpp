#include "tests/kernels/Compilers.h"

#include "compiler/driver/Files.h"
#include "compiler/driver/Process.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>

namespace barecc::kernel_test {

constexpr unsigned secondsLimit = 300;

static Compiler ownOf(const std::string &path, const Target &target)
{
    Compiler own{target.compiler, path, target.archFlags};
    llvm::append_range(own.flags, target.libraryFlags);
    return own;
}

/// For a target whose own compiler is gcc. clang takes the C library from where Debian's packages for the target's gcc
/// have it.
static Compiler clangOf(const std::string &path, const Target &target)
{
    // Flags that order gcc's instructions are none of clang's.
    Compiler clang{"clang", path, {"-Wno-ignored-optimization-argument"}};
    llvm::StringRef triple = target.compiler;
    if (triple.consume_back("-gcc"))
        clang.flags.push_back(("--target=" + triple).str());
    for (const std::string &flag : target.archFlags)
        if (flag != "-mfpu=auto") // what clang does without being told
            clang.flags.push_back(flag);
    if (target.environment == Target::Environment::Semihosting)
        llvm::append_range(clang.flags,
                           std::vector<std::string>{"-isystem", ("/usr/lib/picolibc/" + triple + "/include").str()});
    return clang;
}

llvm::Expected<std::vector<Compiler>> compilersOf(const Target &target)
{
    llvm::Expected<std::string> own = target.findCompiler();
    if (!own)
        return own.takeError();
    std::vector<Compiler> compilers = {ownOf(*own, target)};
    if (target.compiler == "clang-22")
        return compilers;
    if (llvm::Expected<std::string> clang = findProgram("clang-22", "clang-22"))
        compilers.push_back(clangOf(*clang, target));
    else
        llvm::errs() << "without clang: " << llvm::toString(clang.takeError()) << "\n";
    return compilers;
}

llvm::Error compile(const Compiler &compiler, const std::vector<std::string> &optimize, const std::string &source,
                    const std::vector<std::string> &includes, const std::string &object, llvm::StringRef scratch)
{
    std::vector<std::string> command = {compiler.path, "-std=c99",     "-Wall",  "-Wextra",
                                        "-Wpedantic",  "-Wconversion", "-Werror"};
    llvm::append_range(command, optimize);
    llvm::append_range(command, compiler.flags);
    for (const std::string &include : includes)
        command.push_back("-I" + include);
    llvm::append_range(command, std::vector<std::string>{"-ffunction-sections", "-c", source, "-o", object});
    return runAll({command}, "compiling", scratch, secondsLimit);
}

/// A linker script that puts each section of code two bytes behind a multiple of four, if the section's own alignment
/// lets it.
static llvm::Expected<std::string> scriptOfOddHalfwords(const std::string &object)
{
    llvm::Expected<llvm::object::OwningBinary<llvm::object::ObjectFile>> file =
        llvm::object::ObjectFile::createObjectFile(object);
    if (!file)
        return file.takeError();
    std::string script = "SECTIONS { .text :\n{\n";
    for (const llvm::object::SectionRef &section : file->getBinary()->sections()) {
        llvm::Expected<llvm::StringRef> name = section.getName();
        if (!name)
            return name.takeError();
        if (section.isText() && section.getSize() > 0)
            script += "    . = ALIGN(4) + 2; *(" + name->str() + ")\n";
    }
    return script + "} }\n";
}

llvm::Error moveToOddHalfwords(const Target &target, const std::string &object, llvm::StringRef scratch)
{
    if (target.compiler == "clang-22")
        return llvm::Error::success();
    llvm::Expected<std::string> script = scriptOfOddHalfwords(object), linker = target.findCompiler();
    if (!script || !linker)
        return llvm::joinErrors(script.takeError(), linker.takeError());
    const std::string scriptFile = (scratch + "/odd.ld").str(), moved = (scratch + "/moved.o").str();
    if (llvm::Error error = writeFile(scriptFile, *script))
        return error;
    // A file linked with itself.
    std::vector<std::string> link = {*linker};
    llvm::append_range(link, target.archFlags);
    llvm::append_range(link, std::vector<std::string>{"-r", "-nostdlib", "-Wl,-T," + scriptFile, object, "-o", moved});
    if (llvm::Error error = runAll({link}, "moving functions", scratch, secondsLimit))
        return error;
    if (std::error_code error = llvm::sys::fs::remove(scriptFile))
        return llvm::errorCodeToError(error);
    return llvm::errorCodeToError(llvm::sys::fs::rename(moved, object));
}

llvm::Error link(const Target &target, const std::vector<std::string> &objects, const std::string &program,
                 llvm::StringRef scratch)
{
    llvm::Expected<std::string> linker = target.findCompiler();
    if (!linker)
        return linker.takeError();
    std::vector<std::string> command = {*linker};
    for (const auto *flags : {&target.archFlags, &target.libraryFlags, &target.linkFlags, &objects})
        llvm::append_range(command, *flags);
    llvm::append_range(command, std::vector<std::string>{"-o", program, "-lm"});
    return runAll({command}, "linking", scratch, secondsLimit);
}

llvm::Error linkAndRun(const Target &target, const std::vector<std::string> &objects, llvm::StringRef scratch)
{
    const std::string program = (scratch + "/test").str();
    if (llvm::Error error = link(target, objects, program, scratch))
        return error;
    for (size_t processor = 0; processor < std::max<size_t>(1, target.processors.size()); ++processor) {
        llvm::Expected<std::vector<std::string>> run = target.commandToRun(program, {}, {}, processor);
        if (!run)
            return run.takeError();
        if (llvm::Error error = runAll({*run}, "running " + llvm::join(*run, " "), scratch, secondsLimit))
            return error;
    }
    return llvm::Error::success();
}

} // namespace barecc::kernel_test
