// Records that say something wrong of a kernel, and kernels that touch what is not theirs, each of which the test of the
// records has to find.
#include "tests/kernels/records/Check.h"

#include "llvm/ADT/STLExtras.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

using namespace barecc;
using namespace barecc::kernel_test;

namespace {

/// That the test finds something wrong, and what.
void expectFound(const KernelOnTarget &test, llvm::StringRef what)
{
    if (const std::string obstacle = test.obstacle(); !obstacle.empty())
        GTEST_SKIP() << "skipped: " << obstacle;
    EXPECT_THAT(llvm::toString(checkKernel(test)), testing::HasSubstr(what.str()));
}

/// A kernel under another record.
void expectFound(llvm::StringRef kernel, llvm::StringRef what, void (*change)(KernelRecord &))
{
    KernelRecord record = *findKernel(kernel);
    change(record);
    expectFound(
        {&record,
         *llvm::find_if(allTargets(), [&](const Target &each) { return each.name != "host" && runs(each, record); })},
        what);
}

/// The record of a kernel, but of the function that planted/ has instead.
KernelRecord planted(llvm::StringRef kernel, llvm::StringRef name)
{
    KernelRecord record = *findKernel(kernel);
    record.name = name;
    record.folder = "../tests/kernels/records/planted";
    return record;
}

/// Whose programs an operating system runs, on this machine or under an emulator.
const Target &hostedTarget(bool isEmulated)
{
    return *llvm::find_if(allTargets(), [&](const Target &each) {
        return each.name != "host" && each.environment == Target::Environment::Hosted &&
               each.emulator.empty() != isEmulated;
    });
}

constexpr llvm::StringLiteral otherResult = "of the output is", workspaceOverrun = "of a workspace of";

TEST(WrongRecord, ConditionAdmitsGroups)
{
    expectFound("conv2d_s8_dsp", otherResult,
                [](KernelRecord &record) { record.when = [](const KernelQuery &) { return true; }; });
}

TEST(WrongRecord, ConditionAdmitsDilation)
{
    expectFound("depthwise_conv2d_s8_dsp", otherResult, [](KernelRecord &record) {
        record.when = [](const KernelQuery &query) { return query.window.out_c == query.window.in_c; };
    });
}

TEST(WrongRecord, PanelsAreNarrower)
{
    static const BlockedLayout narrow(/*nr=*/2, /*kr=*/4, {});
    expectFound("fully_connected_s8_dsp", otherResult, [](KernelRecord &record) { record.weights = &narrow; });
}

TEST(WrongRecord, ProductsLieInPairs)
{
    static const BlockedLayout pairs(/*nr=*/4, /*kr=*/2, {});
    expectFound("fully_connected_s8_dsp", otherResult, [](KernelRecord &record) { record.weights = &pairs; });
}

TEST(WrongRecord, RequantisationShiftsTheOtherWay)
{
    expectFound("conv2d_s8_dsp", otherResult,
                [](KernelRecord &record) { record.requant->shift = RequantLayout::Shift::Left; });
}

TEST(WrongRecord, RequantisationHasTheBiasOnce)
{
    expectFound("conv2d_s8_dsp", otherResult, [](KernelRecord &record) { record.requant->twiceBias = false; });
}

TEST(WrongRecord, WorkspaceIsTooSmall)
{
    expectFound("conv2d_s8_dsp", workspaceOverrun, [](KernelRecord &record) {
        record.workspace = [](const KernelQuery &query) {
            return std::max<int64_t>(findKernel("conv2d_s8_dsp")->workspace(query) - 4, 0);
        };
    });
}

TEST(WrongRecord, ResultLiesOnTheInput)
{
    expectFound("conv2d_s8_dsp", "in place:", [](KernelRecord &record) { record.inPlace = {Role::Input}; });
}

TEST(WrongRecord, FeatureIsMissing)
{
    expectFound("conv2d_s8_dsp", "compiling failed", [](KernelRecord &record) { record.features.clear(); });
}

TEST(WrongKernel, ReadsBeforeItsInput)
{
    const KernelRecord record = planted("softmax_f32", "reads_before_input");
    expectFound({&record, hostedTarget(/*isEmulated=*/false)}, "byte -4 of the input, which has");
}

TEST(WrongKernel, ReadsBehindItsInput)
{
    const KernelRecord record = planted("softmax_f32", "reads_behind_input");
    expectFound({&record, hostedTarget(/*isEmulated=*/false)}, "of the input, which has");
    expectFound({&record, hostedTarget(/*isEmulated=*/true)}, "of the input, which has");
}

TEST(WrongKernel, ReadsOnWithinTheAlignment)
{
    const KernelRecord record = planted("fully_connected_f32", "reads_behind_bias");
    expectFound(sanitized(record, hostedTarget(/*isEmulated=*/false)), "ERROR: AddressSanitizer");
}

} // namespace
