// cross_test --compilers TARGET: prints how each compiler is called to compile for a target, one a line.
// cross_test TARGET SOURCE INCLUDE...: builds a C program with a target's own flags, by its compiler and by clang, for
// speed and for size, and runs it as the target's programs are run, on each of its processors. What is built for size has
// each function where a linker may put it, but seldom does: two bytes behind a multiple of four. Fails where one does not
// compile without a warning or does not end in 0. Exit status 77, which CTest takes as skipped, where a program is
// missing.
#include "compiler/driver/Files.h"
#include "compiler/driver/Message.h"
#include "compiler/driver/Process.h"
#include "compiler/driver/Target.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>

using namespace barecc;

namespace {

constexpr int skipped = 77;
constexpr unsigned secondsLimit = 300;
const std::vector<std::string> strictFlags = {"-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"};

/// How one of the compilers is called to compile for the target.
struct Compiler {
    std::string path;
    std::vector<std::string> flags;
};

Compiler ownOf(const std::string &path, const Target &target)
{
    Compiler own{path, target.archFlags};
    llvm::append_range(own.flags, target.libraryFlags);
    return own;
}

/// For a target whose own compiler is gcc. clang takes the C library from where Debian's packages for the target's gcc
/// have it.
Compiler clangOf(const std::string &path, const Target &target)
{
    llvm::StringRef triple = llvm::StringRef(target.compiler);
    // Flags that order gcc's instructions are none of clang's.
    Compiler clang{path, {"-Wno-ignored-optimization-argument"}};
    if (triple.consume_back("-gcc")) // else it compiles for this machine
        clang.flags.push_back(("--target=" + triple).str());
    for (const std::string &flag : target.archFlags)
        if (flag != "-mfpu=auto") // what clang does without being told
            clang.flags.push_back(flag);
    if (target.environment == Target::Environment::Semihosting)
        llvm::append_range(clang.flags,
                           std::vector<std::string>{"-isystem", ("/usr/lib/picolibc/" + triple + "/include").str()});
    return clang;
}

/// A linker script that puts each section of code two bytes behind a multiple of four, if the section's own alignment
/// lets it.
llvm::Expected<std::string> scriptOfOddHalfwords(const std::string &object)
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

/// Links a file with itself, so that its functions lie where the script says.
llvm::Error moveFunctions(const std::string &linker, const Target &target, const TemporaryDirectory &directory,
                          const std::string &object)
{
    llvm::Expected<std::string> script = scriptOfOddHalfwords(object);
    if (!script)
        return script.takeError();
    const std::string scriptFile = directory.file("odd.ld"), moved = directory.file("moved.o");
    if (llvm::Error error = writeFile(scriptFile, *script))
        return error;
    std::vector<std::string> link = {linker};
    llvm::append_range(link, target.archFlags);
    llvm::append_range(link, std::vector<std::string>{"-r", "-nostdlib", "-Wl,-T," + scriptFile, object, "-o", moved});
    if (llvm::Error error = runAll({link}, "moving functions", directory.path(), secondsLimit))
        return error;
    return llvm::errorCodeToError(llvm::sys::fs::rename(moved, object));
}

/// The target's own compiler links what either made.
llvm::Error buildAndRun(const Compiler &compiler, const std::string &linker, const Target &target,
                        const std::vector<std::string> &optimize, bool atOddHalfwords, const std::string &source,
                        const std::vector<std::string> &includes)
{
    llvm::Expected<TemporaryDirectory> directory = TemporaryDirectory::create();
    if (!directory)
        return directory.takeError();
    const std::string object = directory->file("test.o"), program = directory->file("test");
    std::vector<std::string> compile = {compiler.path}, link = {linker};
    for (const auto *flags : {&strictFlags, &optimize, &compiler.flags})
        llvm::append_range(compile, *flags);
    for (const std::string &include : includes)
        compile.push_back("-I" + include);
    llvm::append_range(compile, std::vector<std::string>{"-ffunction-sections", "-c", source, "-o", object});
    for (const auto *flags : {&target.archFlags, &target.libraryFlags, &target.linkFlags})
        llvm::append_range(link, *flags);
    llvm::append_range(link, std::vector<std::string>{object, "-o", program, "-lm"});
    if (llvm::Error error = runAll({compile}, "compiling", directory->path(), secondsLimit))
        return error;
    if (atOddHalfwords)
        if (llvm::Error error = moveFunctions(linker, target, *directory, object))
            return error;
    if (llvm::Error error = runAll({link}, "linking", directory->path(), secondsLimit))
        return error;
    for (size_t processor = 0; processor < std::max<size_t>(1, target.processors.size()); ++processor) {
        llvm::Expected<std::vector<std::string>> run = target.commandToRun(program, {}, {}, processor);
        if (!run)
            return run.takeError();
        if (llvm::Error error = runAll({*run}, "running " + llvm::join(*run, " "), directory->path(), secondsLimit))
            return error;
    }
    return llvm::Error::success();
}

struct NamedCompiler {
    std::string name;
    Compiler compiler;
};

/// The target's own compiler first, then clang where it is another one and installed.
llvm::Expected<std::vector<NamedCompiler>> compilersOf(const Target &target)
{
    llvm::Expected<std::string> own = target.findCompiler();
    if (!own)
        return own.takeError();
    std::vector<NamedCompiler> compilers = {{target.compiler, ownOf(*own, target)}};
    if (target.compiler == "clang-22")
        return compilers;
    if (llvm::Expected<std::string> clang = findProgram("clang-22", "clang-22"))
        compilers.push_back({"clang", clangOf(*clang, target)});
    else
        llvm::errs() << "without clang: " << llvm::toString(clang.takeError()) << "\n";
    return compilers;
}

int skip(llvm::Error error)
{
    llvm::errs() << "skipped: " << llvm::toString(std::move(error)) << "\n";
    return skipped;
}

int printCompilers(const Target &target)
{
    llvm::Expected<std::vector<NamedCompiler>> compilers = compilersOf(target);
    if (!compilers)
        return skip(compilers.takeError());
    for (const NamedCompiler &entry : *compilers)
        llvm::outs() << entry.compiler.path << " " << llvm::join(entry.compiler.flags, " ") << "\n";
    return 0;
}

int test(const Target &target, const std::string &source, const std::vector<std::string> &includes)
{
    llvm::Expected<std::vector<NamedCompiler>> compilers = compilersOf(target);
    if (!compilers)
        return skip(compilers.takeError());
    if (llvm::Expected<std::vector<std::string>> run = target.commandToRun("", {}); !run)
        return skip(run.takeError());
    const bool isElf = !target.hasFeature("simd128"); // WebAssembly, whose functions have no addresses
    int failures = 0;
    for (const auto &[name, compiler] : *compilers)
        for (const bool forSize : {false, true}) {
            llvm::Error error = buildAndRun(compiler, compilers->front().compiler.path, target,
                                            forSize ? target.sizeFlags : target.speedFlags, forSize && isElf, source,
                                            includes);
            llvm::outs() << name << ", " << (forSize ? "size" : "speed") << ": " << (error ? "FAILS" : "ok") << "\n";
            llvm::outs().flush();
            if (error)
                failures += report(std::move(error)) != 0;
        }
    return failures != 0;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc < 3)
        return report(usageFailure("usage: cross_test --compilers TARGET, or cross_test TARGET SOURCE INCLUDE..."));
    const bool isQuestion = llvm::StringRef(argv[1]) == "--compilers";
    llvm::Expected<Target> target = findTarget(argv[isQuestion ? 2 : 1]);
    if (!target)
        return report(target.takeError());
    return isQuestion ? printCompilers(*target) : test(*target, argv[2], {argv + 3, argv + argc});
}
