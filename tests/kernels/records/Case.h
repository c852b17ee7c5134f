// Calls of a kernel to test it by: geometry at random from what its record admits, constants as the compiler packs
// them.
#pragma once

#include "compiler/kernel/Registry.h"
#include "tests/kernels/records/Random.h"

#include <map>

namespace barecc::kernel_test {

using Bytes = std::vector<char>;

/// One call, by the kernel under test and by the reference of its operation and types.
struct Case {
    KernelQuery query;
    Bytes params;                            ///< The C struct.
    std::map<Role, Bytes> reference, tested; ///< Constant operands of each; one that is absent is NULL.
    std::map<Role, int64_t> activations;     ///< Elements of the others, from the first to the last.
    int64_t rows = 0;                        ///< That calls can be divided into.
    int64_t workspace = 0;                   ///< Bytes.
    std::optional<Role> inPlace;             ///< The operand that the result is to lie on.
    std::optional<int32_t> constantInput;    ///< What all of a quantised input is, so that sums are their biases.
};

/// The kernel that says what the right result is; a reference itself is its own.
const KernelRecord &referenceOf(const KernelRecord &kernel);

/// `count` cases that the record admits, the same on every machine; fewer where it hardly admits any.
std::vector<Case> drawCases(const KernelRecord &kernel, size_t count);

/// Bytes of an element.
size_t elementWidth(OperandType type);

/// Params and constants of a case as they lie in the memory of a processor that has the highest byte of a number first.
void turnToBigEndian(Case &drawn, const KernelRecord &kernel);

/// Calls as layers of models for small processors have them, tensors dense, as far as the record admits them: for
/// counting what they take.
std::vector<Case> typicalCases(const KernelRecord &kernel);

} // namespace barecc::kernel_test
