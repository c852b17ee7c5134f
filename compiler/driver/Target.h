// What barecc can build for: the instruction set that kernels are chosen by, and the tools that build and run the C.
#pragma once

#include "compiler/kernel/Feature.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace barecc {

/// A record of targets/*.td; targets/Target.td documents the fields that have no comment here.
struct Target {
    std::string name, description, arch;
    std::vector<std::string> features; ///< By the names of targets/features.td.
    std::vector<FeatureLevel> levels;  ///< Each with all its features.
    bool isBigEndian = false;
    int64_t arenaAlign = 16;
    int64_t codePercent = 100;

    std::string compiler, compilerPackage;
    struct Part {
        std::string file, package;
    };
    std::vector<Part> compilerParts;
    std::vector<std::string> archFlags, speedFlags, sizeFlags, gccSpeedFlags, libraryFlags, linkFlags;

    enum class Environment { Hosted, Semihosting, WASI };
    Environment environment = Environment::Hosted;
    std::vector<std::string> emulator;
    std::string emulatorPackage;
    std::string runsOn;
    std::vector<std::string> processors; ///< One alone where QEMU_CPU, which QEMU itself reads, names it.
    bool isTimed = false;

    std::vector<std::string> projects, cmsisCores;

    bool hasFeature(llvm::StringRef feature) const;

    /// The Debian packages that building and running programs would need and that are missing here; empty if none is.
    std::string missingPackages() const;

    /// Path of the C compiler, or the error that names the packages of what is missing.
    llvm::Expected<std::string> findCompiler() const;

    /// What starts a program for this target here on one of `processors`, or the error that names the emulator's
    /// package. `emulatorArguments` are for the emulator itself.
    llvm::Expected<std::vector<std::string>> commandToRun(const std::string &program,
                                                          const std::vector<std::string> &arguments,
                                                          const std::vector<std::string> &emulatorArguments = {},
                                                          size_t processor = 0) const;
};

/// Every target: `host`, which is the best of those that the processor barecc runs on can run, then the others by name.
const std::vector<Target> &allTargets();

/// Whether the processor barecc runs on has an instruction-set feature, by LLVM's name.
bool hostHasFeature(llvm::StringRef feature);

/// The target of that name; the error lists the known ones.
llvm::Expected<Target> findTarget(llvm::StringRef name);

} // namespace barecc
