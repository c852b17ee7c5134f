#include "compiler/kernel/Registry.h"

#include "llvm/ADT/STLExtras.h"

#include "compiler/kernel/Kernels.inc"

namespace barecc {

llvm::StringRef roleName(Role role) { return roleNameTable[size_t(role)]; }

std::optional<Role> roleNamed(llvm::StringRef name)
{
    const auto *found = llvm::find(roleNameTable, name);
    return found == std::end(roleNameTable) ? std::nullopt : std::optional(Role(found - std::begin(roleNameTable)));
}

llvm::StringRef cType(OperandType type) { return operandTypeTable[size_t(type)]; }

const KernelOperand *KernelRecord::find(Role role) const
{
    const auto found = llvm::find_if(operands, [&](const KernelOperand &operand) { return operand.role == role; });
    return found == operands.end() ? nullptr : &*found;
}

bool KernelRecord::takesCallsOf(const KernelRecord &other) const
{
    return params == other.params && operands == other.operands && weights == other.weights && requant == other.requant;
}

const KernelRecord *findKernel(llvm::StringRef name)
{
    const llvm::ArrayRef<KernelRecord> records = kernelRecords();
    const KernelRecord *found = llvm::find_if(records, [&](const KernelRecord &record) { return record.name == name; });
    return found == records.end() ? nullptr : found;
}

KernelBytes kernelBytes(const KernelRecord &kernel, const KernelQuery &query, int64_t codePercent)
{
    constexpr int64_t call = 16; // to pass the params, the rows, and NULL for what there is none of
    auto here = [&](int64_t bytes) { return kernel.features.empty() ? bytes * codePercent / 100 : bytes; };
    return {here(kernel.bytes), kernel.paramsBytes + call, here(kernel.helperBytes(query)),
            here(kernel.layerBytes(query))};
}

std::pair<double, double> kernelCost(const KernelRecord &kernel, const KernelQuery &query, int64_t codePercent)
{
    const KernelBytes size = kernelBytes(kernel, query, codePercent);
    const int64_t bytes = std::min(size.asShared(query.layers), size.asCopies(query.layers));
    return {codePercent ? double(bytes) : 0.0, kernel.cost(query)};
}

std::vector<const KernelRecord *> kernelsByCost(const KernelQuery &query, bool packable,
                                                llvm::ArrayRef<std::string> features, int64_t codePercent)
{
    std::vector<const KernelRecord *> kernels;
    for (const KernelRecord &record : kernelRecords()) {
        const bool supported = llvm::all_of(record.features, [&](llvm::StringRef feature) {
            return llvm::any_of(features, [&](const std::string &have) { return have == feature; });
        });
        if (!record.isFor(query.op, query.input, query.output) || !supported || !record.when(query))
            continue;
        if ((!packable && record.weights) || (record.requant && !query.foldable) ||
            (query.residual && !record.find(Role::Residual)))
            continue;
        kernels.push_back(&record);
    }
    llvm::sort(kernels, [&](const KernelRecord *a, const KernelRecord *b) {
        return std::make_tuple(kernelCost(*a, query, codePercent), b->features.size(), a->name) <
               std::make_tuple(kernelCost(*b, query, codePercent), a->features.size(), b->name);
    });
    return kernels;
}

} // namespace barecc
