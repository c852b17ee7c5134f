// Each kernel against the reference of its operation, on what runs it, over cases drawn from its record: a condition
// that admits too much, another order of weights or requantisation words than the kernel reads, too small a workspace, a
// place for the result that the kernel spoils, a feature that it uses without asking for it, or a look at what lies beside
// its operands all end in an error. What references compute is compared with loops in tests/lowering.
#include "tests/kernels/records/Case.h"
#include "tests/kernels/records/Check.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace barecc::kernel_test {

/// What GoogleTest says of the parameter.
static void PrintTo(const KernelOnTarget &test, std::ostream *os)
{
    *os << test.kernel->name.str() << " on " << test.target.name;
}

namespace {

std::string nameOf(const testing::TestParamInfo<KernelOnTarget> &info)
{
    std::string name = testing::PrintToString(info.param);
    std::replace_if(name.begin(), name.end(), [](unsigned char c) { return !std::isalnum(c); }, '_');
    return name;
}

class Kernels : public testing::TestWithParam<KernelOnTarget> {};

TEST_P(Kernels, GiveWhatTheReferenceGives)
{
    if (const std::string obstacle = GetParam().obstacle(); !obstacle.empty())
        GTEST_SKIP() << "skipped: " << obstacle;
    EXPECT_EQ(llvm::toString(checkKernel(GetParam())), "");
}

INSTANTIATE_TEST_SUITE_P(Records, Kernels, testing::ValuesIn(kernelsOnTargets()), nameOf);
INSTANTIATE_TEST_SUITE_P(Sanitized, Kernels, testing::ValuesIn(sanitizedKernels()), nameOf);

/// Whether one is tested or not.
TEST(Records, CasesAreDrawnOfEachKernel)
{
    for (const KernelRecord &kernel : kernelRecords())
        EXPECT_EQ(drawCases(kernel, 10).size(), 10u) << kernel.name.str();
}

} // namespace
} // namespace barecc::kernel_test
