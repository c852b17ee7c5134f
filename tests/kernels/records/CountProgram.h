// The C program by which a kernel and its reference are counted or timed.
#pragma once

#include "compiler/driver/Target.h"
#include "tests/kernels/records/Case.h"

namespace barecc::kernel_test {

struct CountProgram {
    std::string data; ///< A C file of the constants.
    std::string code; ///< A C file with a function for each call, specialised as a layer of a model is.
};

/// The functions are called reference_<i> and tested_<i>, by case.
CountProgram writeCountProgram(const KernelRecord &kernel, const std::vector<Case> &cases, const Target &target);

} // namespace barecc::kernel_test
