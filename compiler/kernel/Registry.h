// The hand-written kernels that a call can be made to. The rows come from kernels/*/kernels.td.
#pragma once

#include "compiler/kernel/Requantization.h"
#include "compiler/kernel/WeightLayout.h"
#include "kernels/params/gemm_params.h"
#include "kernels/params/window2d_params.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <tuple>
#include <vector>

namespace barecc {

// enum class Role, what an operand is for, and enum class OperandType: the defs of KernelRecord.td.
#include "compiler/kernel/KernelEnums.inc"

/// One call to be made, as a kernel's record sees it. What an operation has no use for is zero.
struct KernelQuery {
    llvm::StringRef op; ///< As records name it.
    OperandType input{}, output{};
    window2d_params window{};
    gemm_params gemm{};
    int64_t rows = 0, depth = 0;
    int64_t macs = 0;
    int64_t layers = 1; // operations of this kind and type in the function
    bool bias = false, residual = false;
    bool weightsAboveMin = false; // weights of int8, none of them -128: two products fit 16 bits
    bool shiftsToRight = true;    // where foldable: each channel's shift is at least 1
    bool foldable = false;        // bias, multiplier and shift of each channel fold into requantisation words
};

/// What the operand is called in C and in text.
llvm::StringRef roleName(Role role);
std::optional<Role> roleNamed(llvm::StringRef name);

/// The type of C that the elements are kept in.
llvm::StringRef cType(OperandType type);

/// A pointer that a kernel gets.
struct KernelOperand {
    Role role;
    OperandType type;
    llvm::StringRef stride; ///< Params field, "window.input_pixel_stride"; empty: the tensor is dense.
    bool optional;          ///< NULL where the operation has none.

    bool operator==(const KernelOperand &other) const
    {
        return std::tie(role, type, stride, optional) == std::tie(other.role, other.type, other.stride, other.optional);
    }
};

/// See compiler/kernel/KernelRecord.td for the meaning of each column.
struct KernelRecord {
    llvm::StringRef name;
    llvm::StringRef folder; ///< Of kernels/: "cortexm".
    llvm::StringRef op, params;
    std::vector<KernelOperand> operands; ///< Input or left-hand side first, output last.
    std::vector<llvm::StringRef> features;
    const WeightTransform *weights;       ///< Null: as the operation has them.
    std::optional<RequantLayout> requant; ///< Of the operand Requant.
    std::vector<Role> inPlace;
    int64_t mr;
    int64_t bytes;
    int64_t paramsBytes; ///< Of the params struct.
    bool isReference;    ///< Asks for nothing, and says what the right result is: one of each operation and types.
    int64_t (*helperBytes)(const KernelQuery &);
    int64_t (*layerBytes)(const KernelQuery &);
    bool (*when)(const KernelQuery &);
    bool (*inPlaceWhen)(const KernelQuery &);
    double (*cost)(const KernelQuery &);
    int64_t (*workspace)(const KernelQuery &); ///< Null for a kernel without that parameter.

    /// The operand of that role, or null.
    const KernelOperand *find(Role role) const;
    /// Whether a call of the other kernel can call this one instead: with the same params, operands and packed weights.
    bool takesCallsOf(const KernelRecord &other) const;

    /// Whether it is for the operation and for tensors of these types.
    bool isFor(llvm::StringRef op, OperandType input, OperandType output) const
    {
        return this->op == op && operands.front().type == input && operands.back().type == output;
    }

    /// The C file, from the root of the project.
    std::string path() const { return ("kernels/" + folder + "/" + name + ".c").str(); }
};

llvm::ArrayRef<KernelRecord> kernelRecords();

/// The kernel of this name, or null.
const KernelRecord *findKernel(llvm::StringRef name);

/// Bytes of code and constants that a kernel takes.
struct KernelBytes {
    int64_t shared;  ///< One body for all layers.
    int64_t params;  ///< Of each layer then: the struct that it passes.
    int64_t helpers; ///< What the copies share, where each layer has its own.
    int64_t layer;   ///< Each of these.

    /// Of so many layers that differ.
    int64_t asShared(int64_t layers) const { return shared + layers * params; }
    int64_t asCopies(int64_t layers) const { return helpers + layers * layer; }
};
/// `codePercent`: what the code of plain kernels takes on the target, whose records have it of Thumb-2, that being 100.
KernelBytes kernelBytes(const KernelRecord &kernel, const KernelQuery &query, int64_t codePercent);

/// What is spent on a kernel: estimated cycles or, where there is a `codePercent`, the bytes of all layers like this one, and cycles between
/// kernels that agree in them.
std::pair<double, double> kernelCost(const KernelRecord &kernel, const KernelQuery &query, int64_t codePercent);

/// The kernels for the call that the features allow and whose condition holds, the cheapest first; of those that cost the
/// same, the one that asks for most features, then by name. Weights that are computed by the model cannot be packed:
/// `packable` is false.
std::vector<const KernelRecord *> kernelsByCost(const KernelQuery &query, bool packable,
                                                llvm::ArrayRef<std::string> features, int64_t codePercent);

} // namespace barecc
