// The C program that runs drawn cases by a kernel and by the reference.
#pragma once

#include "compiler/driver/Target.h"
#include "tests/kernels/records/Case.h"

namespace barecc::kernel_test {

struct Program {
    std::string data; ///< A C file of the cases, which takes long to compile and has no code.
    std::string code; ///< A C file of the two kernels and harness.h.
};

Program writeProgram(const KernelRecord &kernel, const KernelRecord &reference, const std::vector<Case> &cases,
                     const Target &target);

} // namespace barecc::kernel_test
