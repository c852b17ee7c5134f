// The hand-written kernels that a call can be made to. The rows come from kernels/*/kernels.td.
#pragma once

#include "kernels/abi/matmul.h"
#include "kernels/abi/window2d.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace barecc {

/// One call to be made, as the expressions of a kernel's record see it. What an operation has no use for is zero.
struct Problem {
    window2d window{};
    matmul size{};
    int64_t rows = 0, depth = 0;
    int64_t macs = 0;
    bool bias = false, residual = false;
    bool narrow = false;   // weights of int8, none of them -128: two products fit 16 bits
    bool shifted = true;   // where foldable: each folded_channel's shift is at least 1
    bool foldable = false; // bias, multiplier and shift of each channel fit a folded_channel
};

/// See compiler/select/KernelRecord.td for the meaning of each column.
struct KernelRecord {
    llvm::StringRef name, op, type, params;
    std::vector<llvm::StringRef> features;
    llvm::StringRef packing;
    std::vector<int64_t> overlays;
    bool folded, large, strided;
    llvm::StringRef lanes;
    int64_t pixels;
    bool (*when)(const Problem &);
    bool (*overlaysWhen)(const Problem &);
    double (*cost)(const Problem &);
    int64_t (*workspace)(const Problem &); ///< Null for a kernel without that parameter.
};

llvm::ArrayRef<KernelRecord> kernelRecords();

/// The kernel of this name, or null.
const KernelRecord *findKernel(llvm::StringRef name);

/// The cheapest kernel for `op` on `type` that the features allow and whose condition holds, or null. Weights that are
/// computed by the model cannot be packed: `packable` is false. With `small`, kernels that unroll are left out.
const KernelRecord *cheapestKernel(llvm::StringRef op, llvm::StringRef type, const Problem &problem, bool packable,
                                   llvm::ArrayRef<std::string> features, bool small);

} // namespace barecc
