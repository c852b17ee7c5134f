// cross_test --compilers TARGET: prints how each compiler is called to compile for a target, one a line.
// cross_test TARGET SOURCE INCLUDE...: builds a C program with a target's own flags, by its compiler and by clang, for
// speed and for size, and runs it as the target's programs are run, on each of its processors. Fails where one does not
// compile without a warning or does not end in 0. Exit status 77, which CTest takes as skipped, where a program is
// missing.
#include "compiler/driver/Files.h"
#include "compiler/driver/Message.h"
#include "compiler/driver/Process.h"
#include "compiler/driver/Target.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
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
    triple.consume_back("-gcc");
    // Flags that order gcc's instructions are none of clang's.
    Compiler clang{path, {("--target=" + triple).str(), "-Wno-ignored-optimization-argument"}};
    for (const std::string &flag : target.archFlags)
        if (flag != "-mfpu=auto") // what clang does without being told
            clang.flags.push_back(flag);
    if (target.environment == Target::Environment::Semihosting)
        llvm::append_range(clang.flags,
                           std::vector<std::string>{"-isystem", ("/usr/lib/picolibc/" + triple + "/include").str()});
    return clang;
}

/// The target's own compiler links what either made.
llvm::Error buildAndRun(const Compiler &compiler, const std::string &linker, const Target &target,
                        const std::vector<std::string> &optimize, const std::string &source,
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
    llvm::append_range(compile, std::vector<std::string>{"-c", source, "-o", object});
    for (const auto *flags : {&target.archFlags, &target.libraryFlags, &target.linkFlags})
        llvm::append_range(link, *flags);
    llvm::append_range(link, std::vector<std::string>{object, "-o", program, "-lm"});
    for (const auto &[what, command] : {std::pair("compiling", compile), {"linking", link}})
        if (llvm::Error error = runAll({command}, what, directory->path(), secondsLimit))
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
    int failures = 0;
    for (const auto &[name, compiler] : *compilers)
        for (const auto &[aim, flags] : {std::pair("speed", &target.speedFlags), {"size", &target.sizeFlags}}) {
            llvm::Error error =
                buildAndRun(compiler, compilers->front().compiler.path, target, *flags, source, includes);
            llvm::outs() << name << ", " << aim << ": " << (error ? "FAILS" : "ok") << "\n";
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
