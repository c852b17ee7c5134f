// The C program that runs drawn cases by a kernel and by the reference.
#pragma once

#include "tests/kernels/records/Case.h"

namespace barecc::kernel_test {

struct Program {
    std::string data; ///< A C file of the cases, which takes long to compile and has no code.
    std::string code; ///< A C file of the two kernels and harness.h.
};

/// `alignment` is what the target's models align constants and workspace to.
Program writeProgram(const KernelRecord &kernel, const KernelRecord &reference, const std::vector<Case> &cases,
                     int64_t alignment);

} // namespace barecc::kernel_test
