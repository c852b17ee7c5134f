// A kernel against the reference of its operation, on what runs it.
#pragma once

#include "tests/kernels/records/KernelOnTarget.h"

namespace barecc::kernel_test {

/// What is wrong with the kernel's record or with the kernel, over cases drawn from the record, by each of the target's
/// compilers.
llvm::Error checkKernel(const KernelOnTarget &test);

} // namespace barecc::kernel_test
