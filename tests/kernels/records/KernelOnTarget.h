// Which kernels are tested for which targets.
#pragma once

#include "compiler/driver/Target.h"
#include "compiler/kernel/Registry.h"

namespace barecc::kernel_test {

/// Whether the target has all instructions that the kernel asks for.
bool runs(const Target &target, const KernelRecord &kernel);

/// Whether it is made to be specialised for one layer, as what is for x86: left as it is for all of them, it takes
/// compilers minutes to optimise.
bool isUnrolled(const KernelRecord &kernel);

struct KernelOnTarget {
    const KernelRecord *kernel;
    Target target;
    size_t cases = 60;                                ///< That are drawn of the record.
    std::vector<std::vector<std::string>> flags = {}; ///< To compile with, in turn; none: as the target's models are.

    /// Why it cannot be run here; empty if it can.
    std::string obstacle() const;
};

/// Each kernel on the targets that have no more features than others that run it: one for each compiler and set of
/// features. A reference, which others are compared with, claims nothing itself but where its result may lie.
std::vector<KernelOnTarget> kernelsOnTargets();

/// A kernel of this machine's processor under AddressSanitizer and UndefinedBehaviorSanitizer.
KernelOnTarget sanitized(const KernelRecord &kernel, Target target);

/// All of them, references too.
std::vector<KernelOnTarget> sanitizedKernels();

/// Folders that C which includes kernels by their paths is compiled with.
std::vector<std::string> includeFolders();

} // namespace barecc::kernel_test
