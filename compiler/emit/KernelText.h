// The text of kernels, which travels inside barecc and is copied into each model that uses them.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <set>
#include <string>
#include <vector>

namespace barecc {

/// Gathers kernel files and the headers they include, each once, headers first.
class KernelText {
public:
    /// Adds `name`.c of any instruction set, or a header of kernels/abi/; unknown names are a bug of barecc.
    void addKernel(llvm::StringRef name);
    void addHeader(llvm::StringRef header);

    /// Headers of the C library and of compilers that the texts include, without brackets.
    const std::set<std::string> &systemHeaders() const { return system; }
    const std::string &text() const { return joined; }
    /// Lines that stop a C compiler which has not been told of a processor that the kernels need. They go in front of
    /// the headers, whose own errors say less.
    std::string processorCheck() const;

private:
    void add(llvm::StringRef fileName);

    std::set<std::string> added, system, features;
    std::string joined;
};

} // namespace barecc
