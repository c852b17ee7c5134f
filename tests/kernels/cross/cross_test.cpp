// cross_test --compilers TARGET: prints how each compiler is called to compile for a target, one a line.
// cross_test TARGET SOURCE INCLUDE...: builds a C program with a target's own flags, by its compiler and by clang, for
// speed and for size, and runs it as the target's programs are run, on each of its processors. What is built for size
// has each function where a linker may put it, but seldom does: two bytes behind a multiple of four. Fails where one
// does not compile without a warning or does not end in 0. Exit status 77, which CTest takes as skipped, where a
// program is missing.
#include "tests/kernels/Compilers.h"

#include "compiler/driver/Files.h"
#include "compiler/driver/Message.h"
#include "compiler/driver/TemporaryDirectory.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace barecc;
using namespace barecc::kernel_test;

namespace {

constexpr int skipped = 77;

llvm::Error buildAndRun(const Compiler &compiler, const Target &target, const std::vector<std::string> &optimize,
                        bool atOddHalfwords, const std::string &source, const std::vector<std::string> &includes)
{
    llvm::Expected<TemporaryDirectory> directory = TemporaryDirectory::create();
    if (!directory)
        return directory.takeError();
    const std::string object = directory->file("test.o");
    if (llvm::Error error = compile(compiler, optimize, source, includes, object, directory->path()))
        return error;
    if (atOddHalfwords)
        if (llvm::Error error = moveToOddHalfwords(target, object, directory->path()))
            return error;
    return linkAndRun(target, {object}, directory->path());
}

int skip(llvm::Error error)
{
    llvm::errs() << "skipped: " << llvm::toString(std::move(error)) << "\n";
    return skipped;
}

int printCompilers(const Target &target)
{
    llvm::Expected<std::vector<Compiler>> compilers = compilersOf(target);
    if (!compilers)
        return skip(compilers.takeError());
    for (const Compiler &compiler : *compilers)
        llvm::outs() << compiler.path << " " << llvm::join(compiler.flags, " ") << "\n";
    return 0;
}

int test(const Target &target, const std::string &source, const std::vector<std::string> &includes)
{
    llvm::Expected<std::vector<Compiler>> compilers = compilersOf(target);
    if (!compilers)
        return skip(compilers.takeError());
    if (llvm::Expected<std::vector<std::string>> run = target.commandToRun("", {}); !run)
        return skip(run.takeError());
    int failures = 0;
    for (const Compiler &compiler : *compilers)
        for (const bool forSize : {false, true}) {
            llvm::Error error = buildAndRun(compiler, target, forSize ? target.sizeFlags : target.speedFlags, forSize,
                                            source, includes);
            llvm::outs() << compiler.name << ", " << (forSize ? "size" : "speed") << ": " << (error ? "FAILS" : "ok")
                         << "\n";
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
