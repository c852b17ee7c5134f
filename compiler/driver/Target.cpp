#include "compiler/driver/Target.h"

#include "compiler/driver/Message.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace barecc;

namespace {

/// For every target: no fused multiply-add that the source does not ask for, so that each compiler rounds the same way;
/// no errno and no floating-point traps, which the generated code never looks at and which keep loops from vectorising.
const std::vector<std::string> numericFlags = {"-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math"};

std::vector<std::string> concat(std::vector<std::string> list, const std::vector<std::string> &more)
{
    list.insert(list.end(), more.begin(), more.end());
    return list;
}

Target plainTarget()
{
    Target target;
    target.name = "generic";
    target.description = "plain C99, run on this machine";
    target.compiler = "gcc";
    target.compilerPackage = "gcc";
    target.speedFlags = concat({"-O3"}, numericFlags);
    target.sizeFlags = concat({"-Os"}, numericFlags);
    target.arenaAlign = 16;
    target.pointerBytes = 8;
    return target;
}

Target avx2Target()
{
    Target target = plainTarget();
    target.name = "x86-avx2";
    target.description = "x86-64: Haswell, Zen and later";
    target.features = {"avx2", "fma", "f16c"};
    target.archFlags = {"-march=x86-64-v3"};
    target.arenaAlign = 32;
    return target;
}

Target avx512Target()
{
    Target target = avx2Target();
    target.name = "x86-avx512";
    target.description = "x86-64: Skylake-SP, Zen 4 and later";
    target.features = concat(target.features, {"avx512f", "avx512bw", "avx512dq", "avx512vl"});
    target.archFlags = {"-march=x86-64-v4"};
    target.arenaAlign = 64;
    return target;
}

Target arm64Target()
{
    Target target = plainTarget();
    target.name = "arm64";
    target.description = "Armv8-A Linux, run under QEMU";
    target.compiler = "aarch64-linux-gnu-gcc";
    target.compilerPackage = "gcc-aarch64-linux-gnu";
    target.emulator = {"qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"};
    target.emulatorPackage = "qemu-user";
    return target;
}

/// The machine barecc runs on: the best of the targets above that its processor can run.
Target hostTarget()
{
    auto canRun = [](const Target &target) { return llvm::all_of(target.features, hostHasFeature); };
    Target target = plainTarget();
    if (llvm::Triple(llvm::sys::getProcessTriple()).isX86())
        for (Target candidate : {avx2Target(), avx512Target()})
            if (canRun(candidate))
                target = candidate;
    // Beyond the x86-64 levels: integer dot products.
    if (target.hasFeature("avx512f") && hostHasFeature("avx512vnni")) {
        target.features.push_back("avx512vnni");
        target.archFlags.push_back("-mavx512vnni");
    }
    target.name = "host";
    target.description = "this machine (" + llvm::sys::getHostCPUName().str() + ")";
    return target;
}

} // namespace

bool Target::hasFeature(llvm::StringRef feature) const { return llvm::is_contained(features, feature); }

bool barecc::hostHasFeature(llvm::StringRef feature)
{
    static const llvm::StringMap<bool> present = llvm::sys::getHostCPUFeatures();
    return present.lookup(feature);
}

const std::vector<Target> &barecc::allTargets()
{
    static const std::vector<Target> targets = {hostTarget(), plainTarget(), avx2Target(), avx512Target(),
                                                arm64Target()};
    return targets;
}

llvm::Expected<Target> barecc::findTarget(llvm::StringRef name)
{
    std::vector<std::string> known;
    for (const Target &target : allTargets()) {
        if (target.name == name)
            return target;
        known.push_back(target.name);
    }
    return usageFailure("unknown target '" + name + "'; choose one of " + llvm::join(known, ", "));
}
