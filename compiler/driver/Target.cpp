#include "compiler/driver/Target.h"

#include "compiler/driver/Message.h"
#include "compiler/driver/Process.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

#include <cstdlib>

namespace barecc {
extern const llvm::StringRef runWasiSource; // run_wasi.js, embedded by the build
}

using namespace barecc;

namespace {

template <typename T> std::vector<T> concat(std::vector<T> list, const std::vector<T> &more)
{
    list.insert(list.end(), more.begin(), more.end());
    return list;
}

std::vector<Target> describedTargets()
{
    std::vector<Target> targets;
#include "compiler/driver/Targets.inc"
    const char *processor = std::getenv("QEMU_CPU");
    for (Target &target : targets) {
        if (target.environment == Target::Environment::WASI)
            target.emulator.insert(target.emulator.end(), {"-e", runWasiSource.str()});
        if (processor && !target.processors.empty())
            target.processors = {processor};
        for (FeatureLevel &level : target.levels)
            level.features = concat(target.features, level.features);
    }
    return targets;
}

/// The machine barecc runs on: the target of most features that its processor can run.
Target hostTarget(llvm::ArrayRef<Target> targets)
{
    const std::string arch = llvm::Triple(llvm::sys::getProcessTriple()).getArchName().str();
    Target host;
    for (const Target &target : targets) {
        const bool runs = target.emulator.empty() && (target.arch.empty() || target.arch == arch) &&
                          llvm::all_of(target.features, hostHasFeature);
        if (runs && (host.name.empty() || target.features.size() > host.features.size()))
            host = target;
    }
    host.name = "host";
    host.description = "this machine (" + llvm::sys::getHostCPUName().str() + ")";
    host.projects.clear();
    return host;
}

} // namespace

bool Target::hasFeature(llvm::StringRef feature) const { return llvm::is_contained(features, feature); }

/// Of a program, or of a file by its absolute path.
static bool isInstalled(llvm::StringRef name)
{
    const llvm::ErrorOr<std::string> path = llvm::sys::findProgramByName(name);
    return path && llvm::sys::fs::exists(*path);
}

/// What building programs needs and is missing.
static std::vector<Target::Part> missingForBuilding(const Target &target)
{
    std::vector<Target::Part> needed = {{target.compiler, target.compilerPackage}};
    llvm::append_range(needed, target.compilerParts);
    llvm::erase_if(needed, [](const Target::Part &part) { return isInstalled(part.file); });
    return needed;
}

static std::string packagesOf(const std::vector<Target::Part> &parts)
{
    return llvm::join(llvm::map_range(parts, [](const Target::Part &part) { return part.package; }), " ");
}

std::string Target::missingPackages() const
{
    std::vector<Part> missing = missingForBuilding(*this);
    if (!emulator.empty() && !isInstalled(emulator[0]))
        missing.push_back({emulator[0], emulatorPackage});
    return packagesOf(missing);
}

llvm::Expected<std::string> Target::findCompiler() const
{
    const std::vector<Part> missing = missingForBuilding(*this);
    if (!missing.empty())
        return missingFailure(missing.front().file, packagesOf(missing));
    return findProgram(compiler, compilerPackage);
}

llvm::Expected<std::vector<std::string>> Target::commandToRun(const std::string &program,
                                                              const std::vector<std::string> &arguments,
                                                              const std::vector<std::string> &emulatorArguments,
                                                              size_t processor) const
{
    std::vector<std::string> command = emulator;
    if (!command.empty()) {
        llvm::Expected<std::string> path = findProgram(command[0], emulatorPackage);
        if (!path)
            return path.takeError();
        command[0] = *path;
        if (!processors.empty())
            command.insert(command.end(), {"-cpu", processors[processor]});
        llvm::append_range(command, emulatorArguments);
    }
    if (environment != Environment::Semihosting) {
        command.push_back(program);
        return concat(command, arguments);
    }
    std::string semihosting = "enable=on,target=native";
    for (const std::string &argument : arguments)
        semihosting += ",arg=" + argument;
    // Unlike -kernel, the loader starts a program at its entry point wherever that is.
    return concat(command, {"-semihosting-config", semihosting, "-device", "loader,cpu-num=0,file=" + program});
}

bool barecc::hostHasFeature(llvm::StringRef feature)
{
    static const llvm::StringMap<bool> present = llvm::sys::getHostCPUFeatures();
    return present.lookup(feature);
}

const std::vector<Target> &barecc::allTargets()
{
    static const std::vector<Target> targets = [] {
        std::vector<Target> described = describedTargets();
        described.insert(described.begin(), hostTarget(described));
        return described;
    }();
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
    return unknownFailure("target", name, known);
}
