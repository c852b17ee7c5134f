#include "tests/kernels/records/KernelOnTarget.h"

#include "llvm/ADT/STLExtras.h"

#include <filesystem>

namespace barecc::kernel_test {

bool runs(const Target &target, const KernelRecord &kernel)
{
    return llvm::all_of(kernel.features, [&](llvm::StringRef feature) { return target.hasFeature(feature); });
}

static bool hasFewer(const Target &one, const Target &other)
{
    return one.compiler == other.compiler && one.features.size() < other.features.size() &&
           llvm::all_of(one.features, [&](const std::string &feature) { return other.hasFeature(feature); });
}

std::string KernelOnTarget::obstacle() const
{
    if (const std::string packages = target.missingPackages(); !packages.empty())
        return "install " + packages;
    if (target.emulator.empty())
        for (const std::string &feature : target.features)
            if (!hostHasFeature(feature))
                return "this CPU has no " + feature;
    return "";
}

/// Those that have no more features than others that run the kernel.
static std::vector<Target> targetsOf(const KernelRecord &kernel)
{
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
    return chosen;
}

bool isUnrolled(const KernelRecord &kernel) { return kernel.folder == "x86"; }

KernelOnTarget sanitized(const KernelRecord &kernel, Target target)
{
    const std::string undefined = "undefined,float-cast-overflow";
    target.compiler = target.compilerPackage = "clang-22";
    target.archFlags.push_back("-fno-sanitize-recover=all");
    target.linkFlags.push_back("-fsanitize=address," + undefined);
    // All takes longer, and both sanitizers together twice as long as one after the other where loops are unrolled.
    constexpr size_t cases = 20;
    if (isUnrolled(kernel))
        return {&kernel, target, cases, {{"-O0", "-fsanitize=address"}, {"-O0", "-fsanitize=" + undefined}}};
    return {&kernel, target, cases, {{"-O1", "-ffp-contract=off", "-fsanitize=address," + undefined}}};
}

std::vector<KernelOnTarget> kernelsOnTargets()
{
    std::vector<KernelOnTarget> tests;
    for (const KernelRecord &kernel : kernelRecords())
        if (!kernel.isReference || !kernel.inPlace.empty())
            for (const Target &target : targetsOf(kernel))
                tests.push_back({&kernel, target});
    return tests;
}

std::vector<KernelOnTarget> sanitizedKernels()
{
    std::vector<KernelOnTarget> tests;
    for (const KernelRecord &kernel : kernelRecords())
        for (const Target &target : targetsOf(kernel))
            if (target.emulator.empty())
                tests.push_back(sanitized(kernel, target));
    return tests;
}

std::vector<std::string> includeFolders()
{
    const std::filesystem::path project = BARECC_SOURCE_DIR;
    return {project / "tests/kernels/records", project, BARECC_BINARY_DIR, project / "kernels/abi"};
}

} // namespace barecc::kernel_test
