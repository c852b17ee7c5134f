// What barecc can build for: the instruction set that kernels are chosen by, and the tools that build and run the C.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace barecc {

struct Target {
    std::string name;
    std::string description;

    /// Instruction-set features that kernels ask for, by LLVM's names ("avx2", "fma", "avx512f"), or "scalar" where
    /// there are no vectors. Empty: plain C only.
    std::vector<std::string> features;

    /// The C compiler, and the Debian packages that bring it and its C library.
    std::string compiler;
    std::string compilerPackage;

    /// A program, or a file by its absolute path, and its Debian package.
    struct Part {
        std::string name, package;
    };
    /// What the compiler needs and comes in other packages.
    std::vector<Part> compilerParts;

    /// Flags for the instruction set, and those that each of --optimize speed and size adds.
    std::vector<std::string> archFlags;
    std::vector<std::string> speedFlags;
    std::vector<std::string> sizeFlags;

    /// Flags for a program that runs here, beside the generated code's own: the C library, and for a board the memory
    /// map.
    std::vector<std::string> libraryFlags;
    std::vector<std::string> linkFlags;

    /// What goes in front of the program to run it here (empty: nothing), and the Debian package that brings it.
    std::vector<std::string> emulator;
    std::string emulatorPackage;
    /// What the emulator can stand for, as QEMU's -cpu takes it, where one program has to run right on all of them. The
    /// first is what programs run on unless told. Empty: the emulator's own choice.
    std::vector<std::string> processors;
    /// The emulator is a board without an operating system: the program reaches files and its arguments through
    /// semihosting.
    bool isBareMetal = false;
    /// Programs run here as they do for their users, so that their time is worth telling; elsewhere instructions are
    /// counted.
    bool isTimed = true;

    /// Bytes that the arena is aligned to, which is the widest vector a kernel loads.
    int64_t arenaAlign = 16;
    int64_t pointerBytes = 8;

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

/// Every target, `host` first, in the order that `barecc targets` prints them.
const std::vector<Target> &allTargets();

/// Whether the processor barecc runs on has an instruction-set feature, by LLVM's name.
bool hostHasFeature(llvm::StringRef feature);

/// Whether a flag of a target is one that only GCC knows; other compilers are better off without it.
bool isGccFlag(llvm::StringRef flag);

/// The target of that name; the error lists the known ones.
llvm::Expected<Target> findTarget(llvm::StringRef name);

} // namespace barecc
