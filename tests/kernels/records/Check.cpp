#include "tests/kernels/records/Check.h"

#include "tests/kernels/Compilers.h"
#include "tests/kernels/records/Program.h"

#include "compiler/driver/Files.h"
#include "compiler/driver/Message.h"
#include "compiler/driver/TemporaryDirectory.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace barecc::kernel_test {
namespace {

// Floats as functions of integers take an emulator ten times as long, and the kernel is the same C as elsewhere.
constexpr size_t softFloatCaseCount = 20;

/// Hosted targets have one all.
bool hasFloatingPointUnit(const Target &target)
{
    return target.environment != Target::Environment::Semihosting || target.hasFeature("vfp4d16sp");
}

/// As the target's models are compiled, and without functions in assembly, which the DSP kernels have.
std::vector<std::vector<std::string>> optimizations(const KernelOnTarget &test)
{
    const KernelRecord &kernel = *test.kernel;
    const Target &target = test.target;
    if (!test.flags.empty())
        return test.flags;
    if (isUnrolled(kernel))
        return {{"-O0"}};
    std::vector<std::vector<std::string>> variants = {target.speedFlags, target.sizeFlags};
    if (llvm::is_contained(kernel.features, "dsp")) {
        variants.push_back(target.speedFlags);
        variants.back().push_back("-DBARECC_NO_ASM");
    }
    // As debuggers have them: the kernels with most of what compilers have to fit into registers.
    if (kernel.op == "conv2d" && kernel.requant)
        variants.push_back({"-O0", "-ffp-contract=off"});
    return variants;
}

/// The program, built and run each way.
llvm::Error run(const Program &program, const KernelOnTarget &test)
{
    const Target &target = test.target;
    llvm::Expected<TemporaryDirectory> directory = TemporaryDirectory::create();
    if (!directory)
        return directory.takeError();
    const std::string dataSource = directory->file("data.c"), codeSource = directory->file("code.c");
    const std::string dataObject = directory->file("data.o"), codeObject = directory->file("code.o");
    if (llvm::Error error = writeFile(dataSource, program.data))
        return error;
    if (llvm::Error error = writeFile(codeSource, program.code))
        return error;
    llvm::Expected<std::vector<Compiler>> compilers = compilersOf(target);
    if (!compilers)
        return compilers.takeError();
    for (const Compiler &compiler : *compilers) {
        if (llvm::Error error = compile(compiler, {"-O0"}, dataSource, includeFolders(), dataObject, directory->path()))
            return error;
        for (const std::vector<std::string> &flags : optimizations(test)) {
            llvm::Error error = compile(compiler, flags, codeSource, includeFolders(), codeObject, directory->path());
            if (!error && flags == target.sizeFlags)
                error = moveToOddHalfwords(target, codeObject, directory->path());
            if (!error)
                error = linkAndRun(target, {dataObject, codeObject}, directory->path());
            if (error)
                return failure(compiler.name + " " + llvm::join(flags, " ") + ": " + llvm::toString(std::move(error)));
        }
    }
    return llvm::Error::success();
}

} // namespace

llvm::Error checkKernel(const KernelOnTarget &test)
{
    const KernelRecord &kernel = *test.kernel;
    const bool isSoftFloat = kernel.operands.front().type == OperandType::F32 && !hasFloatingPointUnit(test.target);
    const size_t count = isSoftFloat ? softFloatCaseCount : test.cases;
    std::vector<Case> cases = drawCases(kernel, count);
    if (cases.size() < count)
        return failure("what the record admits is hardly ever drawn");
    for (const Case &drawn : cases)
        if (kernel.cost(drawn.query) <= 0)
            return failure("the record says that a call costs nothing");
    if (test.target.isBigEndian)
        for (Case &drawn : cases)
            turnToBigEndian(drawn, kernel);
    return run(writeProgram(kernel, referenceOf(kernel), cases, test.target), test);
}

} // namespace barecc::kernel_test
