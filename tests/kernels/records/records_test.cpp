// Each kernel against the reference of its operation, on what runs it, over cases drawn from its record: a condition
// that admits too much, another order of weights or requantisation words than the kernel reads, too small a workspace, a
// place for the result that the kernel spoils, or a feature that it uses without asking for it, all end in an error. What
// references compute is compared with loops in tests/lowering.
#include "tests/kernels/Compilers.h"
#include "tests/kernels/records/Program.h"

#include "compiler/driver/Files.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <gtest/gtest.h>

#include <filesystem>

using namespace barecc;
using namespace barecc::kernel_test;

namespace {

constexpr size_t caseCount = 60;
const std::filesystem::path project = BARECC_SOURCE_DIR, build = BARECC_BINARY_DIR;

bool runs(const Target &target, const KernelRecord &kernel)
{
    return llvm::all_of(kernel.features, [&](llvm::StringRef feature) { return target.hasFeature(feature); });
}

bool hasFewer(const Target &one, const Target &other)
{
    return one.compiler == other.compiler && one.features.size() < other.features.size() &&
           llvm::all_of(one.features, [&](const std::string &feature) { return other.hasFeature(feature); });
}

struct KernelOnTarget {
    const KernelRecord *kernel;
    Target target;
};

/// What GoogleTest says of the parameter.
void PrintTo(const KernelOnTarget &test, std::ostream *os)
{
    *os << test.kernel->name.str() << " on " << test.target.name;
}

/// Each kernel on the targets that have no more features than others that run it: one for each compiler and set of
/// features. A reference, which others are compared with, claims nothing itself but where its result may lie.
std::vector<KernelOnTarget> allTests()
{
    std::vector<KernelOnTarget> tests;
    for (const KernelRecord &kernel : kernelRecords()) {
        if (kernel.isReference && kernel.inPlace.empty())
            continue;
        std::vector<Target> chosen;
        for (const Target &target : allTargets()) {
            const bool isKnown = llvm::any_of(chosen, [&](const Target &other) {
                return other.features == target.features && other.compiler == target.compiler;
            });
            const bool isMore = llvm::any_of(allTargets(), [&](const Target &other) {
                return other.name != "host" && runs(other, kernel) && hasFewer(other, target);
            });
            if (target.name != "host" && runs(target, kernel) && !isKnown && !isMore)
                chosen.push_back(target);
        }
        for (const Target &target : chosen)
            tests.push_back({&kernel, target});
    }
    return tests;
}

std::string nameOf(const testing::TestParamInfo<KernelOnTarget> &info)
{
    std::string name = testing::PrintToString(info.param);
    std::replace_if(name.begin(), name.end(), [](unsigned char c) { return !std::isalnum(c); }, '_');
    return name;
}

std::vector<std::string> includeFolders()
{
    return {project / "tests/kernels/records", project, build, project / "kernels/abi"};
}

/// As the target's models are compiled, and without functions in assembly, which the DSP kernels have. What is for x86
/// unrolls, to be specialised for one layer: left as it is for all of them, it would take compilers minutes to optimise.
std::vector<std::vector<std::string>> optimizations(const KernelRecord &kernel, const Target &target)
{
    if (kernel.folder == "x86")
        return {{"-O0"}};
    std::vector<std::vector<std::string>> variants = {target.speedFlags, target.sizeFlags};
    if (llvm::is_contained(kernel.features, "dsp")) {
        variants.push_back(target.speedFlags);
        variants.back().push_back("-DBARECC_NO_ASM");
    }
    return variants;
}

class Kernels : public testing::TestWithParam<KernelOnTarget> {};

TEST_P(Kernels, GiveWhatTheReferenceGives)
{
    const auto &[kernel, target] = GetParam();
    if (const std::string packages = target.missingPackages(); !packages.empty())
        GTEST_SKIP() << "skipped: install " << packages;
    if (target.emulator.empty())
        for (const std::string &feature : target.features)
            if (!hostHasFeature(feature))
                GTEST_SKIP() << "this CPU has no " << feature;

    const std::vector<Case> cases = drawCases(*kernel, caseCount);
    ASSERT_EQ(cases.size(), caseCount) << "what the record admits is hardly ever drawn";
    for (const Case &drawn : cases)
        ASSERT_GT(kernel->cost(drawn.query), 0);
    const Program program = writeProgram(*kernel, referenceOf(*kernel), cases, target.arenaAlign);

    TemporaryDirectory directory = llvm::cantFail(TemporaryDirectory::create());
    const std::string dataSource = directory.file("data.c"), codeSource = directory.file("code.c");
    llvm::cantFail(writeFile(dataSource, program.data));
    llvm::cantFail(writeFile(codeSource, program.code));
    const std::string dataObject = directory.file("data.o"), codeObject = directory.file("code.o");
    for (const Compiler &compiler : llvm::cantFail(compilersOf(target))) {
        ASSERT_EQ(
            llvm::toString(compile(compiler, {"-O0"}, dataSource, includeFolders(), dataObject, directory.path())), "");
        for (const std::vector<std::string> &flags : optimizations(*kernel, target)) {
            SCOPED_TRACE(compiler.name + " " + llvm::join(flags, " "));
            ASSERT_EQ(
                llvm::toString(compile(compiler, flags, codeSource, includeFolders(), codeObject, directory.path())),
                "");
            if (flags == target.sizeFlags)
                ASSERT_EQ(llvm::toString(moveToOddHalfwords(target, codeObject, directory.path())), "");
            EXPECT_EQ(llvm::toString(linkAndRun(target, {dataObject, codeObject}, directory.path())), "");
        }
    }
}

/// Whether one is tested or not.
TEST(Records, CasesAreDrawnOfEachKernel)
{
    for (const KernelRecord &kernel : kernelRecords())
        EXPECT_EQ(drawCases(kernel, 10).size(), 10u) << kernel.name.str();
}

INSTANTIATE_TEST_SUITE_P(Records, Kernels, testing::ValuesIn(allTests()), nameOf);

} // namespace
