// C programs that test kernels: built for a target by its own compiler and by clang, run as its programs are run.
#pragma once

#include "compiler/driver/Target.h"

namespace barecc::kernel_test {

/// How a compiler is called to compile for a target.
struct Compiler {
    std::string name, path;
    std::vector<std::string> flags;
};

/// The target's own compiler first, then clang where it is another one and installed.
llvm::Expected<std::vector<Compiler>> compilersOf(const Target &target);

/// Compiles a C file with every warning an error. `scratch` is a folder for what the compiler says.
llvm::Error compile(const Compiler &compiler, const std::vector<std::string> &optimize, const std::string &source,
                    const std::vector<std::string> &includes, const std::string &object, llvm::StringRef scratch);

/// Puts each function of an object where a linker may put it, but seldom does: two bytes behind a multiple of four.
/// Done by a script for GNU ld, and so for targets whose compiler is gcc; others' objects stay as they are.
llvm::Error moveToOddHalfwords(const Target &target, const std::string &object, llvm::StringRef scratch);

/// Links by the target's own compiler.
llvm::Error link(const Target &target, const std::vector<std::string> &objects, const std::string &program,
                 llvm::StringRef scratch);

/// Links and runs the program on each of the target's processors.
llvm::Error linkAndRun(const Target &target, const std::vector<std::string> &objects, llvm::StringRef scratch);

} // namespace barecc::kernel_test
