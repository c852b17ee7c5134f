// Which kernels are tested for which targets.
#pragma once

#include "compiler/driver/Target.h"
#include "compiler/kernel/Registry.h"

namespace barecc::kernel_test {

/// Whether the target has all instructions that the kernel asks for.
bool runs(const Target &target, const KernelRecord &kernel);

struct KernelOnTarget {
    const KernelRecord *kernel;
    Target target;

    /// Why it cannot be run here; empty if it can.
    std::string obstacle() const;
};

/// Each kernel on the targets that have no more features than others that run it: one for each compiler and set of
/// features. A reference, which others are compared with, claims nothing itself but where its result may lie.
std::vector<KernelOnTarget> kernelsOnTargets();

/// Folders that C which includes kernels by their paths is compiled with.
std::vector<std::string> includeFolders();

} // namespace barecc::kernel_test
